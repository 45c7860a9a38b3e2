package storage_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
	"personindex/storage/storagetest"
)

func TestAddCrossReference(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	p := create(t, s, named("Ada", "Example"))
	x := person.CrossReference{System: "housing", Reference: "H-1"}

	t.Run("it is added, and the person found by it", func(t *testing.T) {
		added, err := s.AddCrossReference(t.Context(), clerk, p.ID, x, &p.Version)
		if err != nil {
			t.Fatal(err)
		}
		want := p
		want.Version, want.CrossReferences = 2, []person.CrossReference{x}
		if d := diff(want, added); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		found, err := s.PersonByCrossReference(t.Context(), cleared, x.System, x.Reference)
		if d := cmp.Diff(added, found); err != nil || d != "" {
			t.Errorf("error %v (-want +got):\n%s", err, d)
		}
	})
	t.Run("a repeated request changes nothing, though it expects the version before", func(t *testing.T) {
		again, err := s.AddCrossReference(t.Context(), clerk, p.ID, x, &p.Version)
		if err != nil || again.Version != 2 {
			t.Errorf("version %d, error %v", again.Version, err)
		}
	})
	t.Run("another is not added to a person who changed", func(t *testing.T) {
		_, err := s.AddCrossReference(t.Context(), clerk, p.ID, person.CrossReference{System: "rents", Reference: "1"}, &p.Version)
		wantError(t, err, person.ErrVersionConflict)
	})
	t.Run("another person's is refused, naming the owner", func(t *testing.T) {
		other := create(t, s, named("Grace", "Example"))
		_, err := s.AddCrossReference(t.Context(), clerk, other.ID, x, nil)
		var inUse *person.CrossReferenceInUseError
		if !errors.As(err, &inUse) || inUse.Owner != p.ID || inUse.CrossReference != x {
			t.Errorf("error %v", err)
		}
	})
	t.Run("there is a limit", func(t *testing.T) {
		full := named("Full", "Example")
		for i := range person.MaxItems {
			full.CrossReferences = append(full.CrossReferences, person.CrossReference{System: "many", Reference: fmt.Sprint(i)})
		}
		full = create(t, s, full)
		_, err := s.AddCrossReference(t.Context(), clerk, full.ID, person.CrossReference{System: "many", Reference: "more"}, nil)
		var invalid *person.ValidationError
		if !errors.As(err, &invalid) || invalid.Fields[0].Field != "crossReferences" {
			t.Errorf("error %v", err)
		}
	})
	t.Run("nobody bears what was never given", func(t *testing.T) {
		_, err := s.PersonByCrossReference(t.Context(), cleared, "housing", "H-2")
		wantError(t, err, person.ErrNotFound)
		_, err = s.AddCrossReference(t.Context(), clerk, "nobody", x, nil)
		wantError(t, err, person.ErrNotFound)
	})
}

// Ensures that a reference which many claim at once goes to one of them.
func TestAddCrossReferenceConcurrently(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	ids := make([]person.ID, 6)
	for i := range ids {
		ids[i] = create(t, s, named("Ada", fmt.Sprint("Example ", i))).ID
	}
	x := person.CrossReference{System: "housing", Reference: "H-1"}
	errs := together(len(ids), func(i int) error {
		_, err := s.AddCrossReference(t.Context(), clerk, ids[i], x, nil)
		return err
	})
	owner, err := s.PersonByCrossReference(t.Context(), cleared, x.System, x.Reference)
	if err != nil {
		t.Fatal(err)
	}
	for i, err := range errs {
		var inUse *person.CrossReferenceInUseError
		switch {
		case ids[i] == owner.ID && err != nil:
			t.Errorf("the owner got error %v", err)
		case ids[i] != owner.ID && (!errors.As(err, &inUse) || inUse.Owner != owner.ID):
			t.Errorf("another got error %v", err)
		}
	}
}
