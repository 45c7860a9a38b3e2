package storage_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// born is a named person with a date of birth.
func born(forename, surname, birth string) person.Person {
	p := named(forename, surname)
	p.DateOfBirth = date(birth)
	return p
}

// asking returns the keys by which a person described so is looked for.
func asking(p person.Person) []match.BlockingKey {
	return match.ProbeKeys(match.Standardise(p))
}

func idsOf(entries []match.Entry) []person.ID {
	ids := []person.ID{}
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return ids
}

func entryOf(p person.Person) match.Entry {
	return match.Entry{Revision: person.Revision{ID: p.ID, Version: p.Version}, Record: match.Standardise(p)}
}

func TestEntries(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)

	t.Run("a record is what standardising the person gives", func(t *testing.T) {
		p := create(t, s, ada())
		entries, err := s.Entries(t.Context(), cleared, []person.ID{p.ID, "nobody"})
		if err != nil {
			t.Fatal(err)
		}
		if d := diff([]match.Entry{entryOf(p)}, entries); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})

	t.Run("a person who is gone has none", func(t *testing.T) {
		p := create(t, s, named("Gone", "Person"))
		if _, err := s.Erase(t.Context(), clerk, p.ID, 1); err != nil {
			t.Fatal(err)
		}
		entries, err := s.Entries(t.Context(), cleared, []person.ID{p.ID})
		if err != nil || len(entries) != 0 {
			t.Errorf("entries %v, error %v", idsOf(entries), err)
		}
	})

	t.Run("a record made by other rules of matching is made anew", func(t *testing.T) {
		p := create(t, s, named("Other", "Rules"))
		exec(t, conn, `update person_match set match_version = match_version + 1, record = '{"g": "another shape"}' where person_id = $1`, p.ID)
		entries, err := s.Entries(t.Context(), cleared, []person.ID{p.ID})
		if err != nil {
			t.Fatal(err)
		}
		if d := diff([]match.Entry{entryOf(p)}, entries); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	twin := create(t, s, born("Adam", "Lovelace", "1985-12-10"))
	right := create(t, s, born("Ada", "Lovelace", "1985-12-10"))
	stranger := create(t, s, born("Grace", "Hopper", "1906-12-09"))

	t.Run("those who share more come first, with their records, and strangers not at all", func(t *testing.T) {
		entries, err := s.Candidates(t.Context(), cleared, asking(born("Ada", "Lovelace", "1985-12-10")), 10)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff([]match.Entry{entryOf(right), entryOf(twin)}, entries); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})

	t.Run("no more than asked for", func(t *testing.T) {
		entries, err := s.Candidates(t.Context(), cleared, asking(born("Ada", "Lovelace", "1985-12-10")), 1)
		if d := cmp.Diff([]person.ID{right.ID}, idsOf(entries)); err != nil || d != "" {
			t.Errorf("error %v (-want +got):\n%s", err, d)
		}
	})

	t.Run("nobody where nothing is asked", func(t *testing.T) {
		entries, err := s.Candidates(t.Context(), cleared, nil, 10)
		if err != nil || len(entries) != 0 {
			t.Errorf("entries %v, error %v", idsOf(entries), err)
		}
	})

	t.Run("what a person is known by now counts, not what they were known by", func(t *testing.T) {
		changed := stranger
		changed.Surname, changed.Forename, changed.DateOfBirth = "Murray", "Joan", date("1917-06-24")
		if _, err := s.Update(t.Context(), clerk, 1, changed); err != nil {
			t.Fatal(err)
		}
		before, err := s.Candidates(t.Context(), cleared, asking(born("Grace", "Hopper", "1906-12-09")), 10)
		if err != nil {
			t.Fatal(err)
		}
		after, err := s.Candidates(t.Context(), cleared, asking(born("Joan", "Murray", "1917-06-24")), 10)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([][]person.ID{{}, {stranger.ID}}, [][]person.ID{idsOf(before), idsOf(after)}); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}

// Ensures that a search finds by the overlay whoever changed, from the write
// until the index can show them, however many wait.
func TestOverlay(t *testing.T) {
	t.Parallel()
	for _, waiting := range []int{0, 250} {
		t.Run(fmt.Sprintf("while %d others wait", waiting), func(t *testing.T) {
			t.Parallel()
			s := storagetest.New(t)
			settled := create(t, s, born("Ada", "Lovelace", "1985-12-10"))
			register(t, s, "people")
			register(t, s, "another index")
			load(t, s, storagetest.Residents(t, waiting))

			twin := create(t, s, born("Adam", "Lovelace", "1985-12-10"))
			changed := settled
			changed.Nationality = "British"
			changed, err := s.Update(t.Context(), clerk, 1, changed)
			if err != nil {
				t.Fatal(err)
			}
			if d := diff([]match.Entry{entryOf(changed), entryOf(twin)}, overlay(t, s, "people")); d != "" {
				t.Errorf("after the writes (-want +got):\n%s", d)
			}

			settle(t, s, "people", person.Revision{ID: twin.ID, Version: twin.Version})
			if ids := idsOf(overlay(t, s, "people")); ids[0] != changed.ID || slices.Contains(ids, twin.ID) {
				t.Errorf("when the twin is settled, in this index only: %v", ids)
			}

			drain(t, s, "people")
			if d := cmp.Diff([]person.ID{}, idsOf(overlay(t, s, "people"))); d != "" {
				t.Errorf("when settled (-want +got):\n%s", d)
			}
			if n := len(overlay(t, s, "another index")); n != 2 {
				t.Errorf("the other index has %d in its overlay, want 2", n)
			}
		})
	}
}

// overlay looks for Ada Lovelace, who has a twin.
func overlay(tb testing.TB, s *storage.Store, alias string) []match.Entry {
	tb.Helper()
	entries, err := s.Overlay(tb.Context(), cleared, alias, asking(born("Ada", "Lovelace", "1985-12-10")), 2)
	if err != nil {
		tb.Fatal(err)
	}
	return entries
}

// drain does what an indexer does, from the claim to the settling.
func drain(tb testing.TB, s *storage.Store, alias string) {
	tb.Helper()
	var sent []person.Revision
	for _, e := range claim(tb, s, alias) {
		sent = append(sent, e.Revision)
	}
	settle(tb, s, alias, sent...)
}

// settle makes these searchable at once, and no longer needed in the overlay.
func settle(tb testing.TB, s *storage.Store, alias string, sent ...person.Revision) {
	tb.Helper()
	if err := s.MarkIndexed(tb.Context(), alias, sent); err != nil {
		tb.Fatal(err)
	}
	now, err := s.Now(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	searchable, err := s.MarkSearchable(tb.Context(), alias, now)
	if err != nil {
		tb.Fatal(err)
	}
	settled, err := s.SettleOutbox(tb.Context(), alias, 0)
	if err != nil {
		tb.Fatal(err)
	}
	if searchable != len(sent) || settled != len(sent) {
		tb.Fatalf("%d sent, %d searchable, %d settled", len(sent), searchable, settled)
	}
}
