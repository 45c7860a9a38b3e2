package storage_test

import (
	"bytes"
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"personindex/internal/breaker"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// onLine returns a store over a line that can break. One failure opens its
// breaker, for as long as wait.
func onLine(t *testing.T, wait time.Duration, change ...func(*storage.Config)) (*storage.Store, *storagetest.Line) {
	t.Helper()
	line, c := storagetest.NewLine(t, storagetest.NewConfig(t))
	c.Breaker = breaker.Config{Failures: 1, Wait: wait}
	for _, change := range change {
		change(&c)
	}
	return open(t, c), line
}

// Ensures of every kind of call that it finds out that Postgres is gone, and then
// does not ask it again.
func TestWhileThereIsNoPostgresNobodyAsks(t *testing.T) {
	t.Parallel()
	p := named("Ada", "Example")
	p.ID, p.Version = "p", 1
	key := &storage.Idempotency{Caller: "test", Key: "k", Digest: []byte{1}}
	nothing := func(context.Context) error { return nil }
	for name, call := range map[string]func(context.Context, *storage.Store) error{
		"create": func(ctx context.Context, s *storage.Store) error {
			_, err := s.Create(ctx, clerk, p, key)
			return err
		},
		"read": func(ctx context.Context, s *storage.Store) error {
			_, err := s.Person(ctx, person.VeryRestricted, "p")
			return err
		},
		"read by cross-reference": func(ctx context.Context, s *storage.Store) error {
			_, err := s.PersonByCrossReference(ctx, person.VeryRestricted, "rents", "7")
			return err
		},
		"read many": func(ctx context.Context, s *storage.Store) error {
			_, err := s.People(ctx, person.VeryRestricted, []person.ID{"p"})
			return err
		},
		"update": func(ctx context.Context, s *storage.Store) error { _, err := s.Update(ctx, clerk, 1, p); return err },
		"erase":  func(ctx context.Context, s *storage.Store) error { _, err := s.Erase(ctx, clerk, "p", 1); return err },
		"add a cross-reference": func(ctx context.Context, s *storage.Store) error {
			_, err := s.AddCrossReference(ctx, clerk, "p", person.CrossReference{System: "rents", Reference: "7"}, nil)
			return err
		},
		"history": func(ctx context.Context, s *storage.Store) error {
			_, err := s.History(ctx, person.VeryRestricted, "p", 0, 10)
			return err
		},
		"provenance": func(ctx context.Context, s *storage.Store) error {
			_, err := s.Provenance(ctx, person.VeryRestricted, p)
			return err
		},
		"recall": func(ctx context.Context, s *storage.Store) error { _, err := s.Recall(ctx, key); return err },
		"candidates": func(ctx context.Context, s *storage.Store) error {
			_, err := s.Candidates(ctx, person.VeryRestricted, asking(p), 10)
			return err
		},
		"size": func(ctx context.Context, s *storage.Store) error { _, err := s.Size(ctx); return err },
		"lock": func(ctx context.Context, s *storage.Store) error {
			return s.WithSharedIndexLock(ctx, "people", nothing)
		},
		"claim": func(ctx context.Context, s *storage.Store) error {
			_, err := s.ClaimOutbox(ctx, "people", 10, time.Minute)
			return err
		},
		"settle": func(ctx context.Context, s *storage.Store) error {
			_, err := s.SettleOutbox(ctx, "people", 0)
			return err
		},
		"count outbox": func(ctx context.Context, s *storage.Store) error { _, err := s.OutboxStats(ctx, "people"); return err },
		"begin import": func(ctx context.Context, s *storage.Store) error { return s.WithImport(ctx, "rents", nothing) },
		"try import": func(ctx context.Context, s *storage.Store) error {
			_, err := s.TryImport(ctx, storage.Source{System: "rents"}, nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, line := onLine(t, time.Hour, func(c *storage.Config) { c.ImportKey = "k" })
			line.Cut()
			err := call(t.Context(), s)
			wantError(t, err, storage.ErrUnavailable)
			if errors.Is(err, breaker.ErrOpen) {
				t.Error("the first was not made")
			}
			line.Mend() // and still nobody asks
			err = call(t.Context(), s)
			wantError(t, err, storage.ErrUnavailable)
			wantError(t, err, breaker.ErrOpen)
		})
	}
}

func TestPostgresIsAskedAgainWhenItIsBack(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	line, c := storagetest.NewLine(t, storagetest.NewConfig(t))
	c.Breaker = breaker.Config{Failures: 2, Wait: 10 * time.Millisecond}
	s, err := storage.Open(t.Context(), c, storage.WithLog(slog.New(slog.NewTextHandler(&log, nil))))
	if err != nil {
		t.Fatal(err)
	}
	p := create(t, s, named("Ada", "Example"))
	line.Cut()
	for !errors.Is(err, breaker.ErrOpen) {
		_, err = s.Person(t.Context(), person.VeryRestricted, p.ID)
		wantError(t, err, storage.ErrUnavailable)
	}
	line.Mend()
	for err != nil && t.Context().Err() == nil {
		_, err = s.Person(t.Context(), person.VeryRestricted, p.ID)
	}
	s.Close()
	for _, once := range []string{`"circuit breaker opened" call=postgres`, `"circuit breaker closed" call=postgres`} {
		if n := strings.Count(log.String(), once); n != 1 {
			t.Errorf("it is logged %d times: %s in %s", n, once, log.String())
		}
	}
}

// What the register says no to, it has answered; and whoever leaves says nothing.
func TestOnlyAMissingAnswerOpensTheBreaker(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	conn, blocker := connect(t, c.URL), connect(t, c.URL)
	c.Breaker, c.ImportKey = breaker.Config{Failures: 1, Wait: time.Hour}, "k"
	s := open(t, c)
	p := create(t, s, named("Ada", "Example"))
	gone := create(t, s, named("Grace", "Example"))
	if _, err := s.Erase(t.Context(), clerk, gone.ID, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddCrossReference(t.Context(), clerk, p.ID, person.CrossReference{System: "rents", Reference: "7"}, nil); err != nil {
		t.Fatal(err)
	}
	key := storage.Idempotency{Caller: "test", Key: "k", Digest: []byte{1}}
	if _, err := s.Create(t.Context(), clerk, named("Alan", "Example"), &key); err != nil {
		t.Fatal(err)
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	other := named("Edsger", "Example")
	other.CrossReferences = []person.CrossReference{{System: "rents", Reference: "7"}}

	for name, no := range map[string]func() error{
		"not found":           func() error { _, err := s.Person(t.Context(), person.VeryRestricted, "nobody"); return err },
		"erased":              func() error { _, err := s.History(t.Context(), person.VeryRestricted, gone.ID, 0, 10); return err },
		"id in use":           func() error { _, err := s.Create(t.Context(), clerk, p, nil); return err },
		"stale version":       func() error { _, err := s.Update(t.Context(), clerk, 99, p); return err },
		"stale at erasure":    func() error { _, err := s.Erase(t.Context(), clerk, p.ID, 99); return err },
		"another's reference": func() error { _, err := s.Create(t.Context(), clerk, other, nil); return err },
		"no such reference": func() error {
			_, err := s.PersonByCrossReference(t.Context(), person.VeryRestricted, "rents", "8")
			return err
		},
		"another use of a key":  func() error { k := key; k.Digest = nil; _, err := s.Recall(t.Context(), &k); return err },
		"refused by the schema": func() error { _, err := s.Create(t.Context(), clerk, named("A\x00", "Example"), nil); return err },
		"the caller had left":   func() error { _, err := s.Person(left, person.VeryRestricted, p.ID); return err },
		"the caller leaves": func() error {
			exec(t, blocker, "begin")
			exec(t, blocker, "lock table person in access exclusive mode")
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { _, err := s.Person(ctx, person.VeryRestricted, p.ID); ended <- err }()
			await(t, conn, "select count(*) from pg_locks where not granted and relation = 'person'::regclass", 1)
			cancel()
			err := <-ended
			exec(t, blocker, "rollback")
			return err
		},
	} {
		if err := no(); err == nil || errors.Is(err, breaker.ErrOpen) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Person(t.Context(), person.VeryRestricted, p.ID); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
}

// Two who wait for one lock are no fault of Postgres's.
func TestWaitingForOthersDoesNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	c.Breaker, c.ImportKey, c.StatementTimeout = breaker.Config{Failures: 1, Wait: time.Hour}, "k", time.Second
	s := open(t, c)
	err := s.WithImport(t.Context(), "rents", func(ctx context.Context) error {
		return s.WithImport(ctx, "rents", func(context.Context) error { return nil })
	})
	wantError(t, err, storage.ErrImportBusy)
	_, err = s.Person(t.Context(), person.VeryRestricted, "nobody")
	wantError(t, err, person.ErrNotFound)
}

// A server that has stopped gives nothing up, so that we must, whoever asks.
func TestAMuteServerIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	s, line := onLine(t, time.Hour, func(c *storage.Config) { c.StatementTimeout = 50 * time.Millisecond })
	line.Mute()
	_, err := s.Size(context.WithoutCancel(t.Context()))
	wantError(t, err, context.DeadlineExceeded)
	_, err = s.Size(t.Context())
	wantError(t, err, breaker.ErrOpen)
	line.Cut() // for Close, which would wait for an answer
}

// The breaker is in database.go, so nothing else may touch the pool.
func TestOnlyTheDatabaseTouchesThePool(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") || source == "database.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if field, ok := n.(*ast.SelectorExpr); ok && field.Sel.Name == "pool" && nameOf(field.X) == "db" {
				t.Errorf("%s touches the pool", source)
			}
			return true
		})
	}
}

// nameOf is the name of a variable or field.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}
