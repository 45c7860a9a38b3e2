package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"personindex/match"
	"personindex/person"
	"personindex/search"
)

// evaluation is what an evaluation needs: the files, and how residents are laid
// out in theirs.
type evaluation struct {
	residents, queries, columns string
	onFile                      float64 // 0 for the configured one
	asJSON                      bool
	reliability, row            string // files to write besides, if named
}

func evaluateCommand() *cobra.Command {
	var e evaluation
	cmd := &cobra.Command{
		Use:   "evaluate",
		Short: "Measure how well questions with known answers are answered, through the whole service",
		Long: "evaluate loads residents into a scratch database and index on the local stack, which it starts if need be, asks\n" +
			"every question, and says how often the right person came first, how often it dared to say so while wrong at most\n" +
			"once in a hundred times, how often each grade was wrong, and what retrieval and scoring each lost, by kind of error.\n" +
			"Nothing is left behind.",
		Args: cobra.NoArgs,
		RunE: e.run,
	}
	cmd.Flags().StringVar(&e.residents, "residents", "", "`file` of residents, a JSON object a line")
	cmd.Flags().StringVar(&e.queries, "queries", "", "`file` of questions, a JSON object a line")
	cmd.Flags().StringVar(&e.columns, "map", "", "`file` (YAML) that says where residents hold their fields (default the form of generate)")
	cmd.Flags().Float64Var(&e.onFile, "on-file", 0, "assume this `probability`, before anything is asked, that a resident is on file (default matching.onFile)")
	cmd.Flags().BoolVar(&e.asJSON, "json", false, "write the figures as JSON")
	cmd.Flags().StringVar(&e.reliability, "reliability", "", "draw the probabilities answered against what was true into `file` (SVG)")
	cmd.Flags().StringVar(&e.row, "row", "", "write the main figures as cells of a Markdown table into `file`")
	_ = cmd.MarkFlagRequired("residents")
	_ = cmd.MarkFlagRequired("queries")
	return cmd
}

func (e *evaluation) run(cmd *cobra.Command, _ []string) error {
	if given := cmd.Flags().Changed("on-file"); given && !(e.onFile > 0 && e.onFile < 1) {
		return errors.New("--on-file must lie between 0 and 1")
	}
	columns, err := readLayout(e.columns)
	if err != nil {
		return err
	}
	questions, err := readQuestions(e.queries)
	if err != nil {
		return err
	}
	return withScratch(cmd, func(ctx context.Context, a *app) error {
		if err := a.assume(e.onFile); err != nil {
			return err
		}
		report, finish := newProgress(cmd.ErrOrStderr())
		loaded, err := a.loadSet(ctx, e.residents, columns, report)
		if err != nil {
			return err
		}
		answered, err := a.askAll(ctx, questions, loaded, report)
		if err != nil {
			return err
		}
		finish()
		return e.report(cmd.OutOrStdout(), summarise(a.config, loaded, answered))
	})
}

// assume searches by another P(on file) than the configured one, unless it is 0.
func (a *app) assume(onFile float64) error {
	if onFile == 0 {
		return nil
	}
	model, err := loadModel(a.config.Matching.Model)
	if err != nil {
		return err
	}
	a.search.Close()
	a.config.Matching.OnFile = onFile
	a.search = search.New(a.config.SearchConfig(), a.index, a.store, model, a.log)
	return nil
}

// report writes what was found, and the files that flags name.
func (e *evaluation) report(to io.Writer, found figures) error {
	err := errors.Join(writeInto(e.reliability, found.writeReliability), writeInto(e.row, found.writeRow))
	if err != nil {
		return err
	}
	if e.asJSON {
		return json.NewEncoder(to).Encode(found)
	}
	return found.write(to)
}

// writeInto has write fill the file at path, unless that is empty.
func writeInto(path string, write func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o644)
}

// answered is every question's judgement and how long its answer took.
type answered struct {
	judged   []match.Judged
	took     []time.Duration
	degraded int
}

// askAll asks one question after the other, so that the times are those of a
// service that is not busy.
func (a *app) askAll(ctx context.Context, questions []question, l loaded, report progress) (answered, error) {
	var result answered
	for i, q := range questions {
		query, err := q.search()
		if err != nil {
			return answered{}, fmt.Errorf("question %d: %w", i+1, err)
		}
		start := time.Now()
		ranking, err := a.search.Rank(ctx, person.Unrestricted, query)
		if err != nil {
			return answered{}, fmt.Errorf("question %d: %w", i+1, err)
		}
		result.took = append(result.took, time.Since(start))
		if ranking.Degraded {
			result.degraded++
		}
		result.judged = append(result.judged, judge(q, l, ranking))
		report("asking", int64(i+1), int64(len(questions)))
	}
	return result, nil
}

func judge(q question, l loaded, ranking search.Ranking) match.Judged {
	right := func(c search.Candidate) bool { return slices.Contains(q.ExpectAll, l.reference[c.ID]) }
	told := ranking.Exists()
	judged := match.Judged{
		Kind:        q.Kind,
		Answerable:  len(q.ExpectAll) > 0,
		Probability: 1 - ranking.Nobody,
		Told:        told == search.Certain || told == search.Probable,
		Certain:     told == search.Certain,
	}
	best := slices.IndexFunc(ranking.Candidates, right)
	if best < 0 {
		return judged
	}
	judged.Rank = 1
	for _, c := range ranking.Candidates {
		if !right(c) && c.Weight >= ranking.Candidates[best].Weight {
			judged.Rank++ // ties count against
		}
	}
	return judged
}
