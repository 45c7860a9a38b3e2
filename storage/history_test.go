package storage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)

	first := create(t, s, named("Ada", "Byron"))
	second := first
	second.Surname, second.Gender = "King", "F"
	second, err := s.Update(t.Context(), storage.Change{Actor: "registrar"}, 1, second)
	if err != nil {
		t.Fatal(err)
	}
	third, err := s.AddCrossReference(t.Context(), clerk, first.ID, person.CrossReference{System: "a", Reference: "1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []storage.Version{
		{Version: 3, ChangedAt: third.UpdatedAt, Actor: "clerk", Fields: []string{"crossReferences"}, Person: third},
		{Version: 2, ChangedAt: second.UpdatedAt, Actor: "registrar", Fields: []string{"surname", "gender"}, Person: second},
		{Version: 1, ChangedAt: first.UpdatedAt, Actor: "clerk", Fields: []string{"forename", "surname"}, Person: first},
	}

	for _, page := range []struct {
		name   string
		before int64
		limit  int
		want   []storage.Version
	}{
		{"everything, the newest first", 0, 10, want},
		{"the newest only", 0, 1, want[:1]},
		{"the next page", 3, 1, want[1:2]},
		{"the last page", 2, 5, want[2:]},
		{"nothing before the first", 1, 5, []storage.Version{}},
		{"a version that is not yet", 99, 1, want[:1]},
	} {
		t.Run(page.name, func(t *testing.T) {
			got, err := s.History(t.Context(), cleared, first.ID, page.before, page.limit)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(page.want, got, cmpopts.EquateComparable(person.Date{}), cmpopts.EquateEmpty()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}

	t.Run("the audit says who, why and which fields, and holds no value", func(t *testing.T) {
		if n := count(t, conn, `select count(*) from person_change where actor = 'clerk' and request_id = 'r-1'
			and reason = 'a test' and action = 'created' and version = 1 and fields = '{forename,surname}'`); n != 1 {
			t.Error("the creation is not in the audit")
		}
		for _, value := range []string{"Ada", "Byron", "King"} {
			if n := count(t, conn, "select count(*) from person_change e where e::text like '%' || $1 || '%'", value); n != 0 {
				t.Errorf("the audit holds %q", value)
			}
		}
	})

	t.Run("nobody has no history", func(t *testing.T) {
		_, err := s.History(t.Context(), cleared, "nobody", 0, 10)
		wantError(t, err, person.ErrNotFound)
	})
}
