package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"personindex/internal/layout"
	"personindex/match"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

// evaluation is what an evaluation needs: the files, and how residents are laid
// out in theirs.
type evaluation struct {
	residents, queries, columns string
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
			"once in a hundred times, and what retrieval and scoring each lost, by kind of error. Nothing is left behind.",
		Args: cobra.NoArgs,
		RunE: e.run,
	}
	cmd.Flags().StringVar(&e.residents, "residents", "", "`file` of residents, a JSON object a line")
	cmd.Flags().StringVar(&e.queries, "queries", "", "`file` of questions, a JSON object a line")
	cmd.Flags().StringVar(&e.columns, "map", "", "`file` (YAML) that says where residents hold their fields (default the form of generate)")
	cmd.Flags().BoolVar(&e.asJSON, "json", false, "write the figures as JSON")
	cmd.Flags().StringVar(&e.reliability, "reliability", "", "draw the probabilities answered against what was true into `file` (SVG)")
	cmd.Flags().StringVar(&e.row, "row", "", "write the main figures as cells of a Markdown table into `file`")
	_ = cmd.MarkFlagRequired("residents")
	_ = cmd.MarkFlagRequired("queries")
	return cmd
}

func (e *evaluation) run(cmd *cobra.Command, _ []string) error {
	columns, err := e.layout()
	if err != nil {
		return err
	}
	questions, err := readQuestions(e.queries)
	if err != nil {
		return err
	}
	return withScratch(cmd, func(ctx context.Context, a *app) error {
		report, finish := newProgress(cmd.ErrOrStderr())
		loaded, err := a.loadResidents(ctx, e.residents, columns, report)
		if err != nil {
			return err
		}
		if _, err := a.countNames(ctx, report); err != nil {
			return err
		}
		if err := a.indexer.Ensure(ctx, report.indexing()); err != nil {
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

func (e *evaluation) layout() (layout.Map, error) {
	if e.columns == "" {
		return layout.Flat(), nil
	}
	file, err := os.Open(e.columns)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return layout.Read(file)
}

// withScratch runs fn on a database and an index of its own, removed afterwards.
func withScratch(cmd *cobra.Command, fn func(context.Context, *app) error) (err error) {
	ctx := cmd.Context()
	config, err := devConfig(ctx, cmd, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	scratch, drop, err := storage.Scratch(ctx, config.Postgres)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	config.Postgres = scratch
	config.Elasticsearch.IndexPrefix = "scratch-" + uuid.NewString()[:8]
	a, err := open(ctx, config, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer a.close()
	defer func() { err = errors.Join(err, a.indexer.Remove(context.WithoutCancel(ctx))) }()
	return fn(ctx, a)
}

// loaded says which person each resident of a file became.
type loaded struct {
	reference map[person.ID]string
	unread    int // residents with a value that could not be read and was left out
}

// loadResidents stores every resident of a file. A date that no calendar has is
// kept as far as it makes sense, since real registers hold such dates.
func (a *app) loadResidents(ctx context.Context, path string, columns layout.Map, report progress) (loaded, error) {
	result := loaded{reference: map[person.ID]string{}}
	var people []person.Person
	err := eachLine(path, func(line []byte) error {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		p, reference, err := columns.Person(row)
		if err != nil {
			result.unread++
		}
		p.ID = person.ID(fmt.Sprintf("r%d", len(people)+1))
		p.CrossReferences = []person.CrossReference{{System: "evaluate", Reference: reference}}
		result.reference[p.ID] = reference
		people = append(people, p)
		return nil
	})
	if err != nil {
		return loaded{}, err
	}
	all := func(yield func(person.Person, error) bool) {
		for _, p := range people {
			if !yield(p, nil) {
				return
			}
		}
	}
	return result, loadPeople(ctx, a.store, all, len(people), report)
}

// question is one line of a file of questions.
type question struct {
	Query struct {
		FirstName   string          `json:"firstName"`
		LastName    string          `json:"lastName"`
		DateOfBirth string          `json:"dateOfBirth"`
		Address     json.RawMessage `json:"address"` // an object of lines and postcode, or one line
		NI          string          `json:"ni"`
		Email       string          `json:"email"`
		Phone       string          `json:"phone"`
		Gender      string          `json:"gender"`
		UPRN        string          `json:"uprn"`
		Q           string          `json:"q"`
	} `json:"query"`
	Expect    *string  `json:"expect"`
	ExpectAll []string `json:"expectAll"`
	Kind      string   `json:"kind"`
}

func readQuestions(path string) ([]question, error) {
	var questions []question
	err := eachLine(path, func(line []byte) error {
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		if q.Expect != nil && len(q.ExpectAll) == 0 {
			q.ExpectAll = []string{*q.Expect}
		}
		questions = append(questions, q)
		return nil
	})
	return questions, err
}

// search is the question as the service is asked it. Its date may be one that no
// calendar has, as callers do give: the digits are compared all the same.
func (q question) search() (search.Query, error) {
	asked := q.Query
	query := search.Query{
		Q: asked.Q, FirstName: asked.FirstName, LastName: asked.LastName, NI: asked.NI,
		Email: asked.Email, Phone: asked.Phone, Gender: asked.Gender, UPRN: asked.UPRN,
		DateOfBirth: layout.Digits(asked.DateOfBirth), IncludeDeceased: true,
	}
	if len(asked.Address) == 0 || string(asked.Address) == "null" {
		return query, nil
	}
	if asked.Address[0] == '"' {
		return query, json.Unmarshal(asked.Address, &query.Address)
	}
	var lines struct{ Line1, Line2, Line3, Town, Postcode, UPRN string }
	if err := json.Unmarshal(asked.Address, &lines); err != nil {
		return query, err
	}
	given := slices.DeleteFunc([]string{lines.Line1, lines.Line2, lines.Line3, lines.Town}, func(s string) bool { return s == "" })
	query.Address, query.Postcode = strings.Join(given, ", "), lines.Postcode
	if query.UPRN == "" {
		query.UPRN = lines.UPRN
	}
	return query, nil
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
		ranking, err := a.search.Rank(ctx, query)
		if err != nil {
			return answered{}, fmt.Errorf("question %d: %w", i+1, err)
		}
		result.took = append(result.took, time.Since(start))
		if ranking.Degraded {
			result.degraded++
		}
		result.judged = append(result.judged, a.judge(q, l, ranking))
		report("asking", int64(i+1), int64(len(questions)))
	}
	return result, nil
}

func (a *app) judge(q question, l loaded, ranking search.Ranking) match.Judged {
	right := func(c search.Candidate) bool { return slices.Contains(q.ExpectAll, l.reference[c.ID]) }
	judged := match.Judged{
		Kind:        q.Kind,
		Answerable:  len(q.ExpectAll) > 0,
		Probability: 1 - ranking.Nobody,
		Told:        1-ranking.Nobody >= a.config.Matching.Probable,
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

// eachLine calls fn with each line of a file that is not empty.
func eachLine(path string, fn func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(make([]byte, 64<<10), 1<<20)
	for n := 1; scanner.Scan(); n++ {
		if len(scanner.Bytes()) == 0 {
			continue
		}
		if err := fn(scanner.Bytes()); err != nil {
			return fmt.Errorf("%s line %d: %w", path, n, err)
		}
	}
	return scanner.Err()
}
