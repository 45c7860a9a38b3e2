package indexer

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"personindex/person"
	"personindex/storage"
)

// withStanding adds to a register what it does not offer yet.
type withStanding struct {
	*storage.Store
	pool *pgxpool.Pool
}

func openRegister(t testing.TB, config storage.Config) withStanding {
	t.Helper()
	store, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	pool, err := pgxpool.New(t.Context(), config.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return withStanding{store, pool}
}

func (s withStanding) Revisions(ctx context.Context, ids []person.ID) ([]person.Revision, error) {
	rows, err := s.pool.Query(ctx, `select id, version from person where id = any($1)`, ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[person.Revision])
}

func (s withStanding) OutboxStanding(ctx context.Context, alias string, ids []person.ID) (pending, rejected []person.ID, err error) {
	rows, err := s.pool.Query(ctx, `select person_id, attempts > 0 from outbox
		where alias = $1 and person_id = any($2) and due_at is not null`, alias, ids)
	if err != nil {
		return nil, nil, err
	}
	var id person.ID
	var refused bool
	_, err = pgx.ForEachRow(rows, []any{&id, &refused}, func() error {
		if refused {
			rejected = append(rejected, id)
		} else {
			pending = append(pending, id)
		}
		return nil
	})
	return pending, rejected, err
}
