package storage_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
	"personindex/storage/storagetest"
)

// Ensures that everybody is keyed by the present rules, though they change meanwhile.
func TestRekey(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	load(t, s, storagetest.Residents(t, 1200))
	changing := create(t, s, born("Ada", "Lovelace", "1985-12-10"))
	exec(t, conn, "update person_match set match_version = 0, keys = '{1}', record = '{}'")

	var reports []int64
	errs := together(2, func(worker int) error {
		if worker == 0 {
			return s.Rekey(t.Context(), func(done, total int64) { reports = append(reports, done, total) })
		}
		for i := range 20 {
			changing.MiddleName = string(rune('A' + i))
			var err error
			if changing, err = s.Update(t.Context(), clerk, changing.Version, changing); err != nil {
				return err
			}
		}
		return nil
	})
	if errs[0] != nil || errs[1] != nil {
		t.Fatal(errs)
	}
	if d := cmp.Diff([]int64{500, 1201, 1000, 1201, 1201, 1201}, reports); d != "" {
		t.Errorf("progress (-want +got):\n%s", d)
	}
	if n := count(t, conn, "select count(*) from person_match m join person p on p.id = m.person_id and p.version = m.version where match_version = $1 and keys <> '{1}'", match.Version); n != 1201 {
		t.Errorf("%d are keyed", n)
	}
	entries, err := s.Candidates(t.Context(), cleared, asking(born("Ada", "Lovelace", "1985-12-10")), 1)
	if d := diff([]match.Entry{entryOf(changing)}, entries); err != nil || d != "" {
		t.Errorf("error %v (-want +got):\n%s", err, d)
	}
}

// Ensures that a change which commits between the reading and the writing of a
// batch is not undone by it.
func TestRekeyLosesNoWrite(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn, writer := open(t, c), connect(t, c.URL), connect(t, c.URL)
	create(t, s, named("Ada", "Lovelace"))
	exec(t, conn, "update person_match set match_version = 0")
	exec(t, writer, "begin")
	exec(t, writer, "update person_match set version = 2, match_version = $1, keys = '{7}'", match.Version)

	done := make(chan error, 1)
	go func() { done <- s.Rekey(t.Context(), func(int64, int64) {}) }()
	await(t, conn, "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%rekey_update%' and datname = current_database()", 1)
	exec(t, writer, "commit")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := count(t, conn, "select count(*) from person_match where keys = '{7}'"); n != 1 {
		t.Error("the keys of the new version were replaced by those of the old")
	}
}

func TestReadEverybody(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	load(t, s, storagetest.Residents(t, 25))
	odd := named("Odd", "Id")
	odd.ID = "~.A_=-"
	odd = create(t, s, odd)
	gone := create(t, s, named("Gone", "Person"))
	if _, err := s.Erase(t.Context(), clerk, gone.ID, 1); err != nil {
		t.Fatal(err)
	}

	var entries, revisions []match.Entry
	for after := person.ID(""); ; {
		page, err := s.EntriesAfter(t.Context(), after, 10)
		if err != nil {
			t.Fatal(err)
		}
		bare, err := s.RevisionsAfter(t.Context(), after, 10)
		if err != nil {
			t.Fatal(err)
		}
		entries, revisions = append(entries, page...), append(revisions, bare...)
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].ID
	}

	ids := idsOf(entries)
	if len(ids) != 27 || !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != 27 {
		t.Errorf("%d people, in order %v", len(ids), slices.IsSorted(ids))
	}
	if d := diff(match.Entry{Revision: person.Revision{ID: gone.ID, Version: 2}, Gone: true}, entries[slices.Index(ids, gone.ID)]); d != "" {
		t.Errorf("who is gone (-want +got):\n%s", d)
	}
	if d := diff(entryOf(odd), entries[slices.Index(ids, odd.ID)]); d != "" {
		t.Errorf("who is not (-want +got):\n%s", d)
	}
	for i := range entries {
		entries[i].Record = match.Record{}
	}
	if d := diff(entries, revisions); d != "" {
		t.Errorf("revisions differ from entries (-entries +revisions):\n%s", d)
	}
	some, err := s.Revisions(t.Context(), []person.ID{gone.ID, "nobody"})
	if d := cmp.Diff([]person.Revision{{ID: gone.ID, Version: 2}}, some); err != nil || d != "" {
		t.Errorf("error %v (-want +got):\n%s", err, d)
	}
}

func TestRequeue(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	old, recent, gone := create(t, s, named("Old", "Change")), create(t, s, named("Recent", "Change")), create(t, s, named("Gone", "Person"))
	if _, err := s.Erase(t.Context(), clerk, gone.ID, 1); err != nil {
		t.Fatal(err)
	}
	exec(t, conn, "update person_change set at = at - interval '1 day' where person_id = $1", old.ID)
	register(t, s, "people")
	now, err := s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	if n, err := s.RequeueChangedSince(t.Context(), "people", now); err != nil || n != 2 {
		t.Errorf("queued %d, error %v", n, err)
	}
	entries := claim(t, s, "people")
	want := map[person.ID]match.Entry{
		recent.ID: entryOf(recent),
		gone.ID:   {Revision: person.Revision{ID: gone.ID, Version: 2}, Gone: true},
	}
	if d := diff(want, entries); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}

	mark(t, s, person.Revision{ID: recent.ID, Version: 1})
	if n, err := s.Requeue(t.Context(), "people", []person.ID{old.ID, recent.ID, "nobody"}); err != nil || n != 2 {
		t.Errorf("queued %d, error %v", n, err)
	}
	if n := len(claim(t, s, "people")); n != 2 {
		t.Errorf("claimed %d", n)
	}
	if n, err := s.Requeue(t.Context(), "unknown index", []person.ID{old.ID}); err != nil || n != 0 {
		t.Errorf("queued %d for an index that is not fed, error %v", n, err)
	}
}
