package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"personindex/internal/layout"
	"personindex/match"
)

// training is what a training needs: sets of residents and questions with known
// answers, and where the model goes.
type training struct {
	residents, queries []string
	columns, out       string
	onFile             float64
	options            match.TrainingOptions
}

func trainCommand() *cobra.Command {
	var t training
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Learn the weights of the matching model from questions with known answers",
		Long: "train asks every question through the whole service, on a scratch database and index, and learns the weights that make\n" +
			"the right answers likeliest: which person, or nobody. It begins with the model of the configuration and stays near it.\n" +
			"Several sets may be given: the nth --queries belongs to the nth --residents.",
		Args: cobra.NoArgs,
		RunE: t.run,
	}
	cmd.Flags().StringArrayVar(&t.residents, "residents", nil, "`file` of residents, a JSON object a line")
	cmd.Flags().StringArrayVar(&t.queries, "queries", nil, "`file` of questions, a JSON object a line")
	cmd.Flags().StringVar(&t.columns, "map", "", "`file` (YAML) that says where residents hold their fields (default the form of generate)")
	cmd.Flags().StringVar(&t.out, "out", "", "`file` to write the model to")
	cmd.Flags().Float64Var(&t.onFile, "on-file", 0.75, "`share` of the questions whose resident is on file")
	cmd.Flags().Float64Var(&t.options.Hold, "hold", 0.003, "how strongly weights are held near those begun with")
	cmd.Flags().StringVar(&t.options.Name, "name", "trained", "`name` of the model, shown in every answer")
	cmd.Flags().StringVar(&t.options.About, "about", "", "where the weights come from, in words")
	for _, flag := range []string{"residents", "queries", "out"} {
		_ = cmd.MarkFlagRequired(flag)
	}
	return cmd
}

func (t *training) run(cmd *cobra.Command, _ []string) error {
	if len(t.residents) != len(t.queries) {
		return errors.New("give as many --queries as --residents")
	}
	if !(t.onFile > 0 && t.onFile < 1) {
		return errors.New("--on-file must lie between 0 and 1")
	}
	columns, err := readLayout(t.columns)
	if err != nil {
		return err
	}
	config, err := load(cmd)
	if err != nil {
		return err
	}
	model, err := loadModel(config.Matching.Model)
	if err != nil {
		return err
	}
	trainer := match.NewTrainer(model)
	for i := range t.residents {
		if err := t.learn(cmd, trainer, columns, i); err != nil {
			return err
		}
	}
	report, finish := newProgress(cmd.ErrOrStderr())
	surprise := 0.0
	t.options.Progress = func(step, steps int, mean float64) {
		surprise = mean
		report("training", int64(step), int64(steps))
	}
	file, err := trainer.Train(t.options)
	finish()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "the right answers are a surprise of %.4f bits on average\n", surprise)
	return os.WriteFile(t.out, append(file, '\n'), 0o644)
}

// learn adds the questions of one set.
func (t *training) learn(cmd *cobra.Command, trainer *match.Trainer, columns layout.Map, set int) error {
	questions, err := readQuestions(t.queries[set])
	if err != nil {
		return err
	}
	return withScratch(cmd, func(ctx context.Context, a *app) error {
		report, finish := newProgress(cmd.ErrOrStderr())
		defer finish()
		l, err := a.loadSet(ctx, t.residents[set], columns, report)
		if err != nil {
			return err
		}
		prior := match.Prior(t.onFile, int64(len(l.reference)))
		for i, q := range questions {
			if err := a.learnOne(ctx, trainer, q, l, prior); err != nil {
				return fmt.Errorf("question %d: %w", i+1, err)
			}
			report("asking", int64(i+1), int64(len(questions)))
		}
		return nil
	})
}

// learnOne asks one question and adds what came of it. What retrieval lost is
// left out: no weight can find somebody who was not compared.
func (a *app) learnOne(ctx context.Context, trainer *match.Trainer, q question, l loaded, prior float64) error {
	query, err := q.search()
	if err != nil {
		return err
	}
	ranking, err := a.search.Rank(ctx, query)
	if err != nil {
		return err
	}
	scores := make([]match.Score, len(ranking.Candidates))
	right := make([]bool, len(ranking.Candidates))
	for i, c := range ranking.Candidates {
		scores[i] = c.Score
		right[i] = slices.Contains(q.ExpectAll, l.reference[c.ID])
	}
	if len(q.ExpectAll) > 0 && !slices.Contains(right, true) {
		return nil
	}
	trainer.Add(&ranking.Asked, scores, right, prior)
	return nil
}
