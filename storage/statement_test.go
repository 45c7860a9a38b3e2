package storage_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"personindex/storage/storagetest"
)

// Ensures that every statement fits the schema, says what it does, and is used.
func TestStatements(t *testing.T) {
	t.Parallel()
	conn := connect(t, storagetest.NewConfig(t).URL)
	used, err := os.ReadFile("sql.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("sql/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no statements: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(body), "-- "+name+" ") {
			t.Errorf("%s does not begin with a comment on what %s does", file, name)
		}
		if !strings.Contains(string(used), "//go:embed "+file+"\n") {
			t.Errorf("%s is not embedded", file)
		}
		sql, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), conn, string(body), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Prepare(t.Context(), name, sql); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// connect is for looking at, and breaking, what lies below the register.
func connect(tb testing.TB, url string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), url)
	if err != nil {
		tb.Fatalf("connect: %v", err)
	}
	tb.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// exec runs a statement of a test's own.
func exec(tb testing.TB, conn *pgx.Conn, sql string, args ...any) {
	tb.Helper()
	if _, err := conn.Exec(tb.Context(), sql, args...); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
}

// count is the number that a query answers with.
func count(tb testing.TB, conn *pgx.Conn, sql string, args ...any) int {
	tb.Helper()
	var n int
	if err := conn.QueryRow(tb.Context(), sql, args...).Scan(&n); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	return n
}

// Ensures that what a search sends is not planned anew each time, which takes
// longer than reading what it shows.
func TestSearchesArePlannedOnce(t *testing.T) {
	t.Parallel()
	conn := connect(t, storagetest.NewConfig(t).URL)
	exec(t, conn, "set plan_cache_mode = auto")
	ids := func(n int) []string { return slices.Repeat([]string{"p"}, n) }
	event := pgx.NamedArgs{"persons": ids(0), "named": ids(1), "clearance": 0}
	for _, text := range []string{"caller", "from_address", "route", "action", "reason", "session"} {
		event[text] = "a"
	}
	for _, list := range []string{"roles", "areas", "request_ids", "fields", "flags"} {
		event[list] = ids(1)
	}
	event["status"], event["since"], event["sealed"] = 200, nil, [][]byte{{0}}
	for statement, args := range map[string]pgx.NamedArgs{
		"person_by_ids":             {"ids": ids(1), "clearance": 0},
		"match_by_ids":              {"ids": ids(100), "clearance": 0},
		"candidate_overlay":         {"keys": make([]int64, 20), "weights": make([]float64, 20), "alias": "people", "limit": 100},
		"candidate_overlay_cleared": {"keys": make([]int64, 20), "weights": make([]float64, 20), "alias": "people", "limit": 100, "clearance": 2},
		"audit_event_insert":        event,
		"audit_session_upsert":      event,
	} {
		body, err := os.ReadFile(filepath.Join("sql", statement+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		sql, values, err := args.RewriteQuery(t.Context(), conn, string(body), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Prepare(t.Context(), statement, sql); err != nil {
			t.Fatal(err)
		}
		for range 10 { // Postgres tries plans for the values alone five times
			exec(t, conn, statement, values...)
		}
		if n := count(t, conn, "select generic_plans from pg_prepared_statements where name = $1", statement); n == 0 {
			t.Errorf("%s is planned each time", statement)
		}
	}
}
