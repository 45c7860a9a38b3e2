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
	"personindex/person"
)

// training is what a training needs: sets of residents and questions with known
// answers, and where the model goes.
type training struct {
	residents, queries   []string
	columns, out, splink string
	estimate             bool
	onFile               float64
	weigh                []float64 // what a question of each set counts
	seed                 uint64
	options              match.TrainingOptions
}

func trainCommand() *cobra.Command {
	var t training
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Learn the matching model from a register, and from questions with known answers",
		Long: "train begins with the model of the configuration. With --estimate, or without --queries, it estimates the m and u\n" +
			"probabilities of the first register alone, without anybody saying who is who. With --queries it then asks every\n" +
			"question through the whole service, on a scratch database and index, and learns the weights that make the right\n" +
			"answers likeliest: which person, or nobody. Several sets may be given: the nth --queries belongs to the nth --residents.",
		Args: cobra.NoArgs,
		RunE: t.run,
	}
	cmd.Flags().StringArrayVar(&t.residents, "residents", nil, "`file` of residents, a JSON object a line")
	cmd.Flags().StringArrayVar(&t.queries, "queries", nil, "`file` of questions, a JSON object a line")
	cmd.Flags().StringVar(&t.columns, "map", "", "`file` (YAML) that says where residents hold their fields (default the form of generate)")
	cmd.Flags().BoolVar(&t.estimate, "estimate", false, "estimate m and u of the first residents before learning from questions")
	cmd.Flags().StringVar(&t.splink, "splink", "", "`file` to write the model to as settings of Splink, too")
	cmd.Flags().StringVar(&t.out, "out", "", "`file` to write the model to")
	cmd.Flags().Uint64Var(&t.seed, "seed", 1, "`number` that chooses the sample of the estimate")
	cmd.Flags().Float64Var(&t.onFile, "on-file", 0.75, "`share` of the questions whose resident is on file")
	cmd.Flags().Float64SliceVar(&t.weigh, "weigh", nil, "what a question of each set counts, a `number` a set (default 1 each)")
	cmd.Flags().Float64Var(&t.options.Hold, "hold", 1, "how strongly weights are held near those begun with")
	cmd.Flags().StringVar(&t.options.Name, "name", "trained", "`name` of the model, shown in every answer")
	cmd.Flags().StringVar(&t.options.About, "about", "", "where the weights come from, in words")
	for _, flag := range []string{"residents", "out"} {
		_ = cmd.MarkFlagRequired(flag)
	}
	return cmd
}

func (t *training) run(cmd *cobra.Command, _ []string) error {
	if len(t.queries) > 0 && len(t.residents) != len(t.queries) {
		return errors.New("give as many --queries as --residents, or none")
	}
	if len(t.weigh) > 0 && len(t.weigh) != len(t.queries) || slices.ContainsFunc(t.weigh, func(w float64) bool { return !(w > 0) }) {
		return errors.New("give --weigh a number above 0 for each --queries")
	}
	if !(t.onFile > 0 && t.onFile < 1) {
		return errors.New("--on-file must lie between 0 and 1")
	}
	columns, err := readLayout(t.columns)
	if err != nil {
		return err
	}
	file, err := t.train(cmd, columns)
	if err != nil {
		return err
	}
	if err := os.WriteFile(t.out, append(file, '\n'), 0o644); err != nil {
		return err
	}
	return t.export(file)
}

// train returns the file of the model that it learns.
func (t *training) train(cmd *cobra.Command, columns layout.Map) ([]byte, error) {
	config, err := load(cmd)
	if err != nil {
		return nil, err
	}
	model, err := loadModel(config.Matching.Model)
	if err != nil {
		return nil, err
	}
	if t.estimate || len(t.queries) == 0 {
		file, err := t.estimated(cmd, model, columns)
		if err != nil || len(t.queries) == 0 {
			return file, err
		}
		if model, err = match.ParseModel(file); err != nil {
			return nil, err
		}
	}
	trainer := match.NewTrainer(model)
	for i := range t.queries {
		if len(t.weigh) > 0 {
			trainer.Weigh(t.weigh[i])
		}
		if err := t.learn(cmd, trainer, columns, i); err != nil {
			return nil, err
		}
	}
	report, finish := newProgress(cmd.ErrOrStderr())
	defer finish()
	t.options.Progress = func(step, steps int, _ float64) { report("training", int64(step), int64(steps)) }
	return trainer.Train(t.options)
}

// estimated is the model with the m and u of the first residents.
func (t *training) estimated(cmd *cobra.Command, model *match.Model, columns layout.Map) ([]byte, error) {
	var failed error
	register := func(yield func(match.Record) bool) {
		failed = eachLine(t.residents[0], func(line []byte) error {
			p, _, err := readRow(columns, line)
			if unread := (person.FieldError{}); err != nil && !errors.As(err, &unread) {
				return err
			}
			yield(match.Standardise(p)) // a sample takes everybody
			return cmd.Context().Err()
		})
	}
	report, finish := newProgress(cmd.ErrOrStderr())
	defer finish()
	sample := match.TakeSample(register, t.seed, match.SampleSize{})
	if failed != nil {
		return nil, failed
	}
	e := model.Estimate(sample, func(step string, done, total int) { report(step, int64(done), int64(total)) })
	return model.Estimated(e, t.options.Name, t.options.About)
}

// export writes the model for Splink, if asked to.
func (t *training) export(file []byte) error {
	if t.splink == "" {
		return nil
	}
	model, err := match.ParseModel(file)
	if err != nil {
		return err
	}
	settings, err := model.SplinkSettings(splinkPrior)
	if err != nil {
		return err
	}
	return os.WriteFile(t.splink, append(settings, '\n'), 0o644)
}

// splinkPrior is the probability that two people picked at random are one, for
// Splink, which needs a figure: that of 600 second records among 20,600.
const splinkPrior = 600.0 / (20_600 * 20_599 / 2)

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
	ranking, err := a.search.Rank(ctx, person.Unrestricted, query)
	if err != nil {
		return err
	}
	scores := make([]match.Score, len(ranking.Candidates))
	right := make([]bool, len(ranking.Candidates))
	for i, c := range ranking.Candidates {
		scores[i] = *c.Score
		right[i] = slices.Contains(q.ExpectAll, l.reference[c.ID])
	}
	if len(q.ExpectAll) > 0 && !slices.Contains(right, true) {
		return nil
	}
	trainer.Add(&ranking.Asked, scores, right, prior, ranking.Kinship())
	return nil
}
