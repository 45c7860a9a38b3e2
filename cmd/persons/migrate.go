package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"personindex/storage"
)

func migrateCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "migrate", Short: "Bring the database schema up to date, or show where it is"}
	cmd.AddCommand(
		&cobra.Command{
			Use: "up", Short: "Apply every migration that is missing", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				config, err := load(cmd)
				if err != nil {
					return err
				}
				return storage.Migrate(cmd.Context(), config.Postgres, cmd.OutOrStdout())
			},
		},
		&cobra.Command{
			Use: "status", Short: "List the migrations and which are applied", Args: cobra.NoArgs,
			RunE: migrationStatus,
		},
		grantCommand(),
	)
	return cmd
}

func migrationStatus(cmd *cobra.Command, _ []string) error {
	config, err := load(cmd)
	if err != nil {
		return err
	}
	store, err := storage.Open(cmd.Context(), config.Postgres)
	if err != nil {
		return err
	}
	defer store.Close()
	migrations, err := store.MigrationStatus(cmd.Context())
	if err != nil {
		return err
	}
	for _, m := range migrations {
		state := "missing"
		if !m.AppliedAt.IsZero() {
			state = "applied " + m.AppliedAt.UTC().Format("2006-01-02 15:04")
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%05d  %-24s %s\n", m.Version, state, m.Name)
	}
	return nil
}
