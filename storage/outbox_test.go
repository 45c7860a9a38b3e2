package storage_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/match"
	"personindex/person"
	"personindex/storage"
)

func open(tb testing.TB, c storage.Config) *storage.Store {
	tb.Helper()
	s, err := storage.Open(tb.Context(), c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

func register(tb testing.TB, s *storage.Store, alias string) {
	tb.Helper()
	if _, err := s.RegisterIndex(tb.Context(), alias); err != nil {
		tb.Fatal(err)
	}
}

// claim leases everybody who is due.
func claim(tb testing.TB, s *storage.Store, alias string) map[person.ID]match.Entry {
	tb.Helper()
	entries, err := s.ClaimOutbox(tb.Context(), alias, 1000, time.Hour)
	if err != nil {
		tb.Fatal(err)
	}
	byID := map[person.ID]match.Entry{}
	for _, e := range entries {
		byID[e.ID] = e
	}
	return byID
}

// await asks until a query answers with n, which it must in the end.
func await(tb testing.TB, conn *pgx.Conn, sql string, n int) {
	tb.Helper()
	for count(tb, conn, sql) != n {
		select {
		case <-tb.Context().Done():
			tb.Fatalf("never %d: %s", n, sql)
		default:
		}
	}
}
