// Package storage keeps people in Postgres, the system of record.
//
// Every change is one transaction: the person's values, what matching needs of
// them, the audit event, the past values and an outbox row for each search index
// are written together or not at all. What another system must be told of is in
// the outbox; nothing is sent from here but a NOTIFY, which is only a wake-up.
//
// Errors hold no values. Those of package person say what the caller did; of
// the rest, [ErrUnavailable] means that trying again later may help. All methods
// may be called by many goroutines at once, and by many processes on one
// database. Session locks and LISTEN need a direct connection, or a pooler that
// pools by session.
package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Config says which Postgres to use and how patiently.
type Config struct {
	URL              string        // postgres://user:password@host:port/database; libpq's parameters are understood
	MaxConns         int           // connections held at most; 0 means 10. An indexer keeps two of them busy
	ConnectTimeout   time.Duration // for one new connection, and for the first one at Open; 0 means 5 s
	StatementTimeout time.Duration // the server gives a statement up after this; 0 means 10 s
	// ImportKey is the secret under which erased references are kept as hashes.
	// Without it nothing is imported, and nobody erased whom an import knows.
	ImportKey string `mapstructure:"-"`
}

// Validate reports what is wrong with the configuration, without repeating the
// URL, which holds a password.
func (c Config) Validate() error {
	switch {
	case c.URL == "":
		return errors.New("postgres URL must be given")
	case c.MaxConns < 0 || c.MaxConns == 1:
		return errors.New("postgres MaxConns must be 2 or more, or 0 for the default")
	case c.ConnectTimeout < 0 || c.StatementTimeout < 0:
		return errors.New("postgres timeouts must not be negative")
	}
	if _, err := pgxpool.ParseConfig(c.URL); err != nil {
		return errors.New("postgres URL cannot be read")
	}
	return nil
}

func (c Config) connectTimeout() time.Duration   { return cmp.Or(c.ConnectTimeout, 5*time.Second) }
func (c Config) statementTimeout() time.Duration { return cmp.Or(c.StatementTimeout, 10*time.Second) }

// pool is the configuration as pgx takes it.
func (c Config) pool() (*pgxpool.Config, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	pool, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, errors.New("postgres URL cannot be read")
	}
	pool.MaxConns = int32(cmp.Or(c.MaxConns, 10))
	pool.ConnConfig.ConnectTimeout = c.connectTimeout()
	timeout := strconv.FormatInt(c.statementTimeout().Milliseconds(), 10)
	pool.ConnConfig.RuntimeParams["statement_timeout"] = timeout
	// A process that dies between statements must not hold a person's row for ever.
	pool.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = timeout
	// Compiling a statement of some milliseconds takes longer than running it.
	pool.ConnConfig.RuntimeParams["jit"] = "off"
	pool.ConnConfig.RuntimeParams["application_name"] = "persons"
	return pool, nil
}

// Store is the register. Make one with [Open].
type Store struct {
	pool      *pgxpool.Pool
	notifier  *notifier
	importKey []byte
}

// Open connects to the database, or returns an error within the connect timeout.
// It does not look at the schema; see [Store.CheckSchema].
func Open(ctx context.Context, c Config, options ...Option) (*Store, error) {
	config, err := c.pool()
	if err != nil {
		return nil, err
	}
	if len(options) > 0 {
		config.ConnConfig.Tracer = watchers(options)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, translate("open database", err)
	}
	ping, cancel := context.WithTimeout(ctx, c.connectTimeout())
	defer cancel()
	if err := pool.Ping(ping); err != nil {
		pool.Close()
		return nil, translate("open database", err)
	}
	return &Store{pool: pool, notifier: startNotifier(pool), importKey: []byte(c.ImportKey)}, nil
}

// Close waits for what is under way and ends all connections.
func (s *Store) Close() {
	s.notifier.stop()
	s.pool.Close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return translate("ping database", s.pool.Ping(ctx))
}

// Now is the database's time, by which everything in it is dated.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	return scalar[time.Time](ctx, s, "read the time", nowStatement, nil)
}

// Size is how many people there are who are not gone and of whom everybody may
// know: exact when few, Postgres's own estimate when counting would take long.
func (s *Store) Size(ctx context.Context) (int64, error) {
	return scalar[int64](ctx, s, "count people", sizeStatement, nil)
}

// write runs fn in one transaction, and once more, up to twice, when Postgres
// broke a deadlock by ending it.
func (s *Store) write(ctx context.Context, fn func(pgx.Tx) error) error {
	var err error
	for range 3 {
		if err = pgx.BeginFunc(ctx, s.pool, fn); !endedDeadlock(err) {
			break
		}
	}
	return err
}

// scalar runs a statement that answers with one value.
func scalar[T any](ctx context.Context, s *Store, what, sql string, args pgx.StrictNamedArgs) (T, error) {
	var value T
	err := s.pool.QueryRow(ctx, sql, args).Scan(&value)
	return value, translate(what, err)
}

// affect runs a statement and returns how many rows it touched.
func (s *Store) affect(ctx context.Context, what, sql string, args pgx.StrictNamedArgs) (int, error) {
	var rows int
	err := s.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, sql, args)
		rows = int(tag.RowsAffected())
		return err
	})
	return rows, translate(what, err)
}

// sendAll runs what was queued in one round trip and returns the first error.
func sendAll(ctx context.Context, tx pgx.Tx, batch *pgx.Batch) error {
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("send batch: %w", err)
	}
	return nil
}
