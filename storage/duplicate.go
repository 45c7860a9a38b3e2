package storage

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// queueDuplicateCheck asks for a person whom c's actor wrote to be compared with
// those of whom that actor may not know: always, that what is asked for tells
// nothing.
func queueDuplicateCheck(batch *pgx.Batch, c Change, id person.ID) {
	if c.Clearance < everybody {
		batch.Queue(duplicateCheckEnqueue, pgx.StrictNamedArgs{"person_id": id, "clearance": int(c.Clearance)})
	}
}

// duplicateCheck is a row of duplicate_check.
type duplicateCheck struct {
	PersonID  person.ID `db:"person_id"`
	Clearance int16     `db:"clearance"`
	DueAt     time.Time `db:"due_at"`
}

// ClaimDuplicateChecks takes at most limit people who were added, or given a
// reference, by somebody who may not know of everybody, and whom nobody has
// compared with those others yet. They are due again when the lease ends.
func (s *Store) ClaimDuplicateChecks(ctx context.Context, limit int, lease time.Duration) ([]person.DuplicateCheck, error) {
	var due []duplicateCheck
	err := s.write(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, duplicateCheckClaim, pgx.StrictNamedArgs{"limit": limit, "lease": lease})
		if err != nil {
			return err
		}
		due, err = pgx.CollectRows(rows, pgx.RowToStructByName[duplicateCheck])
		return err
	})
	checks := make([]person.DuplicateCheck, len(due))
	for i, d := range due {
		checks[i] = person.DuplicateCheck{ID: d.PersonID, Clearance: person.Restriction(d.Clearance), Due: d.DueAt}
	}
	return checks, translate("claim who waits to be compared", err)
}

// CheckedPerson is the person of a check, with all that is known of them, or
// [person.ErrErased].
func (s *Store) CheckedPerson(ctx context.Context, check person.DuplicateCheck) (person.Person, error) {
	return s.Person(ctx, everybody, check.ID)
}

// SettleDuplicateCheck keeps the pairs that a check found, and those with people who
// are kept from whoever wrote the person and bear one of their references. The
// check is done, unless the person was written again meanwhile.
func (s *Store) SettleDuplicateCheck(ctx context.Context, check person.DuplicateCheck, found []person.Resemblance) error {
	err := s.write(ctx, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for _, r := range found {
			batch.Queue(duplicateInsert, pgx.StrictNamedArgs{
				"person_id": check.ID, "other_id": r.ID, "weight": r.Weight, "probability": r.Probability, "model": r.Model,
			})
		}
		batch.Queue(duplicateByReference, pgx.StrictNamedArgs{"person_id": check.ID, "clearance": int(check.Clearance)})
		batch.Queue(duplicateCheckSettle, pgx.StrictNamedArgs{"person_id": check.ID, "due_at": check.Due})
		return sendAll(ctx, tx, batch)
	})
	return translate("keep potential duplicates", err)
}

// potentialDuplicate is a row of potential_duplicate.
type potentialDuplicate struct {
	A           person.ID `db:"person_a"`
	B           person.ID `db:"person_b"`
	Reason      string    `db:"reason"`
	Restriction int16     `db:"restriction"`
	Weight      *float64  `db:"weight"`
	Probability *float64  `db:"probability"`
	Model       string    `db:"model"`
	FoundAt     time.Time `db:"found_at"`
}

// PotentialDuplicates returns at most limit pairs of people who may be one, as far
// as a caller of this clearance may know of both, the newest first.
func (s *Store) PotentialDuplicates(ctx context.Context, clearance person.Restriction, limit int) ([]person.PotentialDuplicate, error) {
	args := pgx.StrictNamedArgs{"clearance": int(clearance), "limit": limit}
	pairs, err := list(ctx, s.db, duplicateList, args, func(row pgx.CollectableRow) (person.PotentialDuplicate, error) {
		d, err := pgx.RowToStructByName[potentialDuplicate](row)
		return d.pair(), err
	})
	return pairs, translate("read potential duplicates", err)
}

func (d potentialDuplicate) pair() person.PotentialDuplicate {
	pair := person.PotentialDuplicate{
		A: d.A, B: d.B, Reason: d.Reason, Restriction: person.Restriction(d.Restriction), Model: d.Model, FoundAt: d.FoundAt.UTC(),
	}
	if d.Weight != nil && d.Probability != nil {
		pair.Weight, pair.Probability = *d.Weight, *d.Probability
	}
	return pair
}
