package storage_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)

	t.Run("a person with every field comes back as sent, at version 1, with an id", func(t *testing.T) {
		created := create(t, s, ada())
		want := ada().WithLists()
		want.ID, want.Version = created.ID, 1
		if d := diff(want, created); d != "" {
			t.Errorf("created (-want +got):\n%s", d)
		}
		read, err := s.Person(t.Context(), cleared, created.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(created, read); d != "" {
			t.Errorf("read (-want +got):\n%s", d)
		}
		if read.CreatedAt.IsZero() || !read.CreatedAt.Equal(read.UpdatedAt) {
			t.Errorf("created at %v, updated at %v", read.CreatedAt, read.UpdatedAt)
		}
	})

	t.Run("an id in use is refused, and so for ever is that of an erased person", func(t *testing.T) {
		p := named("Grace", "Example")
		p.ID = "own-id"
		created := create(t, s, p)
		_, err := s.Create(t.Context(), clerk, p, nil)
		wantError(t, err, person.ErrIDInUse)
		if _, err := s.Erase(t.Context(), clerk, created.ID, 1); err != nil {
			t.Fatal(err)
		}
		_, err = s.Create(t.Context(), clerk, p, nil)
		wantError(t, err, person.ErrErased)
	})

	t.Run("another person's cross-reference is refused, naming the owner", func(t *testing.T) {
		owner := named("Alan", "Example")
		owner.CrossReferences = []person.CrossReference{{System: "rents", Reference: "7"}}
		owner = create(t, s, owner)
		other := named("Edsger", "Example")
		other.CrossReferences = []person.CrossReference{{System: "rents", Reference: "8"}, {System: "rents", Reference: "7"}}
		_, err := s.Create(t.Context(), clerk, other, nil)
		var inUse *person.CrossReferenceInUseError
		if !errors.As(err, &inUse) {
			t.Fatalf("error %v", err)
		}
		want := person.CrossReferenceInUseError{CrossReference: owner.CrossReferences[0], Owner: owner.ID}
		if d := cmp.Diff(want, *inUse); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}

// Ensures that whatever validation lets through is stored and read unspoilt.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := anyPerson().Draw(rt, "person")
		created, err := s.Create(t.Context(), clerk, p, nil)
		if err != nil {
			rt.Fatalf("create: %v", err)
		}
		read, err := s.Person(t.Context(), cleared, created.ID)
		if err != nil {
			rt.Fatalf("read: %v", err)
		}
		want := p.WithLists()
		want.ID, want.Version = created.ID, 1
		if d := diff(want, read); d != "" {
			rt.Fatalf("(-want +got):\n%s", d)
		}
		if _, err := s.Erase(t.Context(), clerk, created.ID, 1); err != nil {
			rt.Fatalf("erase: %v", err)
		}
	})
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)

	t.Run("all values are replaced, one version on", func(t *testing.T) {
		before := create(t, s, named("Ada", "Sample"))
		wanted := ada()
		wanted.ID = before.ID
		after, err := s.Update(t.Context(), clerk, 1, wanted)
		if err != nil {
			t.Fatal(err)
		}
		want := wanted.WithLists()
		want.Version = 2
		if d := diff(want, after); d != "" {
			t.Errorf("updated (-want +got):\n%s", d)
		}
		read, err := s.Person(t.Context(), cleared, before.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(after, read); d != "" {
			t.Errorf("read (-want +got):\n%s", d)
		}
		if !read.CreatedAt.Equal(before.CreatedAt) || !read.UpdatedAt.After(before.UpdatedAt) {
			t.Error("the times do not tell creation from update")
		}
	})

	t.Run("an update that changes nothing makes no version", func(t *testing.T) {
		before := create(t, s, named("Grace", "Hopper"))
		after, err := s.Update(t.Context(), clerk, 1, before)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, after); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		versions, err := s.History(t.Context(), cleared, before.ID, 0, 10)
		if err != nil || len(versions) != 1 {
			t.Errorf("%d versions, error %v", len(versions), err)
		}
	})

	t.Run("a person changed since, erased or unknown is refused", func(t *testing.T) {
		p := create(t, s, named("Alan", "Turing"))
		_, err := s.Update(t.Context(), clerk, 7, p)
		wantError(t, err, person.ErrVersionConflict)
		if _, err := s.Erase(t.Context(), clerk, p.ID, 1); err != nil {
			t.Fatal(err)
		}
		_, err = s.Update(t.Context(), clerk, 2, p)
		wantError(t, err, person.ErrErased)
		p.ID = "nobody"
		_, err = s.Update(t.Context(), clerk, 1, p)
		wantError(t, err, person.ErrNotFound)
	})

	t.Run("cross-references can be reordered, dropped, and taken by another once dropped", func(t *testing.T) {
		p := named("Barbara", "Liskov")
		p.CrossReferences = []person.CrossReference{{System: "a", Reference: "1"}, {System: "b", Reference: "2"}, {System: "c", Reference: "3"}}
		p = create(t, s, p)
		p.CrossReferences = []person.CrossReference{{System: "c", Reference: "3"}, {System: "a", Reference: "1"}}
		p, err := s.Update(t.Context(), clerk, 1, p)
		if err != nil {
			t.Fatal(err)
		}
		read, err := s.PersonByCrossReference(t.Context(), cleared, "c", "3")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p, read); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		other := named("Tony", "Hoare")
		other.CrossReferences = []person.CrossReference{{System: "b", Reference: "2"}}
		create(t, s, other)
	})
}

