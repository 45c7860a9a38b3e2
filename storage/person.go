package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"personindex/audit"
	"personindex/person"
)

// Change says who makes a change and why, for the audit.
type Change struct {
	Actor string
	// Clearance is what the actor may see of people, and so what they may change.
	Clearance person.Restriction
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
// What is returned is what c's actor may see of it. Somebody of whom they may not
// know from now on, since they said so themselves, is shown to them once more,
// redacted; a repeated request then answers with the id and the restriction alone.
// Whoever is added by an actor who may not know of everybody is compared with the
// others afterwards: see [Store.ClaimDuplicateChecks].
//
// It returns [person.ErrIDInUse] or [person.ErrErased] when the id belongs or
// belonged to somebody of whom the actor may know, and a *[person.CrossReferenceInUseError] when one of the
// cross-references belongs to another person. With a key it returns what an
// earlier request with the same key and digest created, as it is now, or
// [ErrIdempotencyMismatch], or [ErrIdempotencyBusy] while another request with
// that key is under way.
func (s *Store) Create(ctx context.Context, c Change, p person.Person, key *Idempotency) (person.Person, error) {
	called := p.ID
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
			created, err = again(ctx, tx, c.Clearance, earlier.Revision)
		default:
			created, err = insertCalled(ctx, tx, c, called, p, key)
		}
		return err
	})
	if err != nil {
		return person.Person{}, s.explain(ctx, "create person", c.Clearance, p, err)
	}
	s.notifier.wake()
	return created.Redacted(c.Clearance), nil
}

// again is the person whom an earlier request made, as they are now. Where the
// caller may not know of them any more, what they knew of them is all they get.
func again(ctx context.Context, q querier, clearance person.Restriction, r person.Revision) (person.Person, error) {
	p, err := onePerson(ctx, q, clearance, r.ID)
	if errors.Is(err, person.ErrNotFound) {
		return person.Person{ID: r.ID, Version: r.Version, Restriction: person.VeryRestricted}.WithLists(), nil
	}
	return p, err
}

// Again is the person whom the remembered request made, as Create would answer it
// now.
func (s *Store) Again(ctx context.Context, clearance person.Restriction, r *Remembered) (person.Person, error) {
	p, err := read(s.db, func(q querier) (person.Person, error) { return again(ctx, q, clearance, r.Revision) })
	return p, translate("read person", err)
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
	p.Version, p.Links, p.Unavailable, p.Provenance = 1, nil, nil, nil
	return p.WithLists(), nil
}

