package main

import (
	"os"

	"github.com/spf13/cobra"
)

func indexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "index",
		Short: "Keep the search index true to Postgres, until interrupted",
		Args:  cobra.NoArgs,
		RunE: withApp(func(cmd *cobra.Command, a *app) error {
			report, finish := newProgress(cmd.ErrOrStderr())
			err := a.indexer.Ensure(cmd.Context(), report.indexing())
			finish()
			if err != nil {
				return err
			}
			a.indexer.Run(cmd.Context())
			return nil
		}),
	}
}

func reindexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reindex",
		Short: "Build the search index anew, beside the one that serves",
		Long: "reindex brings the blocking keys in Postgres up to date, fills a new index aside, has everyone changed meanwhile\n" +
			"indexed again, and then lets the new index serve. If it dies on the way, the old index serves on.",
		Args: cobra.NoArgs,
		RunE: withApp(func(cmd *cobra.Command, a *app) error {
			report, finish := newProgress(cmd.ErrOrStderr())
			defer finish()
			return a.indexer.Reindex(cmd.Context(), report.indexing())
		}),
	}
}

// withApp opens the parts for a verb and closes them after it.
func withApp(run func(*cobra.Command, *app) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		config, err := load(cmd)
		if err != nil {
			return err
		}
		a, err := open(cmd.Context(), config, os.Stderr)
		if err != nil {
			return err
		}
		defer a.close()
		return run(cmd, a)
	}
}
