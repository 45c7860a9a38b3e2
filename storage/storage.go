// Package storage keeps people in Postgres, the system of record.
//
// Every change is one transaction: the person's values, what matching needs of
// them, the audit event, the past values and an outbox row for each search index
// are written together or not at all. What another system must be told of is in
// the outbox; nothing is sent from here but a NOTIFY, which is only a wake-up.
//
// Errors hold no values. Those of package person say what the caller did; of
// the rest, [ErrUnavailable] means that trying again later may help; while Postgres
// does not answer it is returned at once, see [Config].Breaker. All methods
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
	"github.com/prometheus/client_golang/prometheus"

	"personindex/encryption"
	"personindex/internal/breaker"
)

// Config says which Postgres to use and how patiently.
type Config struct {
	URL              string        // postgres://user:password@host:port/database; libpq's parameters are understood
	MaxConns         int           // connections held at most; 0 means 10. An indexer keeps two of them busy
	ConnectTimeout   time.Duration // for one new connection, and for the first one at Open; 0 means 5 s
	StatementTimeout time.Duration // the server gives a statement up after this; 0 means 10 s
	// Breaker says after how many calls in a row that Postgres did not answer it is
	// not asked for a while.
	Breaker breaker.Config `mapstructure:"-"`
	// ImportKey is the secret under which erased references are kept as hashes.
	// Without it nothing is imported, and nobody erased whom an import knows.
	ImportKey string `mapstructure:"-"`
	// Keys seal what only one service area may see. Without them nothing of the kind
	// is kept.
	Keys *encryption.Keys `mapstructure:"-"`
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
	return c.Breaker.Validate()
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
	db        *database
	notifier  *notifier
	importKey []byte
	keys      *encryption.Keys
}

// Open connects to the database, or returns an error within the connect timeout.
// It does not look at the schema; see [Store.CheckSchema].
func Open(ctx context.Context, c Config, options ...Option) (*Store, error) {
	config, err := c.pool()
	if err != nil {
		return nil, err
	}
	watch := newWatch(options)
	config.ConnConfig.Tracer = watch.tracer(deadlines{c.statementTimeout()})
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
	db := &database{pool, breaker.New("postgres", c.Breaker, watch.log)}
	return &Store{db: db, notifier: startNotifier(db), importKey: []byte(c.ImportKey), keys: c.Keys}, nil
}

// Close waits for what is under way and ends all connections.
func (s *Store) Close() {
	s.notifier.stop()
	s.db.close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return translate("ping database", s.db.ping(ctx))
}

// Metrics are the collectors of the store's circuit breaker, to be registered once.
func (s *Store) Metrics() []prometheus.Collector { return s.db.breaker.Metrics() }

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
		if err = s.db.transact(ctx, pgx.TxOptions{}, fn); !endedDeadlock(err) {
			break
		}
	}
	return err
}

// scalar runs a statement that answers with one value.
func scalar[T any](ctx context.Context, s *Store, what, sql string, args pgx.StrictNamedArgs) (T, error) {
	value, err := only(ctx, s.db, sql, args, pgx.RowTo[T])
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
