package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"personindex/storage/migrations"
)

// Migration is one step of the schema and when this database took it.
type Migration struct {
	Version   int64
	Name      string
	AppliedAt time.Time // zero while it is pending
}

// Migrate brings the schema up to date and writes a line for each step it takes
// to progress, and then makes the audit's tables of the months to come. Several
// processes may call it at once: one migrates while the others wait. A step that
// fails leaves nothing of itself behind. Roles that were given rights by [Grant]
// are given what new tables need.
func Migrate(ctx context.Context, c Config, progress io.Writer) error {
	config, err := c.pool()
	if err != nil {
		return err
	}
	// A step over millions of rows takes longer than any request may.
	delete(config.ConnConfig.RuntimeParams, "statement_timeout")
	db := stdlib.OpenDB(*config.ConnConfig)
	defer db.Close()
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	results, err := provider.Up(ctx)
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		results = partial.Applied
	}
	for _, r := range results {
		fmt.Fprintf(progress, "migrated to %s in %s\n", r.Source.Path, r.Duration.Round(time.Millisecond))
	}
	if err != nil {
		return translateMigration(err)
	}
	if _, err := db.ExecContext(ctx, auditTend); err != nil {
		return translateMigration(err)
	}
	return grantAgain(ctx, c, progress)
}

// MigrationStatus lists all migrations this program knows, oldest first.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	var statuses []*goose.MigrationStatus
	err := s.migrations(func(p *goose.Provider) (err error) {
		statuses, err = p.Status(ctx)
		return err
	})
	if err != nil {
		return nil, translateMigration(err)
	}
	list := make([]Migration, len(statuses))
	for i, m := range statuses {
		list[i] = Migration{Version: m.Source.Version, Name: m.Source.Path, AppliedAt: m.AppliedAt}
	}
	return list, nil
}

// CheckSchema returns [ErrSchemaBehind], naming the current and the wanted
// version, when the database lacks a migration. One that is ahead is served: a
// newer program may have migrated it while this one runs beside it.
func (s *Store) CheckSchema(ctx context.Context) error {
	var current, wanted int64
	err := s.migrations(func(p *goose.Provider) (err error) {
		current, wanted, err = p.GetVersions(ctx)
		return err
	})
	if err != nil {
		return translateMigration(err)
	}
	if current < wanted {
		return fmt.Errorf("%w: it is at version %d and must be at %d", ErrSchemaBehind, current, wanted)
	}
	return nil
}

// migrations asks about the migrations of this database.
func (s *Store) migrations(ask func(*goose.Provider) error) error {
	return s.db.schema(func(db *sql.DB) error {
		provider, err := newProvider(db)
		if err != nil {
			return err
		}
		return ask(provider)
	})
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	return provider, nil
}

// translateMigration keeps Postgres's own text, which the person who migrates
// needs, and which holds no values: migrations carry none.
func translateMigration(err error) error {
	if err == nil {
		return nil
	}
	if reason := unavailability(err); reason != "" {
		return fmt.Errorf("migrate: %w: %s", ErrUnavailable, reason)
	}
	return fmt.Errorf("migrate: %w", err)
}
