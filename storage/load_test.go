package storage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
	"personindex/storage/storagetest"
)

// Ensures that loading leaves behind what creating does, in every table.
func TestLoad(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	register(t, s, "people")
	byCreating, byLoading := ada(), ada()
	byCreating.ID, byLoading.ID = "a", "b"
	for i := range byLoading.CrossReferences {
		byLoading.CrossReferences[i].Reference += "b"
	}
	create(t, s, byCreating)
	if n, err := s.Load(t.Context(), clerk, []person.Person{byLoading}); err != nil || n != 1 {
		t.Fatalf("loaded %d, error %v", n, err)
	}
	for table, compared := range map[string]string{
		"person":          "to_jsonb(r) - '{id,created_at,updated_at}'::text[]",
		"cross_reference": "to_jsonb(r) - '{person_id}'::text[] || jsonb_build_object('reference', rtrim(reference, 'b'))",
		"person_match":    "to_jsonb(r) - '{person_id}'::text[]",
		"person_change":   "to_jsonb(r) - '{id,person_id,at}'::text[]",
		"outbox":          "to_jsonb(r) - '{person_id,enqueued_at,due_at}'::text[]",
	} {
		rows := count(t, conn, "select count(*) from "+table)
		kinds := count(t, conn, "select count(distinct "+compared+") from "+table+" r")
		if rows == 0 || rows != 2*kinds {
			t.Errorf("%s has %d rows of %d kinds", table, rows, kinds)
		}
	}
}

func TestLoadAgain(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	people := storagetest.Residents(t, 30)
	n, err := s.Load(t.Context(), clerk, append(people[:20:20], people[3]))
	if err != nil || n != 20 {
		t.Fatalf("loaded %d of 20 and one of them again, error %v", n, err)
	}
	n, err = s.Load(t.Context(), clerk, people)
	if err != nil || n != 10 {
		t.Fatalf("loaded %d of 10 more, error %v", n, err)
	}
	size, err := s.Size(t.Context())
	if err != nil || size != 30 {
		t.Errorf("size %d, error %v", size, err)
	}
	p, err := s.PersonByCrossReference(t.Context(), cleared, "sample", people[25].CrossReferences[0].Reference)
	if err != nil {
		t.Fatal(err)
	}
	want := people[25].WithLists()
	want.ID, want.Version = p.ID, 1
	if d := diff(want, p); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}

	taken := named("Grace", "Hopper")
	taken.ID = p.ID
	_, err = s.Load(t.Context(), clerk, []person.Person{named("Ada", "Example"), taken})
	wantError(t, err, person.ErrIDInUse)
	if size, err := s.Size(t.Context()); err != nil || size != 30 {
		t.Errorf("a refused batch left the size at %d, error %v", size, err)
	}
	n, err = s.Load(t.Context(), clerk, nil)
	if d := cmp.Diff(0, n); err != nil || d != "" {
		t.Errorf("nobody: loaded %d, error %v", n, err)
	}
}
