package storage

import (
	"context"

	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// insertCalled is insert for a person whom c's actor wants to call by an id of their
// choice, if any. Where that is the id of somebody of whom they may not know, the
// person has another, and is called so by all who may not know of the other. It does
// as much whether or not there is somebody.
func insertCalled(ctx context.Context, tx pgx.Tx, c Change, called person.ID, p person.Person, key *Idempotency) (person.Person, error) {
	if called == "" || c.Clearance >= person.VeryRestricted {
		return insert(ctx, tx, c, p, key)
	}
	other, err := newPerson(person.Person{})
	if err != nil {
		return person.Person{}, err
	}
	taken, err := answers(ctx, tx, personAliasWanted, called)
	if err != nil {
		return person.Person{}, err
	}
	if taken {
		p.ID = other.ID
	}
	if p, err = insert(ctx, tx, c, p, key); err != nil {
		return person.Person{}, err
	}
	tag, err := tx.Exec(ctx, personAliasInsert, pgx.StrictNamedArgs{"id": called, "person_id": p.ID})
	if err == nil && taken && tag.RowsAffected() == 0 {
		err = person.ErrIDInUse // since a moment
	}
	p.ID = called
	return p, err
}

// answers is what a statement answers to whose id this is.
func answers(ctx context.Context, tx pgx.Tx, sql string, id person.ID) (yes bool, err error) {
	err = tx.QueryRow(ctx, sql, pgx.StrictNamedArgs{"id": id}).Scan(&yes)
	return yes, err
}
