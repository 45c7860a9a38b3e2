package main

import (
	"github.com/spf13/cobra"

	"personindex/internal/generate"
)

func generateCommand() *cobra.Command {
	var options generate.Options
	var dir string
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Make up residents of a London borough, and questions about them with the right answers",
		Long: "generate writes residents.jsonl, queries.jsonl and clusters.csv. The same number and seed give the same files on every\n" +
			"machine. Nobody in them is real; docs/generated-people.md says how they are made.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			report, finish := newProgress(cmd.ErrOrStderr())
			defer finish()
			options.Progress = report.counting("generating")
			return generate.Write(cmd.Context(), dir, options)
		},
	}
	cmd.Flags().IntVar(&options.N, "n", 20_000, "`residents` to make up")
	cmd.Flags().Uint64Var(&options.Seed, "seed", 1, "`number` that chooses the borough")
	cmd.Flags().IntVar(&options.Queries, "queries", 0, "`questions` to ask (default a fifth of the residents, at most 4,000)")
	cmd.Flags().StringVar((*string)(&options.Mix), "mix", string(generate.Hard), "what questions are like: `hard`, everyday or clumsy (up to five mistakes a question, to train on)")
	cmd.Flags().StringSliceVar(&options.Ask, "ask", nil, "`fields` that are asked, any of name,dob,address,ni,phone (default all; only everyday asks by phone)")
	cmd.Flags().BoolVar(&options.Alone, "alone", false, "file one person of each household only, and ask about no look-alikes: a register without kin")
	cmd.Flags().StringVar(&dir, "out", "", "`folder` to write to")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}
