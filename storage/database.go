package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"personindex/internal/breaker"
)

// database is Postgres as the rest of this package asks it: through one circuit
// breaker. Nothing else touches the pool, so that nobody can forget it. Calls must
// not be made within one another: while the breaker tries, it lets one through.
type database struct {
	pool    *pgxpool.Pool
	breaker *breaker.Breaker
}

// querier is what reads can be asked of: the pool, or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// guard makes a call, or returns [breaker.ErrOpen] while Postgres does not answer.
// Whatever Postgres says no to, and whatever we make of its answer, is an answer.
func (d *database) guard(call func() error) error {
	var answered error
	err := d.breaker.Do(func() error {
		err := call()
		if errors.Is(err, context.Canceled) || unanswered(err) {
			return err
		}
		answered = err
		return nil
	})
	return cmp.Or(answered, err)
}

// read asks the pool, outside any transaction.
func read[T any](d *database, ask func(querier) (T, error)) (T, error) {
	var answer T
	err := d.guard(func() (err error) {
		answer, err = ask(d.pool)
		return err
	})
	return answer, err
}

// list reads every row that a statement answers with.
func list[T any](ctx context.Context, d *database, sql string, args pgx.StrictNamedArgs, scan pgx.RowToFunc[T]) ([]T, error) {
	return read(d, func(q querier) ([]T, error) { return collect(ctx, q, sql, args, scan) })
}

// only reads the one row that a statement answers with, or [pgx.ErrNoRows].
func only[T any](ctx context.Context, d *database, sql string, args pgx.StrictNamedArgs, scan pgx.RowToFunc[T]) (T, error) {
	return read(d, func(q querier) (T, error) {
		rows, err := q.Query(ctx, sql, args)
		if err != nil {
			var none T
			return none, err
		}
		return pgx.CollectExactlyOneRow(rows, scan)
	})
}

// collect is list for whoever has a transaction.
func collect[T any](ctx context.Context, q querier, sql string, args pgx.StrictNamedArgs, scan pgx.RowToFunc[T]) ([]T, error) {
	rows, err := q.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// transact runs fn in one transaction.
func (d *database) transact(ctx context.Context, options pgx.TxOptions, fn func(pgx.Tx) error) error {
	return d.guard(func() error { return pgx.BeginTxFunc(ctx, d.pool, options, fn) })
}

// exec runs a statement that answers with nothing, and returns how many rows it
// touched.
func (d *database) exec(ctx context.Context, sql string, args pgx.StrictNamedArgs) (rows int64, err error) {
	err = d.guard(func() error {
		tag, err := d.pool.Exec(ctx, sql, args)
		rows = tag.RowsAffected()
		return err
	})
	return rows, err
}

// lock returns a connection that holds a session lock, to be given back with
// [release]. An error for which [timedOut] holds says that others hold the lock:
// Postgres is there.
func (d *database) lock(ctx context.Context, lock string, args pgx.StrictNamedArgs) (*pgxpool.Conn, error) {
	var conn *pgxpool.Conn
	var held error
	err := d.guard(func() (err error) {
		if conn, err = d.pool.Acquire(ctx); err != nil {
			return err
		}
		if _, err = conn.Exec(ctx, lock, args); err != nil {
			conn.Release()
		}
		if timedOut(err) {
			held, err = err, nil
		}
		return err
	})
	return conn, cmp.Or(held, err)
}

// schema calls fn with the database as the migrations take it.
func (d *database) schema(fn func(*sql.DB) error) error {
	return d.guard(func() error {
		db := stdlib.OpenDBFromPool(d.pool)
		defer db.Close() // the pool stays open
		return fn(db)
	})
}

// connect opens a connection of its own, beside the pool.
func (d *database) connect(ctx context.Context) (conn *pgx.Conn, err error) {
	err = d.guard(func() error {
		conn, err = pgx.ConnectConfig(ctx, d.pool.Config().ConnConfig)
		return err
	})
	return conn, err
}

// ping asks whether Postgres answers, whatever the breaker says: that is how to
// find out.
func (d *database) ping(ctx context.Context) error { return d.pool.Ping(ctx) }

func (d *database) close() { d.pool.Close() }
