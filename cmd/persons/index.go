package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"personindex/api"
	"personindex/indexer"
)

func indexCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "index",
		Short: "Keep the search index true to Postgres, until interrupted",
		Args:  cobra.NoArgs,
		RunE: withApp(func(cmd *cobra.Command, a *app) error {
			return a.keepIndexed(cmd.Context(), cmd.ErrOrStderr())
		}),
	}
}

// keepIndexed runs the indexer until ctx ends, and its admin listener if it has one.
func (a *app) keepIndexed(ctx context.Context, out io.Writer) error {
	var servers []*http.Server
	if address := a.config.Indexer.AdminListen; address != "" {
		servers = append(servers, adminServer(address, api.Admin(a.keeping())))
	}
	return beside(ctx, servers, func(ctx context.Context) error {
		report, finish := newProgress(out)
		err := a.indexer.Ensure(ctx, report.indexing())
		finish()
		if err == nil {
			a.indexer.Run(ctx)
		}
		return err
	})
}

func reindexCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reindex",
		Short: "Build the search index anew, beside the one that serves",
		Long: "reindex brings the blocking keys in Postgres up to date, fills a new index aside, has everyone changed meanwhile\n" +
			"indexed again, and then lets the new index serve. If it dies on the way, the old index serves on.",
		Args: cobra.NoArgs,
		RunE: withApp(func(cmd *cobra.Command, a *app) error {
			report, finish := newProgress(cmd.ErrOrStderr())
			err := a.indexer.Reindex(cmd.Context(), report.indexing())
			finish()
			if err != nil {
				return err
			}
			retire, err := cmd.Flags().GetBool("retire-others")
			if err != nil || !retire {
				return err
			}
			return a.retireOthers(cmd)
		}),
	}
	cmd.Flags().Bool("retire-others", false, "then remove the indices of all other program versions, once none of them runs any more")
	return cmd
}

// retireOthers removes every index but this version's, and what they are owed.
func (a *app) retireOthers(cmd *cobra.Command) error {
	aliases, err := a.store.RegisteredIndices(cmd.Context())
	if err != nil {
		return err
	}
	for _, alias := range aliases {
		if alias == a.config.Alias() {
			continue
		}
		other, err := indexer.New(a.config.IndexerConfig(), a.elastic, a.store, alias, a.log)
		if err != nil {
			return err
		}
		if err := other.Remove(cmd.Context()); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), "retired", alias)
	}
	return nil
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
