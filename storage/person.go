package storage

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"personindex/audit"
	"personindex/person"
)

// Change says who makes a change and why, for the audit.
type Change struct {
	Actor     string
	RequestID string
	Reason    string // in the actor's words; kept for ever, so it must not hold personal data
	System    string // whose values an import brings; empty for the service itself
	// Event is what the audit says of the request that makes the change. What was
	// changed is added and the event written in the change's own transaction; its
	// id says whether it was: a change that changes nothing leaves it 0. Without
	// one, the audit is told of the change all the same.
	Event *audit.Event
}

// Create adds a person at version 1 and returns them as stored. A person without
// an id is given a UUIDv7.
//
// It returns [person.ErrIDInUse] or [person.ErrErased] when the id belongs or
// belonged to somebody, and a *[person.CrossReferenceInUseError] when one of the
// cross-references belongs to another person. With a key it returns what an
// earlier request with the same key and digest created, as it is now, or
// [ErrIdempotencyMismatch], or [ErrIdempotencyBusy] while another request with
// that key is under way.
func (s *Store) Create(ctx context.Context, c Change, p person.Person, key *Idempotency) (person.Person, error) {
	p, err := newPerson(p)
	if err != nil {
		return person.Person{}, err
	}
	var created person.Person
	err = s.write(ctx, func(tx pgx.Tx) error {
		c.begin()
		earlier, err := claimKey(ctx, tx, key)
		switch {
		case err != nil:
			return err
		case earlier != nil:
			created, err = onePerson(ctx, tx, earlier.Revision.ID)
		default:
			created, err = insert(ctx, tx, c, p, key)
		}
		return err
	})
	if err != nil {
		return person.Person{}, s.explain(ctx, "create person", p, err)
	}
	s.notifier.wake()
	return created, nil
}

// newPerson returns p as it is stored first.
func newPerson(p person.Person) (person.Person, error) {
	if p.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return person.Person{}, fmt.Errorf("make an id: %w", err)
		}
		p.ID = person.ID(id.String())
	}
	p.Version, p.Links, p.Provenance = 1, nil, nil
	return p.WithLists(), nil
}

// insert writes all there is to a new person.
func insert(ctx context.Context, tx pgx.Tx, c Change, p person.Person, key *Idempotency) (person.Person, error) {
	batch := &pgx.Batch{}
	batch.Queue(personInsert, pgx.StrictStructArgs(newValues(p))).QueryRow(func(row pgx.Row) error {
		return row.Scan(&p.CreatedAt, &p.UpdatedAt)
	})
	queueCrossReferences(batch, p)
	queueConsequences(batch, c, "created", filledFields(p), p)
	queueEvent(batch, c, audit.Create, filledFields(p), p.ID)
	if key != nil {
		if err := queueRemember(batch, key, p); err != nil {
			return person.Person{}, err
		}
	}
	err := sendAll(ctx, tx, batch)
	p.CreatedAt, p.UpdatedAt = p.CreatedAt.UTC(), p.UpdatedAt.UTC()
	return p, err
}

// queueConsequences queues what follows from every change: what matching needs,
// who changed it and the outbox rows.
func queueConsequences(batch *pgx.Batch, c Change, action string, fields []string, p person.Person) {
	batch.Queue(matchUpsert, pgx.StrictStructArgs(newMatchRow(p)))
	queueTrace(batch, c, action, fields, person.Revision{ID: p.ID, Version: p.Version})
}

func queueTrace(batch *pgx.Batch, c Change, action string, fields []string, r person.Revision) {
	batch.Queue(personChangeInsert, pgx.StrictStructArgs(newChangeRow(c, action, fields, r)))
	batch.Queue(outboxEnqueue, pgx.StrictNamedArgs{"ids": []person.ID{r.ID}, "versions": []int64{r.Version}})
}

// Update replaces all values of the person with p's id by those of p, provided
// that they are at the expected version, and returns them as stored, one version
// on. An update that changes nothing returns the person as it is, and leaves no
// trace.
//
// It returns [person.ErrNotFound], [person.ErrErased], [person.ErrVersionConflict]
// or a *[person.CrossReferenceInUseError].
func (s *Store) Update(ctx context.Context, c Change, expected int64, p person.Person) (person.Person, error) {
	return s.revise(ctx, c, p.ID, func(now person.Person) (person.Person, error) {
		if now.Version != expected {
			return person.Person{}, person.ErrVersionConflict
		}
		return p, nil
	})
}

