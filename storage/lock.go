package storage

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// WithSharedIndexLock runs fn while nobody holds the lock of alias exclusively:
// an indexer holds it for each batch. Others may hold it shared meanwhile. It
// waits for the lock as long as ctx allows, and takes up a connection for as
// long as fn runs. Should that connection break, the lock goes and fn runs on.
func (s *Store) WithSharedIndexLock(ctx context.Context, alias string, fn func(context.Context) error) error {
	return s.withIndexLock(ctx, indexLockShared, indexUnlockShared, alias, fn)
}

// WithExclusiveIndexLock runs fn while nobody else holds the lock of alias: a
// reindex cuts over under it. It waits and fails as WithSharedIndexLock does; who
// asks for the lock later waits behind it.
func (s *Store) WithExclusiveIndexLock(ctx context.Context, alias string, fn func(context.Context) error) error {
	return s.withIndexLock(ctx, indexLockExclusive, indexUnlockExclusive, alias, fn)
}

func (s *Store) withIndexLock(ctx context.Context, lock, unlock, alias string, fn func(context.Context) error) error {
	args := pgx.StrictNamedArgs{"alias": alias}
	conn, err := s.db.lock(ctx, lock, args)
	for timedOut(err) && ctx.Err() == nil {
		conn, err = s.db.lock(ctx, lock, args)
	}
	if err != nil {
		return translate("lock index", err)
	}
	defer release(ctx, conn, unlock, args)
	return fn(ctx)
}

// timedOut reports whether the server gave a statement up.
func timedOut(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == queryCanceled
}

// release gives a lock and its connection back even when ctx has ended, and ends
// the connection, and with it the lock, when that fails.
func release(ctx context.Context, conn *pgxpool.Conn, unlock string, args pgx.StrictNamedArgs) {
	defer conn.Release()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := conn.Exec(ctx, unlock, args); err != nil {
		_ = conn.Conn().Close(ctx) // the pool makes a new one
	}
}
