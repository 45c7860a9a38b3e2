package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"personindex/storage"
)

func grantCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "grant [--to ROLE] [--audit-reader ROLE]",
		Short: "Give database roles what they need, and no more",
		Long: `grant is run by the role that migrates, which owns the tables. It gives other roles, which must exist, exactly what they
need, and takes from them whatever else they had of this schema. "persons migrate up" repeats it for tables that are new.

The service's role can neither make nor change a table, nor change or remove what the audit says.`,
		Example: "  persons migrate grant --to persons_service --audit-reader persons_auditor",
		Args:    cobra.NoArgs,
		RunE:    runGrant,
	}
	cmd.Flags().String("to", "", "`role` that the API, the indexer and imports connect with")
	cmd.Flags().String("audit-reader", "", "`role` that auditors' tools connect with")
	cmd.Flags().Bool("print", false, "print the SQL and run nothing")
	return cmd
}

func runGrant(cmd *cobra.Command, _ []string) error {
	config, err := load(cmd)
	if err != nil {
		return err
	}
	onlyPrint, err := cmd.Flags().GetBool("print")
	if err != nil {
		return err
	}
	given := 0
	for _, of := range []struct {
		flag    string
		purpose storage.Purpose
	}{{"to", storage.ServiceRole}, {"audit-reader", storage.AuditReaderRole}} {
		role, err := cmd.Flags().GetString(of.flag)
		if err != nil {
			return err
		}
		if role == "" {
			continue
		}
		given++
		if err := giveRole(cmd, config.Postgres, of.purpose, role, onlyPrint); err != nil {
			return fmt.Errorf("--%s %s: %w", of.flag, role, err)
		}
	}
	if given == 0 {
		return errors.New("name a role with --to or --audit-reader")
	}
	return nil
}

func giveRole(cmd *cobra.Command, config storage.Config, purpose storage.Purpose, role string, onlyPrint bool) error {
	if !onlyPrint {
		return storage.Grant(cmd.Context(), config, purpose, role)
	}
	sql, err := storage.GrantSQL(cmd.Context(), config, purpose, role)
	if err == nil {
		fmt.Fprintln(cmd.OutOrStdout(), sql)
	}
	return err
}