// insert writes all there is to a new person.
func insert(ctx context.Context, tx pgx.Tx, c Change, p person.Person, key *Idempotency) (person.Person, error) {
	if err := unborne(ctx, tx, c, p); err != nil {
		return person.Person{}, err
	}
	p.RestrictedBy = restrictedBy(c, person.Person{}, p)
	var restrictedAt *time.Time
	batch := &pgx.Batch{}
	batch.Queue(personInsert, pgx.StrictStructArgs(newValues(p))).QueryRow(func(row pgx.Row) error {
		return row.Scan(&p.CreatedAt, &p.UpdatedAt, &restrictedAt)
	})
	queueCrossReferences(batch, p)
	queueConsequences(batch, c, "created", filledFields(p), p)
	queueEvent(batch, c, audit.Create, filledFields(p), p.ID)
	queueDuplicateCheck(batch, c, p.ID)
	if key != nil {
		if err := queueRemember(batch, key, p); err != nil {
			return person.Person{}, err
		}
	}
	err := sendAll(ctx, tx, batch)
	p.CreatedAt, p.UpdatedAt, p.RestrictedAt = p.CreatedAt.UTC(), p.UpdatedAt.UTC(), orZero(restrictedAt)
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
// trace. What c's actor may not see stays as it is, whatever p says of it, and is
// not in what is returned. Whom they just made very restricted is shown to them
// once more, redacted.
//
// It returns [person.ErrNotFound], [person.ErrErased], [person.ErrVersionConflict],
// [person.ErrNotCleared] when the actor lowers a restriction that they do not see
// through, and, when somebody hidden would be shown to all, [person.ErrIDInUse] or a
// *[person.CrossReferenceInUseError] where somebody else has been given their id or
// reference meanwhile.
func (s *Store) Update(ctx context.Context, c Change, expected int64, p person.Person) (person.Person, error) {
	return s.revise(ctx, c, p.ID, func(now person.Person) (person.Person, error) {
		switch {
		case now.Version != expected:
			return person.Person{}, person.ErrVersionConflict
		case p.Restriction < now.Restriction && c.Clearance < now.Restriction:
			return person.Person{}, person.ErrNotCleared
		}
		return p, nil
	})
}

// revise replaces the values of a person by what decide makes of those that c's
// actor may see, and returns what that actor may see of the outcome. Until it is
// done nobody else can change the person.
func (s *Store) revise(ctx context.Context, c Change, id person.ID, decide func(person.Person) (person.Person, error)) (person.Person, error) {
	var wanted, revised person.Person
	err := s.write(ctx, func(tx pgx.Tx) error {
		c.begin()
		now, seen, err := lockPerson(ctx, tx, c.Clearance, id)
		if err != nil {
			return err
		}
		written, err := decide(seen)
		if err != nil {
			return err
		}
		wanted = written.WithHidden(now, seen, c.Clearance)
		wanted.ID = now.ID
		if len(wanted.Relations) > person.MaxItems { // with those they do not see, whom nobody may lose
			return tooMany("relations")
		}
		revised, err = replace(ctx, tx, c, now, wanted)
		revised.ID, revised.Relations = seen.ID, written.WithLists().Relations
		return err
	})
	if err != nil {
		return person.Person{}, s.explain(ctx, "update person", c.Clearance, wanted, err)
	}
	s.notifier.wake()
	return revised.Redacted(c.Clearance), nil
}

func tooMany(list string) error {
	return &person.ValidationError{Fields: []person.FieldError{
		{Field: list, Message: fmt.Sprintf("must have at most %d entries", person.MaxItems)},
	}}
}

// lockPerson reads a person whom nobody else can change before the transaction
// ends: as they are, and as a caller of this clearance may see them.
func lockPerson(ctx context.Context, tx pgx.Tx, clearance person.Restriction, id person.ID) (now, seen person.Person, err error) {
	// Apart from the read: what a SELECT … FOR UPDATE waited for it sees in the
	// locked row only, and not in the cross-references beside it.
	var meant person.ID
	err = tx.QueryRow(ctx, personLock, pgx.StrictNamedArgs{"id": id, "clearance": int(clearance)}).Scan(&meant)
	if err != nil {
		return now, seen, noneIs(err, person.ErrNotFound)
	}
	seen, err = onePerson(ctx, tx, clearance, id)
	if err != nil || clearance == everybody {
		return seen, seen, err
	}
	now, err = onePerson(ctx, tx, everybody, meant)
	return now, seen, err
}

// onePerson returns [person.ErrNotFound] or [person.ErrErased] where there is
// none, as far as a caller of this clearance may know.
func onePerson(ctx context.Context, q querier, clearance person.Restriction, id person.ID) (person.Person, error) {
	rows, err := rowsByID(ctx, q, clearance, id)
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

// replace writes all that follows from now becoming wanted, unless that is the
// same. Nobody is shown to all while all call somebody else by their id.
func replace(ctx context.Context, tx pgx.Tx, c Change, now, wanted person.Person) (person.Person, error) {
	wanted = succeeding(now, wanted)
	fields := changedFields(now, wanted)
	if len(fields) == 0 {
		return now, nil
	}
	if slices.Contains(fields, "crossReferences") {
		if err := unborne(ctx, tx, c, wanted); err != nil {
			return person.Person{}, err
		}
	}
	if apart(now) && !apart(wanted) {
		if called, err := answers(ctx, tx, personAliasKnown, now.ID); err != nil || called {
			return person.Person{}, errors.Join(err, person.ErrIDInUse)
		}
	}
	batch := &pgx.Batch{}
	queueReplace(batch, c, fields, now, &wanted)
	queueEvent(batch, c, audit.Update, fields, now.ID)
	err := sendAll(ctx, tx, batch)
	wanted.UpdatedAt, wanted.RestrictedAt = wanted.UpdatedAt.UTC(), wanted.RestrictedAt.UTC()
	return wanted, err
}

// succeeding is wanted as the next version of now.
func succeeding(now, wanted person.Person) person.Person {
	wanted.ID, wanted.Version, wanted.CreatedAt = now.ID, now.Version+1, now.CreatedAt
	wanted.Links, wanted.Unavailable, wanted.Provenance = nil, nil, nil
	return wanted.WithLists()
}

// queueReplace queues all that follows from now becoming wanted, who differ in
// fields.
func queueReplace(batch *pgx.Batch, c Change, fields []string, now person.Person, wanted *person.Person) {
	wanted.RestrictedBy = restrictedBy(c, now, *wanted)
	batch.Queue(personUpdate, pgx.StrictStructArgs(newValues(*wanted))).QueryRow(func(row pgx.Row) error {
		var restrictedAt *time.Time
		err := row.Scan(&wanted.UpdatedAt, &restrictedAt)
		wanted.RestrictedAt = orZero(restrictedAt)
		return err
	})
	referred := slices.Contains(fields, "crossReferences")
	if referred || apart(now) != apart(*wanted) {
		batch.Queue(crossReferenceDelete, pgx.StrictNamedArgs{"person_id": wanted.ID})
		queueCrossReferences(batch, *wanted)
	}
	if referred {
		queueDuplicateCheck(batch, c, wanted.ID)
	}
	batch.Queue(historyInsert, pgx.StrictNamedArgs{"person_id": now.ID, "version": now.Version, "body": now})
	queueConsequences(batch, c, "updated", fields, *wanted)
}

// restrictedBy is who set the restriction that wanted has after now.
func restrictedBy(c Change, now, wanted person.Person) string {
	switch wanted.Restriction {
	case person.Unrestricted:
		return ""
	case now.Restriction:
		return now.RestrictedBy
	}
	return c.Actor
}

// Person returns one person as a caller of this clearance may see them, or
// [person.ErrNotFound] or [person.ErrErased]. Whom they may not know of is not
// found.
func (s *Store) Person(ctx context.Context, clearance person.Restriction, id person.ID) (person.Person, error) {
	p, err := read(s.db, func(q querier) (person.Person, error) { return onePerson(ctx, q, clearance, id) })
	return p, translate("read person", err)
}

// People returns those of ids who are there and not gone, by the id asked, as a
// caller of this clearance may see them.
func (s *Store) People(ctx context.Context, clearance person.Restriction, ids []person.ID) (map[person.ID]person.Person, error) {
	rows, err := read(s.db, func(q querier) ([]stored, error) { return rowsByID(ctx, q, clearance, ids...) })
	if err != nil {
		return nil, translate("read people", err)
	}
	people := make(map[person.ID]person.Person, len(rows))
	for _, row := range rows {
		if row.ErasedAt != nil {
			continue
		}
		p, err := row.person()
		if err != nil {
			return nil, translate("read people", err)
		}
		people[row.Asked] = p
	}
	return people, nil
}

// explain finds out whose an id or a cross-reference is that p could not have, as
// far as a caller of this clearance may know.
func (s *Store) explain(ctx context.Context, what string, clearance person.Restriction, p person.Person, err error) error {
	switch {
	case violates(err, "person_pkey"):
		_, err = s.Person(ctx, clearance, p.ID)
		switch {
		case err == nil:
			return fmt.Errorf("%s: %w", what, person.ErrIDInUse)
		case errors.Is(err, person.ErrNotFound):
			// Somebody hidden has been given it in this very moment: the same request
			// will succeed.
			err = fmt.Errorf("%w: an id has just been taken", ErrUnavailable)
		}
	case violates(err, "cross_reference_pkey"):
		return s.ownerOfOne(ctx, clearance, p)
	}
	return translate(what, err)
}
