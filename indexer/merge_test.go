package indexer

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"personindex/person"
)

// Merging must find what comparing two maps finds.
func TestMergePairsEveryID(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sides := rapid.MapOfN(rapid.StringMatching(`[A-Za-z0-9=~._-]{1,3}`), rapid.Int64Range(1, 3), 0, 30)
		register, index := sides.Draw(t, "register"), sides.Draw(t, "index")
		want := map[person.ID][2]int64{}
		for id, version := range register {
			want[person.ID(id)] = [2]int64{version, index[id]}
		}
		for id, version := range index {
			want[person.ID(id)] = [2]int64{register[id], version}
		}

		got := map[person.ID][2]int64{}
		var order []person.ID
		for d, err := range merge(revisionsOf(register), revisionsOf(index)) {
			if err != nil {
				t.Fatalf("merge of two sides in order: %v", err)
			}
			got[d.id] = [2]int64{d.register, d.indexed}
			order = append(order, d.id)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("versions by id (-want +got):\n%s", diff)
		}
		if !slices.IsSorted(order) || len(order) != len(want) {
			t.Errorf("got %d ids in the order %v, want each of %d once, by its bytes", len(order), order, len(want))
		}
	})
}

func revisionsOf(versions map[string]int64) iter.Seq2[person.Revision, error] {
	return func(yield func(person.Revision, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(versions)) {
			if !yield(person.Revision{ID: person.ID(id), Version: versions[id]}, nil) {
				return
			}
		}
	}
}

func listed(err error, ids ...person.ID) iter.Seq2[person.Revision, error] {
	return func(yield func(person.Revision, error) bool) {
		for _, id := range ids {
			if !yield(person.Revision{ID: id, Version: 1}, nil) {
				return
			}
		}
		if err != nil {
			yield(person.Revision{}, err)
		}
	}
}

func TestMergeEndsWithAnErrorWhen(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection lost")
	for name, test := range map[string]struct {
		register, index iter.Seq2[person.Revision, error]
	}{
		"the register is out of order":    {listed(nil, "b", "a"), listed(nil, "a")},
		"the index repeats an id":         {listed(nil, "a"), listed(nil, "a", "a")},
		"the register breaks off":         {listed(broken, "a"), listed(nil, "a", "b")},
		"the index breaks off at once":    {listed(nil, "a"), listed(broken)},
		"the register alone breaks off":   {listed(broken), listed(nil)},
		"the index breaks off at its end": {listed(nil), listed(broken, "a", "b")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var last error
			for _, err := range merge(test.register, test.index) {
				last = err
			}
			if last == nil {
				t.Error("merge ended without an error")
			}
		})
	}
}
