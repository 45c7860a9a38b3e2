// Package storagetest gives each test a register of its own on a real Postgres.
package storagetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"personindex/internal/localstack/localstacktest"
	"personindex/storage"
	"personindex/storage/migrations"
)

// New returns an empty, migrated register on a database of its own, which is
// dropped when the test ends. It takes some 100 ms. Tests may call it in
// parallel, from several test programs at once.
func New(tb testing.TB) *storage.Store {
	tb.Helper()
	store, err := storage.Open(tb.Context(), NewConfig(tb))
	if err != nil {
		tb.Fatalf("open register: %v", err)
	}
	tb.Cleanup(store.Close)
	return store
}

// NewConfig is New for a test that opens the register itself, more than once or
// with other settings.
func NewConfig(tb testing.TB) storage.Config {
	tb.Helper()
	server := localstacktest.ForTest(tb).PostgresURL
	template := ensureTemplate(tb, server)
	admin := connect(tb, server)
	name := "persons_test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	execute(tb, admin, "create database "+name+" template "+template)
	tb.Cleanup(func() { execute(tb, admin, "drop database "+name+" with (force)") })
	return storage.Config{URL: withDatabase(tb, server, name)}
}

// NewRole makes a login role whose password is its name. It is dropped when the test
// ends, so it must be made before the databases in which it is given rights.
func NewRole(tb testing.TB) string {
	tb.Helper()
	role := "persons test \"" + uuid.NewString()[:8] // a name that must be quoted
	quoted := pgx.Identifier{role}.Sanitize()
	admin := connect(tb, localstacktest.ForTest(tb).PostgresURL)
	execute(tb, admin, "create role "+quoted+" login password '"+role+"'")
	tb.Cleanup(func() { execute(tb, admin, "drop role "+quoted) })
	return role
}

// WithRole is a database's URL for a role of NewRole.
func WithRole(tb testing.TB, address, role string) string {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal("the test server's URL cannot be read")
	}
	u.User = url.UserPassword(role, role)
	return u.String()
}

// templateLock keeps test programs from making the template twice.
const templateLock = 7_205_759

// ensureTemplate returns the name of a migrated database, making it unless
// another test has. It is made under another name, so that one that failed half
// way is never used.
func ensureTemplate(tb testing.TB, server string) string {
	tb.Helper()
	name := "persons_template_" + schemaHash(tb)
	admin := connect(tb, server)
	execute(tb, admin, "select pg_advisory_lock($1)", templateLock)
	defer execute(tb, admin, "select pg_advisory_unlock($1)", templateLock)
	var made bool
	err := admin.QueryRow(tb.Context(), "select exists (select from pg_database where datname = $1)", name).Scan(&made)
	if err != nil {
		tb.Fatalf("look for the template database: %v", err)
	}
	if made {
		return name
	}
	draft := name + "_draft"
	execute(tb, admin, "drop database if exists "+draft+" with (force)")
	execute(tb, admin, "create database "+draft+" template template0 encoding 'UTF8'")
	config := storage.Config{URL: withDatabase(tb, server, draft)}
	if err := storage.Migrate(tb.Context(), config, tb.Output()); err != nil {
		tb.Fatalf("migrate the template database: %v", err)
	}
	execute(tb, admin, "alter database "+draft+" rename to "+name)
	return name
}

// schemaHash changes with every change of a migration, and each month: a template
// has the tables that the audit needs in the months after it was made.
func schemaHash(tb testing.TB) string {
	tb.Helper()
	hash := sha256.New()
	fmt.Fprint(hash, time.Now().UTC().Format("2006-01 "))
	files, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		tb.Fatalf("list migrations: %v", err)
	}
	for _, file := range files {
		step, err := migrations.Files.ReadFile(file)
		if err != nil {
			tb.Fatalf("read migration: %v", err)
		}
		fmt.Fprintf(hash, "%s %d %s", file, len(step), step)
	}
	return hex.EncodeToString(hash.Sum(nil)[:6])
}

// connect opens a connection that closes when the test ends.
func connect(tb testing.TB, server string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), server)
	if err != nil {
		tb.Fatalf("connect to test server: %v", err)
	}
	tb.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// execute outlives the test's context, which has ended when it cleans up.
func execute(tb testing.TB, conn *pgx.Conn, sql string, args ...any) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), time.Minute)
	defer cancel()
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		tb.Fatalf("prepare test database: %v", err)
	}
}

// withDatabase is the server's URL with another database in it.
func withDatabase(tb testing.TB, server, name string) string {
	tb.Helper()
	u, err := url.Parse(server)
	if err != nil {
		tb.Fatal("the test server's URL cannot be read")
	}
	u.Path = "/" + name
	return u.String()
}
