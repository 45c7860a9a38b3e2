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
			return person.Person{}, tooMany("crossReferences")
		}
		now.CrossReferences = append(slices.Clone(now.CrossReferences), x)
		return now, nil
	})
}

// PersonByCrossReference returns whom another system calls by this reference, or
// [person.ErrNotFound], as far as a caller of this clearance may know. Where
// somebody very restricted bears it beside another, it is the other.
func (s *Store) PersonByCrossReference(ctx context.Context, clearance person.Restriction, system, reference string) (person.Person, error) {
	owner, err := s.owner(ctx, clearance, []person.CrossReference{{System: system, Reference: reference}}, "")
	if err != nil {
		return person.Person{}, translate("read person by cross-reference", noneIs(err, person.ErrNotFound))
	}
	p, err := s.Person(ctx, clearance, owner.Owner)
	if errors.Is(err, person.ErrErased) {
		// Erased since: the reference is nobody's now.
		err = person.ErrNotFound
	}
	return p, err
}

// ownerOfOne names the person who bears one of p's cross-references.
func (s *Store) ownerOfOne(ctx context.Context, clearance person.Restriction, p person.Person) error {
	owner, err := s.owner(ctx, clearance, p.CrossReferences, p.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		// Its owner let go of it in this very moment: the same request will succeed.
		err = fmt.Errorf("%w: a cross-reference has just changed hands", ErrUnavailable)
	}
	if err != nil {
		return translate("read owner of cross-reference", err)
	}
	return owner
}

func (s *Store) owner(ctx context.Context, clearance person.Restriction, list []person.CrossReference, except person.ID) (*person.CrossReferenceInUseError, error) {
	return read(s.db, func(q querier) (*person.CrossReferenceInUseError, error) {
		return owner(ctx, q, clearance, list, except)
	})
}

// owner returns the first of list that somebody other than except bears, of whom
// a caller of this clearance may know, and who.
func owner(ctx context.Context, q querier, clearance person.Restriction, list []person.CrossReference, except person.ID) (*person.CrossReferenceInUseError, error) {
	systems, references := split(list)
	args := pgx.StrictNamedArgs{"systems": systems, "references": references, "except": except, "clearance": int(clearance)}
	rows, err := collect(ctx, q, crossReferenceOwner, args, pgx.RowToAddrOfStructByPos[person.CrossReferenceInUseError])
	if err == nil && len(rows) == 0 {
		err = pgx.ErrNoRows
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// apart reports whether a person's references are kept apart from all others.
func apart(p person.Person) bool { return p.Restriction == person.VeryRestricted }

// unborne returns a *[person.CrossReferenceInUseError] for a reference of p that
// somebody bears of whom c's actor may know, where the database would not refuse
// it: those of very restricted people are not held against one another.
func unborne(ctx context.Context, tx pgx.Tx, c Change, p person.Person) error {
	if len(p.CrossReferences) == 0 || c.Clearance < person.VeryRestricted && !apart(p) {
		return nil
	}
	borne, err := owner(ctx, tx, c.Clearance, p.CrossReferences, p.ID)
	if err == nil {
		return borne
	}
	return ignoring(err, pgx.ErrNoRows)
}

func queueCrossReferences(batch *pgx.Batch, p person.Person) {
	if len(p.CrossReferences) == 0 {
		return
	}
	systems, references := split(p.CrossReferences)
	batch.Queue(crossReferenceInsert, pgx.StrictNamedArgs{
		"person_id": p.ID, "systems": systems, "references": references, "apart": apart(p),
	})
}

// split returns the two halves of each, as unnest takes them.
func split(list []person.CrossReference) (systems, references []string) {
	for _, x := range list {
		systems, references = append(systems, x.System), append(references, x.Reference)
	}
	return systems, references
}
