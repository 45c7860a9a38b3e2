package storage

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"personindex/audit"
	"personindex/person"
)

// Load adds many people in one transaction, at a fraction of the cost of as many
// calls of Create, and returns how many. Those without an id are given one. A
// person one of whose cross-references somebody bears already, in the register
// or earlier in the batch, is left out, so that a load may be repeated. An id
// that is taken fails the whole batch with [person.ErrIDInUse] or
// [person.ErrErased].
//
// Some hundreds to a few thousand people make a good batch.
func (s *Store) Load(ctx context.Context, c Change, people []person.Person) (loaded int, err error) {
	fresh, err := newPeople(people)
	if err != nil {
		return 0, err
	}
	for range 2 {
		err = s.write(ctx, func(tx pgx.Tx) error {
			unknown, err := withoutKnown(ctx, tx, fresh)
			if err != nil {
				return err
			}
			loaded = len(unknown)
			if err := load(ctx, tx, c, unknown); err != nil {
				return err
			}
			return recordLoad(ctx, tx, c, unknown)
		})
		if !violates(err, "cross_reference_pkey") {
			break // else somebody has just been given one: look again
		}
	}
	if err != nil {
		return 0, s.explainFirst(ctx, fresh, err)
	}
	s.notifier.wake()
	return loaded, nil
}

// newPeople returns people as they are stored first, without those who bear a
// cross-reference that an earlier one bears.
func newPeople(people []person.Person) ([]person.Person, error) {
	fresh := make([]person.Person, 0, len(people))
	seen := map[person.CrossReference]bool{}
	for _, p := range people {
		if slices.ContainsFunc(p.CrossReferences, func(x person.CrossReference) bool { return seen[x] }) {
			continue
		}
		for _, x := range p.CrossReferences {
			seen[x] = true
		}
		p, err := newPerson(p)
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, p)
	}
	return fresh, nil
}

// withoutKnown leaves out those who bear a cross-reference that is on file.
func withoutKnown(ctx context.Context, tx pgx.Tx, people []person.Person) ([]person.Person, error) {
	var all []person.CrossReference
	for _, p := range people {
		all = append(all, p.CrossReferences...)
	}
	if len(all) == 0 {
		return people, nil
	}
	systems, references := split(all)
	rows, err := tx.Query(ctx, crossReferenceKnown, pgx.StrictNamedArgs{"systems": systems, "references": references})
	if err != nil {
		return nil, err
	}
	known, err := pgx.CollectRows(rows, pgx.RowToStructByPos[person.CrossReference])
	if err != nil || len(known) == 0 {
		return people, err
	}
	taken := map[person.CrossReference]bool{}
	for _, x := range known {
		taken[x] = true
	}
	return slices.DeleteFunc(slices.Clone(people), func(p person.Person) bool {
		return slices.ContainsFunc(p.CrossReferences, func(x person.CrossReference) bool { return taken[x] })
	}), nil
}

// load writes what insert writes, for many people.
func load(ctx context.Context, tx pgx.Tx, c Change, people []person.Person) error {
	var bearings []bearing
	var revisions []person.Revision
	for _, p := range people {
		revisions = append(revisions, person.Revision{ID: p.ID, Version: p.Version})
		for i := range p.CrossReferences {
			bearings = append(bearings, newBearing(p, i))
		}
	}
	restricted := func(p person.Person) values {
		p.RestrictedBy = restrictedBy(c, person.Person{}, p)
		return newValues(p)
	}
	if err := copyRows(ctx, tx, "person", people, restricted); err != nil {
		return err
	}
	if err := copyRows(ctx, tx, "cross_reference", bearings, func(b bearing) bearing { return b }); err != nil {
		return err
	}
	if err := copyRows(ctx, tx, "person_match", people, newMatchRow); err != nil {
		return err
	}
	created := func(p person.Person) changeRow {
		return newChangeRow(c, "created", filledFields(p), person.Revision{ID: p.ID, Version: p.Version})
	}
	if err := copyRows(ctx, tx, "person_change", people, created); err != nil {
		return err
	}
	ids, versions := halves(revisions)
	_, err := tx.Exec(ctx, outboxEnqueue, pgx.StrictNamedArgs{"ids": ids, "versions": versions})
	return err
}

// recordLoad tells the audit of a batch, by one event.
func recordLoad(ctx context.Context, tx pgx.Tx, c Change, people []person.Person) error {
	batch := &pgx.Batch{}
	queueImported(batch, c, people, nil)
	return sendAll(ctx, tx, batch)
}

// queueImported queues one event for many people, new and changed.
func queueImported(batch *pgx.Batch, c Change, created []person.Person, changes []revision) {
	var ids []person.ID
	fields := map[string]bool{}
	note := func(id person.ID, changed []string) {
		ids = append(ids, id)
		for _, field := range changed {
			fields[field] = true
		}
	}
	for _, p := range created {
		note(p.ID, filledFields(p))
	}
	for _, r := range changes {
		note(r.now.ID, r.fields)
	}
	if len(ids) > 0 {
		queueEvent(batch, c, audit.Import, slices.Sorted(maps.Keys(fields)), ids...)
	}
}

// copyRows sends list to a table by COPY, as the rows that row makes.
func copyRows[T, R any](ctx context.Context, tx pgx.Tx, table string, list []T, row func(T) R) error {
	source := pgx.CopyFromSlice(len(list), func(i int) ([]any, error) { return cells(row(list[i])), nil })
	_, err := tx.CopyFrom(ctx, pgx.Identifier{table}, columns[R](), source)
	return err
}

// bearing is a row of cross_reference.
type bearing struct {
	System    string    `db:"system"`
	Reference string    `db:"reference"`
	PersonID  person.ID `db:"person_id"`
	Position  int       `db:"position"`
	Apart     person.ID `db:"apart"`
}

// newBearing is that of the ith reference of p.
func newBearing(p person.Person, i int) bearing {
	b := bearing{System: p.CrossReferences[i].System, Reference: p.CrossReferences[i].Reference, PersonID: p.ID, Position: i + 1}
	if apart(p) {
		b.Apart = p.ID
	}
	return b
}

// explainFirst is explain for the first of people whose id is taken.
func (s *Store) explainFirst(ctx context.Context, people []person.Person, err error) error {
	if violates(err, "person_pkey") {
		ids := make([]person.ID, len(people))
		for i, p := range people {
			ids[i] = p.ID
		}
		taken, found := s.Revisions(ctx, ids)
		if found == nil && len(taken) > 0 {
			return s.explain(ctx, "load people", everybody, person.Person{ID: taken[0].ID}, err)
		}
	}
	return translate("load people", err)
}
