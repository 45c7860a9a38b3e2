package storage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Purpose is what a database role is for, and so what it may do. The role that
// migrates owns everything and is not for daily work.
type Purpose string

// The purposes. Each has a file in the folder roles that says what it may do.
const (
	ServiceRole     Purpose = "service"      // the API, the indexer, imports, counts of names
	AuditReaderRole Purpose = "audit-reader" // tools of auditors: the audit and nothing else
)

//go:embed roles/*.sql
var roles embed.FS

// Errors of giving a role its rights.
var (
	// ErrNoRole means that the server has no role of this name.
	ErrNoRole = errors.New("there is no such database role: create it first, with a login")
	// ErrRoleOwns means that a role cannot be bound: it is a superuser, or owns the
	// tables, or may act for whoever does.
	ErrRoleOwns = errors.New("this database role owns the tables or is a superuser, whom no rights bind")
)

// Grant gives a role, which must exist, exactly what the purpose needs: what it had
// before of this schema is taken away, in the same transaction. The user of c must
// own the tables. The role is remembered, so that [Migrate] gives it what new
// tables need. It returns [ErrNoRole] or [ErrRoleOwns].
func Grant(ctx context.Context, c Config, purpose Purpose, role string) error {
	return asOwner(ctx, c, func(tx pgx.Tx) error { return grant(ctx, tx, purpose, role) })
}

// GrantSQL is what Grant would run, for those who run such things by hand.
func GrantSQL(ctx context.Context, c Config, purpose Purpose, role string) (sql string, err error) {
	err = asOwner(ctx, c, func(tx pgx.Tx) error {
		sql, err = grantSQL(ctx, tx, purpose, role)
		return err
	})
	return sql, err
}

// grantAgain gives every role that was granted something what it needs now, and
// writes a line for each to progress.
func grantAgain(ctx context.Context, c Config, progress io.Writer) error {
	return asOwner(ctx, c, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, roleList)
		if err != nil {
			return err
		}
		granted, err := pgx.CollectRows(rows, pgx.RowToStructByPos[grantedRole])
		if err != nil {
			return err
		}
		for _, g := range granted {
			if err := grant(ctx, tx, g.Purpose, g.Role); err != nil {
				return err
			}
			fmt.Fprintf(progress, "granted %s what the %s needs\n", g.Role, g.Purpose)
		}
		return nil
	})
}

// grantedRole is a row of granted_role.
type grantedRole struct {
	Role    string
	Purpose Purpose
}

func grant(ctx context.Context, tx pgx.Tx, purpose Purpose, role string) error {
	sql, err := grantSQL(ctx, tx, purpose, role)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, sql); err != nil { // several statements, so without arguments
		return err
	}
	_, err = tx.Exec(ctx, roleRemember, pgx.StrictNamedArgs{"role": role, "purpose": string(purpose)})
	return err
}

func grantSQL(ctx context.Context, tx pgx.Tx, purpose Purpose, role string) (string, error) {
	common, err := roles.ReadFile("roles/everyone.sql")
	if err != nil {
		return "", fmt.Errorf("read rights: %w", err)
	}
	own, err := roles.ReadFile("roles/" + string(purpose) + ".sql")
	if err != nil {
		return "", fmt.Errorf("there is no purpose %q", purpose)
	}
	var owns bool
	var database, schema string
	err = tx.QueryRow(ctx, roleCheck, pgx.StrictNamedArgs{"role": role}).Scan(&owns, &database, &schema)
	switch {
	case err != nil:
		return "", noneIs(err, ErrNoRole)
	case owns:
		return "", ErrRoleOwns
	}
	names := strings.NewReplacer("{role}", quoted(role), "{database}", quoted(database), "{schema}", quoted(schema))
	return names.Replace(string(common) + "\n" + string(own)), nil
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// asOwner runs fn in a transaction on a connection of its own. Its errors keep
// Postgres's text, which holds names of roles and tables and nobody's values.
func asOwner(ctx context.Context, c Config, fn func(pgx.Tx) error) error {
	config, err := c.pool()
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return translate("open database", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := pgx.BeginFunc(ctx, conn, fn); err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	return nil
}