// Ensures that of two who change one version of a person one is told to look again.
func TestUpdateConcurrently(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	p := create(t, s, named("Ada", "Example"))
	errs := together(8, func(i int) error {
		mine := p
		mine.MiddleName = string(rune('A' + i))
		_, err := s.Update(t.Context(), clerk, 1, mine)
		return err
	})
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantError(t, err, person.ErrVersionConflict)
		}
	}
	read, err := s.Person(t.Context(), cleared, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if won != 1 || read.Version != 2 {
		t.Errorf("%d updates won and the person is at version %d", won, read.Version)
	}
}

func TestErase(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	register(t, s, "people")

	p := ada()
	key := &storage.Idempotency{Caller: "clerk", Key: "k", Digest: []byte("body")}
	p, err := s.Create(t.Context(), clerk, p, key)
	if err != nil {
		t.Fatal(err)
	}
	p.Surname = "Married"
	if p, err = s.Update(t.Context(), clerk, 1, p); err != nil {
		t.Fatal(err)
	}
	relative := named("Rela", "Tive")
	relative.Relations = []person.Relation{{PersonID: p.ID, Type: "daughter"}}
	relative = create(t, s, relative)

	_, err = s.Erase(t.Context(), clerk, p.ID, 1)
	wantError(t, err, person.ErrVersionConflict)
	erased, err := s.Erase(t.Context(), clerk, p.ID, 2)
	if err != nil {
		t.Fatal(err)
	}
	if want := (person.Revision{ID: p.ID, Version: 3}); erased != want {
		t.Errorf("erased as %v, want %v", erased, want)
	}

	t.Run("nothing answers for the person any more", func(t *testing.T) {
		_, err := s.Person(t.Context(), cleared, p.ID)
		wantError(t, err, person.ErrErased)
		_, err = s.History(t.Context(), cleared, p.ID, 0, 10)
		wantError(t, err, person.ErrErased)
		_, err = s.PersonByCrossReference(t.Context(), cleared, "housing", "H-9")
		wantError(t, err, person.ErrNotFound)
		_, err = s.Erase(t.Context(), clerk, p.ID, 3)
		wantError(t, err, person.ErrErased)
		people, err := s.People(t.Context(), cleared, []person.ID{p.ID, relative.ID})
		if err != nil || len(people) != 1 || people[relative.ID].ID != relative.ID {
			t.Errorf("%d people, error %v", len(people), err)
		}
		remembered, err := s.Recall(t.Context(), key)
		if err != nil || remembered != nil {
			t.Errorf("remembered %v, error %v", remembered, err)
		}
	})

	t.Run("no table holds a value, whatever the column", func(t *testing.T) {
		for _, table := range []string{
			"person", "cross_reference", "person_history", "person_match", "person_change", "outbox", "idempotency_key",
		} {
			for _, value := range []string{"Addie", "Exampel", "Married", "Rabat", "1989-10", "QQ 12 34 56", "QQ123456", "H-9", "07700 900", "7700900000", "Test Street"} {
				n := count(t, conn, "select count(*) from "+table+" r where r::text like '%' || $1 || '%' and r::text not like '%Rela%'", value)
				if n != 0 {
					t.Errorf("%s still holds %s", table, value)
				}
			}
		}
	})

	t.Run("the audit stays, and the index is told", func(t *testing.T) {
		if n := count(t, conn, "select count(*) from person_change where person_id = $1", p.ID); n != 3 {
			t.Errorf("%d audit events, want 3", n)
		}
		entries := claim(t, s, "people")
		if e := entries[p.ID]; !e.Gone || e.Version != 3 {
			t.Errorf("the index is told %v, gone %v", e.Revision, e.Gone)
		}
	})

	t.Run("other people's relations stay", func(t *testing.T) {
		read, err := s.Person(t.Context(), cleared, relative.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(relative, read); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}

func TestPeople(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	a, b := create(t, s, named("A", "Example")), create(t, s, named("B", "Example"))
	people, err := s.People(t.Context(), cleared, []person.ID{b.ID, "nobody", a.ID})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[person.ID]person.Person{a.ID: a, b.ID: b}, people); d != "" {
		t.Errorf("not those asked for (-want +got):\n%s", d)
	}
}

// Ensures that a change that is broken off leaves nothing behind.
func TestBrokenOff(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	register(t, s, "people")
	// The audit event is written after the person: hold it up there, and hang up.
	blocker := connect(t, c.URL)
	exec(t, blocker, "begin")
	exec(t, blocker, "lock table person_change in exclusive mode")

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := s.Create(ctx, clerk, ada(), nil)
		done <- err
	}()
	await(t, conn, "select count(*) from pg_locks where not granted and relation = 'person_change'::regclass", 1)
	cancel()
	wantError(t, <-done, context.Canceled)
	exec(t, blocker, "rollback")

	await(t, conn, "select count(*) from pg_stat_activity where datname = current_database() and state = 'active' and pid <> pg_backend_pid()", 0)
	for _, table := range []string{"person", "cross_reference", "person_match", "person_change", "outbox"} {
		if n := count(t, conn, "select count(*) from "+table); n != 0 {
			t.Errorf("%s holds %d rows", table, n)
		}
	}
	create(t, s, ada()) // and nothing stands in the way of another try
}

// together runs fn n times at once and returns what each returned.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

func wantError(tb testing.TB, err, want error) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Errorf("error %v, want %v", err, want)
	}
}
