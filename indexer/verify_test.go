package indexer

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
)

// differ makes the index differ from the register in every way it can, behind
// the indexer's back, and returns the differences by id.
func (r rig) differ(t testing.TB) []Difference {
	t.Helper()
	gone := r.create(t, "b-gone", "Example")
	if _, err := r.store.Erase(t.Context(), change, gone.ID, gone.Version); err != nil {
		t.Fatal(err)
	}
	for _, id := range []person.ID{"a-missing", "d-older", "e-fine"} {
		r.create(t, id, "Example")
	}
	i := r.indexer(t, settleAtOnce)
	drain(t, i)
	lost := []person.Revision{{ID: "a-missing", Version: 1}, {ID: "b-gone", Version: 2}}
	if err := r.deleteDocuments(t.Context(), r.alias, lost); err != nil {
		t.Fatal(err)
	}
	if err := r.rename(t.Context(), "d-older", "Muster"); err != nil {
		t.Fatal(err)
	}
	if err := r.store.MarkIndexed(t.Context(), r.alias, []person.Revision{{ID: "d-older", Version: 2}}); err != nil {
		t.Fatal(err)
	}
	put(t, r.elastic, r.alias, "c-extra", map[string]any{"id": "c-extra"})
	put(t, r.elastic, r.alias, "f-extra", map[string]any{})
	return []Difference{{"a-missing", Missing}, {"b-gone", Missing}, {"c-extra", Extra}, {"d-older", Older}, {"f-extra", Extra}}
}

func TestVerifyFindsEveryDifferenceAndRepairMendsIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	people := r.load(t, 100)
	want := Report{Checked: len(people) + 6, Missing: 2, Extra: 2, Older: 1, Examples: r.differ(t)}
	if diff := cmp.Diff(want, verify(t, i)); diff != "" {
		t.Errorf("verify (-want +got):\n%s", diff)
	}
	if got := r.due(t); got != 0 {
		t.Errorf("verify left %d people due, want none", got)
	}

	report, err := i.Repair(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want.Repaired = 5
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("repair (-want +got):\n%s", diff)
	}
	drain(t, i)
	wantTrue(t, i, len(people)+4)
}

// An index is ahead when Postgres was restored from a backup. Repair cannot take
// a version back; a rebuild can.
func TestOnlyReindexMendsAnIndexThatIsAhead(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	r.create(t, "ada", "Example")
	drain(t, i)
	ahead := match.Entry{Revision: person.Revision{ID: "ada", Version: 9}}
	if _, err := r.bulk(t.Context(), r.alias, 1<<20, []match.Entry{ahead}); err != nil {
		t.Fatal(err)
	}
	report, err := i.Repair(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Report{Checked: 1, Newer: 1, Examples: []Difference{{"ada", Newer}}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("repair (-want +got):\n%s", diff)
	}
	if err := i.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	drain(t, i)
	wantTrue(t, i, 1)
}

// People on their way to the index are no difference.
func TestVerifyDoesNotReportWhoWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	r.create(t, "edited", "Example")
	drain(t, i)
	r.create(t, "new", "Example")
	if err := r.rename(t.Context(), "edited", "Muster"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Report{Checked: 2, Pending: 2}, verify(t, i)); diff != "" {
		t.Errorf("verify (-want +got):\n%s", diff)
	}
}

// revisionsThen calls a function when the register's revisions have been read,
// and before the index's are.
type revisionsThen struct {
	Store
	then func()
}

func (s revisionsThen) RevisionsAfter(ctx context.Context, after person.ID, limit int) ([]match.Entry, error) {
	page, err := s.Store.RevisionsAfter(ctx, after, limit)
	if after == "" {
		s.then()
	}
	return page, err
}

// The two sides are read at two times. What changes in between looks different
// and is not.
func TestVerifyLooksAgainAtWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	people := r.load(t, 100)
	other := r.ready(t, settleAtOnce)
	drain(t, other)
	i := r.indexer(t, func(_ *Config, s *Store) {
		*s = revisionsThen{*s, func() {
			if err := r.rename(t.Context(), people[3], "Muster"); err != nil {
				t.Error(err)
			}
			r.create(t, "p99999", "Example")
			drain(t, other)
		}}
	})
	wantTrue(t, i, len(people)+1)

	c := comparison{Indexer: i}
	stale := []difference{{id: people[0], register: 1}, {id: people[3], register: 2, indexed: 1}, {id: "nobody", indexed: 1}}
	if real, err := c.confirm(t.Context(), stale); err != nil || len(real) > 0 {
		t.Errorf("got differences %v and error %v of people who do not differ", real, err)
	}
}

// standingThen calls a function when the outbox has been looked into.
type standingThen struct {
	Store
	then func()
}

func (s standingThen) OutboxStanding(ctx context.Context, alias string, ids []person.ID) (pending, rejected []person.ID, err error) {
	pending, rejected, err = s.Store.OutboxStanding(ctx, alias, ids)
	s.then()
	return pending, rejected, err
}

// Even the second look takes time, in which people change.
func TestVerifyIsNotMisledWhileItLooksAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	people := r.load(t, 3)
	other := r.ready(t, settleAtOnce)
	drain(t, other)
	i := r.indexer(t, func(_ *Config, s *Store) {
		*s = standingThen{*s, func() {
			if err := r.rename(t.Context(), people[0], "Muster"); err != nil {
				t.Error(err)
			}
			drain(t, other)
		}}
	})
	c := comparison{Indexer: i}
	real, err := c.confirm(t.Context(), []difference{{id: people[0], indexed: 1}})
	if err != nil || len(real) > 0 {
		t.Errorf("got differences %v and error %v of somebody who does not differ", real, err)
	}
}

func TestVerifyNeedsAnIndex(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if _, err := r.indexer(t).Verify(t.Context(), nil); !errors.Is(err, ErrNoIndex) {
		t.Errorf("verify of no index: got %v, want ErrNoIndex", err)
	}
}
