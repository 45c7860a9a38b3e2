package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"personindex/match"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// Ensures that each index is fed from its registration until it is retired.
func TestIndices(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	before := create(t, s, named("Before", "Registration"))

	isNew, err := s.RegisterIndex(t.Context(), "a")
	if err != nil || !isNew {
		t.Fatalf("new %v, error %v", isNew, err)
	}
	if isNew, err = s.RegisterIndex(t.Context(), "a"); err != nil || isNew {
		t.Fatalf("again: new %v, error %v", isNew, err)
	}
	register(t, s, "b")
	after := create(t, s, named("After", "Registration"))
	for _, alias := range []string{"a", "b"} {
		entries := claim(t, s, alias)
		if d := diff(map[person.ID]match.Entry{after.ID: entryOf(after)}, entries); d != "" {
			t.Errorf("index %s (-want +got):\n%s", alias, d)
		}
		if _, ok := entries[before.ID]; ok {
			t.Errorf("index %s was fed what was there before it", alias)
		}
	}

	if err := s.RetireIndex(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	create(t, s, named("After", "Retirement"))
	aliases, err := s.RegisteredIndices(t.Context())
	if d := cmp.Diff([]string{"b"}, aliases); err != nil || d != "" {
		t.Errorf("error %v (-want +got):\n%s", err, d)
	}
	if n := count(t, conn, "select count(*) from outbox where alias = 'a'"); n != 0 {
		t.Errorf("the outbox owes a retired index %d people", n)
	}
}

// Ensures that a write is either there when RegisterIndex returns or is fed to
// the index: one that is under way holds the registration up.
func TestRegisterIndexWaitsForWrites(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn, writer := open(t, c), connect(t, c.URL), connect(t, c.URL)
	exec(t, writer, "begin")
	exec(t, writer, "select from search_index")
	done := make(chan error, 1)
	go func() {
		_, err := s.RegisterIndex(t.Context(), "people")
		done <- err
	}()
	await(t, conn, "select count(*) from pg_locks where not granted and relation = 'search_index'::regclass", 1)
	if n := count(t, conn, "select count(*) from pg_stat_activity where query like '%index_register%' and pid <> pg_backend_pid()"); n != 0 {
		t.Error("registered before the write had ended")
	}
	exec(t, writer, "commit")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestClaimOutbox(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	register(t, s, "people")
	p := create(t, s, ada())

	t.Run("a person is leased to one", func(t *testing.T) {
		if n := len(claim(t, s, "people")); n != 1 {
			t.Errorf("first claimed %d", n)
		}
		if n := len(claim(t, s, "people")); n != 0 {
			t.Errorf("then claimed %d", n)
		}
	})
	t.Run("a change ends the lease, and is what is handed out", func(t *testing.T) {
		p.Gender = "X"
		var err error
		if p, err = s.Update(t.Context(), clerk, p.Version, p); err != nil {
			t.Fatal(err)
		}
		if d := diff(map[person.ID]match.Entry{p.ID: entryOf(p)}, claim(t, s, "people")); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
	t.Run("marking an older version leaves the person due", func(t *testing.T) {
		mark(t, s, person.Revision{ID: p.ID, Version: p.Version - 1})
		if n := len(claim(t, s, "people")); n != 1 {
			t.Errorf("claimed %d", n)
		}
	})
	t.Run("a lease given back is due at once", func(t *testing.T) {
		if err := s.ReleaseOutbox(t.Context(), "people", []person.Revision{{ID: p.ID, Version: p.Version}}); err != nil {
			t.Fatal(err)
		}
		if n := len(claim(t, s, "people")); n != 1 {
			t.Errorf("claimed %d", n)
		}
	})
	t.Run("a lease that has ended is due again", func(t *testing.T) {
		if err := s.ReleaseOutbox(t.Context(), "people", []person.Revision{{ID: p.ID, Version: p.Version}}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			entries, err := s.ClaimOutbox(t.Context(), "people", 10, -time.Second)
			if err != nil || len(entries) != 1 {
				t.Fatalf("claimed %d, error %v", len(entries), err)
			}
		}
	})
	t.Run("marking the present version ends it, and an older mark that comes late changes nothing", func(t *testing.T) {
		mark(t, s, person.Revision{ID: p.ID, Version: p.Version})
		mark(t, s, person.Revision{ID: p.ID, Version: 1})
		if n := len(claim(t, s, "people")); n != 0 {
			t.Errorf("claimed %d", n)
		}
	})
}

func mark(tb testing.TB, s *storage.Store, r ...person.Revision) {
	tb.Helper()
	if err := s.MarkIndexed(tb.Context(), "people", r); err != nil {
		tb.Fatal(err)
	}
}

func TestRejectOutbox(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	register(t, s, "people")
	p, other := create(t, s, ada()), create(t, s, named("Grace", "Hopper"))
	for _, e := range claim(t, s, "people") {
		if e.ID != p.ID {
			continue
		}
		for range 3 {
			if err := s.RejectOutbox(t.Context(), "people", e.Revision, "mapper_parsing_exception"); err != nil {
				t.Fatal(err)
			}
		}
	}

	t.Run("a rejected person waits ever longer, apart from the others", func(t *testing.T) {
		n := count(t, conn, "select count(*) from outbox where person_id = $1 and due_at > now() + interval '2 seconds' and reason = 'mapper_parsing_exception'", p.ID)
		if n != 1 {
			t.Error("it does not wait, or not for the reason given")
		}
		pending, rejected, err := s.OutboxStanding(t.Context(), "people", []person.ID{p.ID, other.ID, "nobody"})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([][]person.ID{{other.ID}, {p.ID}}, [][]person.ID{pending, rejected}); d != "" {
			t.Errorf("pending and rejected (-want +got):\n%s", d)
		}
		stats, err := s.OutboxStats(t.Context(), "people")
		if err != nil {
			t.Fatal(err)
		}
		if stats.Oldest <= 0 {
			t.Errorf("oldest %v", stats.Oldest)
		}
		stats.Oldest = 0
		if d := cmp.Diff(storage.OutboxStats{Depth: 2, Waiting: 2, Rejected: 1}, stats); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
	t.Run("a change makes it due at once", func(t *testing.T) {
		p.Title = "Dr"
		if _, err := s.Update(t.Context(), clerk, 1, p); err != nil {
			t.Fatal(err)
		}
		if e := claim(t, s, "people")[p.ID]; e.Version != 2 {
			t.Errorf("claimed version %d", e.Version)
		}
	})
	t.Run("the wait has a bound", func(t *testing.T) {
		exec(t, conn, "update outbox set attempts = 2000000000 where person_id = $1", p.ID)
		if err := s.RejectOutbox(t.Context(), "people", person.Revision{ID: p.ID, Version: 2}, "again"); err != nil {
			t.Fatal(err)
		}
		if n := count(t, conn, "select count(*) from outbox where due_at > now() + interval '61 minutes'"); n != 0 {
			t.Error("it waits more than an hour")
		}
	})
}

// Ensures that a person leaves the overlay only when their present version has
// been searchable for long enough.
func TestSettleOutbox(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	register(t, s, "people")
	p := create(t, s, ada())
	early, err := s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name    string
		do      func() (int, error)
		touched int
	}{
		{"what is not indexed is not searchable", func() (int, error) { return s.MarkSearchable(t.Context(), "people", early.Add(time.Hour)) }, 0},
		{"it is indexed", func() (int, error) { mark(t, s, person.Revision{ID: p.ID, Version: 1}); return 0, nil }, 0},
		{"a refresh before that does not show it", func() (int, error) { return s.MarkSearchable(t.Context(), "people", early) }, 0},
		{"what is not searchable does not settle", func() (int, error) { return s.SettleOutbox(t.Context(), "people", 0) }, 0},
		{"a refresh after that shows it", func() (int, error) { return s.MarkSearchable(t.Context(), "people", early.Add(time.Hour)) }, 1},
		{"a search may still be under way", func() (int, error) { return s.SettleOutbox(t.Context(), "people", time.Hour) }, 0},
		{"it changes again", func() (int, error) { p.Title = "Dr"; _, err := s.Update(t.Context(), clerk, 1, p); return 0, err }, 0},
		{"and begins anew", func() (int, error) { return s.SettleOutbox(t.Context(), "people", 0) }, 0},
		{"it is indexed again", func() (int, error) { mark(t, s, person.Revision{ID: p.ID, Version: 2}); return 0, nil }, 0},
		{"and shown again", func() (int, error) { return s.MarkSearchable(t.Context(), "people", early.Add(time.Hour)) }, 1},
		{"and settles", func() (int, error) { return s.SettleOutbox(t.Context(), "people", 0) }, 1},
	}
	for _, step := range steps {
		if n, err := step.do(); err != nil || n != step.touched {
			t.Fatalf("%s: %d, want %d, error %v", step.name, n, step.touched, err)
		}
	}
}

// Ensures that four indexers, who crash, come late and send twice, leave the
// index with everybody's last version, while people change all the time.
func TestDrainConcurrently(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	register(t, s, "people")
	people := make([]person.Person, 40)
	for i := range people {
		people[i] = create(t, s, named("Ada", fmt.Sprintf("Number %d", i)))
	}
	index := &fakeIndex{held: map[person.ID]match.Entry{}}
	var writing atomic.Bool
	writing.Store(true)
	errs := together(5, func(worker int) error {
		if worker == 0 {
			defer writing.Store(false)
			return changeAll(t.Context(), s, people)
		}
		for batch := worker; ; batch++ {
			if n, err := index.takeBatch(t.Context(), s, batch%3 == 0); err != nil || (n == 0 && !writing.Load()) {
				return err
			}
		}
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for n := 1; n > 0; {
		var err error
		if n, err = index.takeBatch(t.Context(), s, false); err != nil {
			t.Fatal(err)
		}
	}
	for after := person.ID(""); ; {
		page, err := s.EntriesAfter(t.Context(), after, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, want := range page {
			if d := diff(want, index.held[want.ID]); d != "" {
				t.Errorf("%s (-want +got):\n%s", want.ID, d)
			}
			after = want.ID
		}
	}
}

// changeAll changes everybody three times, and erases every fifth.
func changeAll(ctx context.Context, s *storage.Store, people []person.Person) error {
	for round := range 3 {
		for i, p := range people {
			p.MiddleName = fmt.Sprintf("Round %d", round)
			if _, err := s.Update(ctx, clerk, int64(round+1), p); err != nil {
				return err
			}
			if round == 2 && i%5 == 0 {
				if _, err := s.Erase(ctx, clerk, p.ID, 4); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// fakeIndex keeps what it is sent unless it holds a newer version.
type fakeIndex struct {
	mu   sync.Mutex
	held map[person.ID]match.Entry
}

// takeBatch indexes a batch, or crashes with the lease in its hand.
func (x *fakeIndex) takeBatch(ctx context.Context, s *storage.Store, crash bool) (int, error) {
	lease := time.Minute
	if crash {
		lease = 0
	}
	entries, err := s.ClaimOutbox(ctx, "people", 7, lease)
	if err != nil {
		return 0, err
	}
	var sent []person.Revision
	x.mu.Lock()
	for _, e := range entries {
		if e.Version >= x.held[e.ID].Version {
			x.held[e.ID] = e
		}
		sent = append(sent, e.Revision)
	}
	x.mu.Unlock()
	if crash {
		return len(entries), nil
	}
	return len(entries), s.MarkIndexed(ctx, "people", sent)
}

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

// await asks until a query answers with n, for a minute at most.
func await(tb testing.TB, conn *pgx.Conn, sql string, n int) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	for count(tb, conn, sql) != n {
		if ctx.Err() != nil {
			tb.Fatalf("never %d: %s", n, sql)
		}
	}
}
