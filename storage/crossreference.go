package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// AddCrossReference lets a person bear another system's reference, at the
// expected version if one is given, and returns the person one version on. A
// person who bears it already is returned as they are, whatever was expected, so
// that a request may be repeated.
//
// It returns [person.ErrNotFound], [person.ErrErased], [person.ErrVersionConflict],
// a *[person.CrossReferenceInUseError] when it is another person's, or a
// *[person.ValidationError] when the person has as many as a person may.
func (s *Store) AddCrossReference(ctx context.Context, c Change, id person.ID, x person.CrossReference, expected *int64) (person.Person, error) {
	return s.revise(ctx, c, id, func(now person.Person) (person.Person, error) {
		switch {
		case slices.Contains(now.CrossReferences, x):
			return now, nil
		case expected != nil && now.Version != *expected:
			return person.Person{}, person.ErrVersionConflict
		case len(now.CrossReferences) >= person.MaxItems:
			return person.Person{}, &person.ValidationError{Fields: []person.FieldError{
				{Field: "crossReferences", Message: fmt.Sprintf("must have at most %d entries", person.MaxItems)},
			}}
		}
		now.CrossReferences = append(slices.Clone(now.CrossReferences), x)
		return now, nil
	})
}

// PersonByCrossReference returns whom another system calls by this reference, or
// [person.ErrNotFound].
func (s *Store) PersonByCrossReference(ctx context.Context, system, reference string) (person.Person, error) {
	owner, err := s.owner(ctx, []person.CrossReference{{System: system, Reference: reference}}, "")
	if err != nil {
		return person.Person{}, translate("read person by cross-reference", err)
	}
	p, err := s.Person(ctx, owner.Owner)
	if errors.Is(err, person.ErrErased) {
		// Erased since: the reference is nobody's now.
		err = person.ErrNotFound
	}
	return p, err
}

// ownerOfOne names the person who bears one of p's cross-references.
func (s *Store) ownerOfOne(ctx context.Context, p person.Person) error {
	owner, err := s.owner(ctx, p.CrossReferences, p.ID)
	if errors.Is(err, person.ErrNotFound) {
		// Its owner let go of it in this very moment: the same request will succeed.
		err = fmt.Errorf("%w: a cross-reference has just changed hands", ErrUnavailable)
	}
	if err != nil {
		return translate("read owner of cross-reference", err)
	}
	return owner
}

// owner returns the first of list that somebody other than except bears, and who.
func (s *Store) owner(ctx context.Context, list []person.CrossReference, except person.ID) (*person.CrossReferenceInUseError, error) {
	systems, references := split(list)
	args := pgx.StrictNamedArgs{"systems": systems, "references": references, "except": except}
	owner, err := only(ctx, s.db, crossReferenceOwner, args, pgx.RowToStructByPos[person.CrossReferenceInUseError])
	return &owner, noneIs(err, person.ErrNotFound)
}

func queueCrossReferences(batch *pgx.Batch, p person.Person) {
	if len(p.CrossReferences) == 0 {
		return
	}
	systems, references := split(p.CrossReferences)
	batch.Queue(crossReferenceInsert, pgx.StrictNamedArgs{
		"person_id": p.ID, "systems": systems, "references": references,
	})
}

// split returns the two halves of each, as unnest takes them.
func split(list []person.CrossReference) (systems, references []string) {
	for _, x := range list {
		systems, references = append(systems, x.System), append(references, x.Reference)
	}
	return systems, references
}
