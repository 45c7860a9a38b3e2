package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"personindex/configs"
	"personindex/erasure"
	"personindex/storage"
)

// openLedger opens the ledger of erasures, where one is configured, and catches up
// with what was erased while nobody kept it.
func (a *app) openLedger() (err error) {
	if a.config.Erasure.Ledger == "" {
		return nil
	}
	a.ledger, err = erasure.Open(a.config.Erasure.Ledger, a.store)
	return err
}

func erasuresCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "erasures", Short: "Keep and apply the ledger of who was erased"}
	apply := &cobra.Command{
		Use:   "apply [FILE]",
		Short: "Erase again whoever a restored database brought back",
		Long: `apply reads a ledger of erasures (by default the file that erasure.ledger names) and erases again everybody in it who is
on file, as they are after a restore of an older copy of the database. Ids that the copy does not know are taken, and
references of erased people are kept from imports. It may be interrupted and repeated.

Run it after a restore and before anything else; the other verbs refuse to start until then. It needs the setting
import.key where people were imported, and no Elasticsearch: the indexer takes up what changed.`,
		Args: cobra.MaximumNArgs(1),
		RunE: withLedger(applyLedger),
	}
	apply.Flags().Bool("dry-run", false, "tell what would be done and leave the register alone")
	cmd.AddCommand(apply, &cobra.Command{
		Use:   "record [FILE]",
		Short: "Add to a ledger whoever was erased and is not in it",
		Args:  cobra.MaximumNArgs(1),
		RunE:  withLedger(recordLedger),
	})
	return cmd
}

// withLedger opens the register for a verb about a ledger, though the register may
// be older than the ledger.
func withLedger(run func(cmd *cobra.Command, store *storage.Store, path string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		config, err := load(cmd)
		if err != nil {
			return err
		}
		path := config.Erasure.Ledger
		if len(args) > 0 {
			path = args[0]
		}
		if path == "" {
			return errors.New("name the ledger's file, or set erasure.ledger")
		}
		store, err := storage.Open(cmd.Context(), config.StoreConfig())
		if err != nil {
			return err
		}
		defer store.Close()
		if err := checkRegister(cmd.Context(), store, withoutLedger(config)); err != nil {
			return err
		}
		return run(cmd, store, path)
	}
}

func withoutLedger(config configs.Config) configs.Config {
	config.Erasure.Ledger = ""
	return config
}

func applyLedger(cmd *cobra.Command, store *storage.Store, path string) error {
	dry, err := cmd.Flags().GetBool("dry-run")
	if err != nil {
		return err
	}
	entries, err := erasure.Read(path)
	if err != nil {
		return err
	}
	report, finish := newProgress(cmd.ErrOrStderr())
	done, err := erasure.Apply(cmd.Context(), store, entries, dry, report.counting("erasing"))
	finish()
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if dry {
		fmt.Fprintln(out, "nothing was written to the register; applying the ledger would give:")
	}
	fmt.Fprintf(out, "%9d erased again\n%9d unknown here, whose ids are taken\n%9d erased already\n", done.OnFile, done.Unknown, done.Erased)
	if entries.Unreadable > 0 {
		fmt.Fprintf(out, "%9d lines of the ledger cannot be read, as when a machine loses power while it writes\n", entries.Unreadable)
	}
	return nil
}

func recordLedger(cmd *cobra.Command, store *storage.Store, path string) error {
	ledger, err := erasure.Open(path, store)
	if err != nil {
		return err
	}
	added, err := ledger.CatchUp(cmd.Context())
	if err := errors.Join(err, ledger.Close()); err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), added, "lines added to", path)
	return nil
}
