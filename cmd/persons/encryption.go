package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"personindex/audit"
	"personindex/encryption"
)

func encryptionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "encryption",
		Short: "Keep the keys that seal what only one service area may see",
		Long: "encryption keeps the keys that seal extended data. They stand in a file of their own, encryption.keysFile, which the\n" +
			"service reads again whenever it changes. Keep a copy where no backup of the database goes: without the keys the data\n" +
			"is lost, and with both it can be read.",
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "create FILE", Args: cobra.ExactArgs(1),
			Short: "Write a new file of keys, for its owner only",
			RunE: func(cmd *cobra.Command, args []string) error {
				if err := encryption.Create(args[0]); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s holds a new key; set encryption.keysFile to it\n", args[0])
				return nil
			},
		},
		&cobra.Command{
			Use: "status", Args: cobra.NoArgs,
			Short: "Show which key seals, and how much each has sealed",
			RunE:  withApp(encryptionStatus),
		},
		&cobra.Command{
			Use: "prepare", Args: cobra.NoArgs,
			Short: "Add a key that does not seal yet, to give every machine the file before rotate",
			Long: "prepare adds a key that opens and does not seal yet. Where every process reads the same file it is not needed; where\n" +
				"each machine has a copy, copy the file to all of them after prepare, then rotate on one, and copy it again.",
			RunE: withApp(prepareKey),
		},
		&cobra.Command{
			Use: "rotate", Args: cobra.NoArgs,
			Short: "Begin to seal with a new key, and seal with it whatever others sealed",
			Long: "rotate makes the prepared key, or a new one, the one that seals, and seals all data again with it, in small batches,\n" +
				"while the service reads and writes. Interrupted and run again it goes on with the same key.",
			RunE: withApp(rotateKeys),
		},
		&cobra.Command{
			Use: "retire", Args: cobra.NoArgs,
			Short: "Take keys out of the file that nothing needs any more",
			Long: "retire takes those keys out of the file that sealed nothing that is still there. Backups from before the last rotate\n" +
				"need them: keep a copy of the file as long as those.",
			RunE: withApp(retireKeys),
		},
	)
	return cmd
}

// errKeysNotInFile is what keys that stand in the environment are refused with.
var errKeysNotInFile = errors.New("encryption.keysFile must be set: keys in encryption.keys cannot be changed here")

func encryptionStatus(cmd *cobra.Command, a *app) error {
	primary, err := a.keys.Primary()
	if err != nil {
		return err
	}
	used, err := a.store.SealedBy(cmd.Context())
	if err != nil {
		return err
	}
	ids := a.keys.IDs()
	for id := range used {
		if !slices.Contains(ids, id) {
			fmt.Fprintf(cmd.OutOrStdout(), "%10d  MISSING: sealed %d documents that cannot be opened\n", id, used[id])
		}
	}
	for _, id := range ids {
		state := "opens"
		if id == primary {
			state = "seals"
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%10d  %s, sealed %d documents\n", id, state, used[id])
	}
	return nil
}

func prepareKey(cmd *cobra.Command, a *app) error {
	file := a.config.Encryption.KeysFile
	if file == "" {
		return errKeysNotInFile
	}
	if err := a.recordKeys(cmd, "prepare"); err != nil {
		return err
	}
	id, err := encryption.Prepare(file)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "key %d is prepared: give every machine the file, then run `persons encryption rotate`\n", id)
	return nil
}

func rotateKeys(cmd *cobra.Command, a *app) error {
	if err := a.store.MayReseal(cmd.Context()); err != nil {
		return err
	}
	if err := a.recordKeys(cmd, "rotate"); err != nil {
		return err
	}
	if err := a.promote(cmd); err != nil {
		return err
	}
	report, finish := newProgress(cmd.ErrOrStderr())
	n, err := a.store.Reseal(cmd.Context(), func(done, total int64) { report("sealing", done, total) })
	finish()
	if err != nil {
		return fmt.Errorf("%w (%d sealed again; run it once more to go on)", err, n)
	}
	id, err := a.keys.Primary()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "sealed %d documents again; all are sealed by key %d\n", n, id)
	return nil
}

// recordKeys tells the audit of what is about to be done to the keys.
func (a *app) recordKeys(cmd *cobra.Command, what string) error {
	return a.store.Record(cmd.Context(), audit.Event{Caller: operator(), Route: "encryption " + what, Action: audit.Key})
}

// promote makes a new key the one that seals, unless a rotation is to be finished.
func (a *app) promote(cmd *cobra.Command) error {
	primary, err := a.keys.Primary()
	if err != nil {
		return err
	}
	used, err := a.store.SealedBy(cmd.Context())
	if err != nil {
		return err
	}
	for id := range used {
		if id != primary {
			fmt.Fprintln(cmd.ErrOrStderr(), "going on with the last rotation")
			return nil
		}
	}
	if a.config.Encryption.KeysFile == "" {
		return errKeysNotInFile
	}
	_, err = encryption.Promote(a.config.Encryption.KeysFile)
	return err
}

func retireKeys(cmd *cobra.Command, a *app) error {
	file := a.config.Encryption.KeysFile
	if file == "" {
		return errKeysNotInFile
	}
	used, err := a.store.SealedBy(cmd.Context())
	if err != nil {
		return err
	}
	var needed []encryption.KeyID
	for id := range used {
		needed = append(needed, id)
	}
	if err := a.recordKeys(cmd, "retire"); err != nil {
		return err
	}
	retired, err := encryption.Retire(file, needed)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "retired %d keys\n", len(retired))
	return nil
}