// revise replaces the values of a person by what decide makes of them. Until it
// is done nobody else can change the person.
func (s *Store) revise(ctx context.Context, c Change, id person.ID, decide func(person.Person) (person.Person, error)) (person.Person, error) {
	var wanted, revised person.Person
	err := s.write(ctx, func(tx pgx.Tx) error {
		c.begin()
		now, err := lockPerson(ctx, tx, id)
		if err != nil {
			return err
		}
		if wanted, err = decide(now); err != nil {
			return err
		}
		revised, err = replace(ctx, tx, c, now, wanted)
		return err
	})
	if err != nil {
		return person.Person{}, s.explain(ctx, "update person", wanted, err)
	}
	s.notifier.wake()
	return revised, nil
}

// lockPerson reads a person whom nobody else can change before the transaction ends.
func lockPerson(ctx context.Context, tx pgx.Tx, id person.ID) (person.Person, error) {
	// Apart from the read: what a SELECT … FOR UPDATE waited for it sees in the
	// locked row only, and not in the cross-references beside it.
	if _, err := tx.Exec(ctx, personLock, pgx.StrictNamedArgs{"id": id}); err != nil {
		return person.Person{}, err
	}
	return onePerson(ctx, tx, id)
}

// onePerson returns [person.ErrNotFound] or [person.ErrErased] where there is none.
func onePerson(ctx context.Context, q querier, id person.ID) (person.Person, error) {
	rows, err := rowsByID(ctx, q, id)
	switch {
	case err != nil:
		return person.Person{}, err
	case len(rows) == 0:
		return person.Person{}, person.ErrNotFound
	case rows[0].ErasedAt != nil:
		return person.Person{}, person.ErrErased
	}
	return rows[0].person()
}

// replace writes all that follows from now becoming wanted, unless that is the same.
func replace(ctx context.Context, tx pgx.Tx, c Change, now, wanted person.Person) (person.Person, error) {
	wanted = succeeding(now, wanted)
	fields := changedFields(now, wanted)
	if len(fields) == 0 {
		return now, nil
	}
	batch := &pgx.Batch{}
	queueReplace(batch, c, fields, now, &wanted)
	queueEvent(batch, c, audit.Update, fields, now.ID)
	err := sendAll(ctx, tx, batch)
	wanted.UpdatedAt = wanted.UpdatedAt.UTC()
	return wanted, err
}

// succeeding is wanted as the next version of now.
func succeeding(now, wanted person.Person) person.Person {
	wanted.ID, wanted.Version, wanted.CreatedAt = now.ID, now.Version+1, now.CreatedAt
	wanted.Links, wanted.Provenance = nil, nil
	return wanted.WithLists()
}

// queueReplace queues all that follows from now becoming wanted, who differ in
// fields.
func queueReplace(batch *pgx.Batch, c Change, fields []string, now person.Person, wanted *person.Person) {
	batch.Queue(personUpdate, pgx.StrictStructArgs(newValues(*wanted))).QueryRow(func(row pgx.Row) error {
		return row.Scan(&wanted.UpdatedAt)
	})
	if slices.Contains(fields, "crossReferences") {
		batch.Queue(crossReferenceDelete, pgx.StrictNamedArgs{"person_id": wanted.ID})
		queueCrossReferences(batch, *wanted)
	}
	batch.Queue(historyInsert, pgx.StrictNamedArgs{"person_id": now.ID, "version": now.Version, "body": now})
	queueConsequences(batch, c, "updated", fields, *wanted)
}

// Person returns one person, or [person.ErrNotFound] or [person.ErrErased].
func (s *Store) Person(ctx context.Context, id person.ID) (person.Person, error) {
	p, err := onePerson(ctx, s.pool, id)
	return p, translate("read person", err)
}

// People returns those of ids who are there and not gone, in the order of ids.
func (s *Store) People(ctx context.Context, ids []person.ID) ([]person.Person, error) {
	rows, err := rowsByID(ctx, s.pool, ids...)
	if err != nil {
		return nil, translate("read people", err)
	}
	people := make([]person.Person, 0, len(rows))
	for _, row := range rows {
		if row.ErasedAt != nil {
			continue
		}
		p, err := row.person()
		if err != nil {
			return nil, translate("read people", err)
		}
		people = append(people, p)
	}
	return people, nil
}

// explain finds out whose an id or a cross-reference is that p could not have.
func (s *Store) explain(ctx context.Context, what string, p person.Person, err error) error {
	switch {
	case violates(err, "person_pkey"):
		if _, err = s.Person(ctx, p.ID); err == nil {
			return fmt.Errorf("%s: %w", what, person.ErrIDInUse)
		}
	case violates(err, "cross_reference_pkey"):
		return s.ownerOfOne(ctx, p)
	}
	return translate(what, err)
}
