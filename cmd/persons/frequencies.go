package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func frequenciesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "frequencies",
		Short: "Count how common names, dates of birth and addresses are, so that rare ones weigh more",
		Long: "frequencies counts everybody on file and replaces the last count. Searches go on meanwhile and use the new count\n" +
			"within minutes. Run it once a day or week, and after an import. Names of fewer than three people\n" +
			"are not kept, nor places of fewer than twelve.",
		Args: cobra.NoArgs,
		RunE: withApp(func(cmd *cobra.Command, a *app) error {
			report, finish := newProgress(cmd.ErrOrStderr())
			version, err := a.countNames(cmd.Context(), report)
			finish()
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "frequencies are at version", version)
			return nil
		}),
	}
}

// countNames makes the frequencies those of the people now on file.
func (a *app) countNames(ctx context.Context, report progress) (version int64, err error) {
	version, err = a.store.RefreshFrequencies(ctx, func(done, total int64) { report("counting", done, total) })
	if err != nil {
		return 0, fmt.Errorf("count names: %w", err)
	}
	return version, nil
}
