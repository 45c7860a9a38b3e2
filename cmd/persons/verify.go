package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"personindex/indexer"
)

func verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Compare the search index with Postgres; exit 1 if they differ",
		Long:  "verify compares every person in Postgres with the index: who is missing there, who is extra, whose version is older.\nChanges that wait to be indexed are no difference.",
		Args:  cobra.NoArgs,
		RunE: withApp(func(cmd *cobra.Command, a *app) error {
			check := a.indexer.Verify
			if repair, err := cmd.Flags().GetBool("repair"); err != nil {
				return err
			} else if repair {
				check = a.indexer.Repair
			}
			progress, finish := newProgress(cmd.ErrOrStderr())
			report, err := check(cmd.Context(), progress.indexing())
			finish()
			if err != nil {
				return err
			}
			return showReport(cmd, report)
		}),
	}
	cmd.Flags().Bool("repair", false, "have every difference indexed again")
	return cmd
}

func showReport(cmd *cobra.Command, r indexer.Report) error {
	fmt.Fprintf(cmd.OutOrStdout(), "compared %d people: %d missing, %d extra, %d older, %d newer, %d rejected\n",
		r.Checked, r.Missing, r.Extra, r.Older, r.Newer, r.Rejected)
	if r.Newer > 0 {
		fmt.Fprintln(cmd.OutOrStdout(), "newer versions in the index mean that Postgres went back, as after a restore: run `persons reindex`")
	}
	if n := r.Differences(); n > 0 {
		return fmt.Errorf("the index differs from Postgres in %d people", n)
	}
	fmt.Fprintln(cmd.OutOrStdout(), "no difference")
	return nil
}
