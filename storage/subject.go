package storage

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// Holding is what one table holds about a person.
type Holding struct {
	Table string
	Rows  []json.RawMessage // each an object, with the columns as members in their order
}

// holdings are the tables that hold something about a person, and how each is read,
// in the order of [Store.Holdings]. A test finds a table that is missing.
func holdings() []struct{ table, statement string } {
	return []struct{ table, statement string }{
		{"person", subjectPerson},
		{"cross_reference", subjectCrossReference},
		{"person_alias", subjectPersonAlias},
		{"relation", subjectRelation}, // of other people, in three tables
		{"person_history", subjectPersonHistory},
		{"import_row", subjectImportRow},
		{"extended_data", subjectExtendedData}, // without what is sealed, see Store.ExtendedHistory
		{"potential_duplicate", subjectPotentialDuplicate},
		{"duplicate_check", subjectDuplicateCheck},
		{"person_change", subjectPersonChange},
		{"audit_event", subjectAuditEvent}, // in tables of a month each
		{"audit_session", subjectAuditSession},
		{"alert", subjectAlert},
		{"person_match", subjectPersonMatch},
		{"idempotency_key", subjectIdempotencyKey},
		{"outbox", subjectOutbox},
	}
}

// Holdings returns all that the register holds about a person, table by table, as
// it was at one moment, or [person.ErrNotFound]. Of somebody erased it is what
// stays. It is for the person themselves: nobody's clearance is asked.
func (s *Store) Holdings(ctx context.Context, id person.ID) ([]Holding, error) {
	var held []Holding
	ctx = unbounded(ctx) // who is named by whom is looked for in everybody
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := s.db.transact(ctx, snapshot, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, statementUnbounded); err != nil {
			return err
		}
		for _, h := range holdings() {
			texts, err := collect(ctx, tx, h.statement, pgx.StrictNamedArgs{"person_id": id}, pgx.RowTo[json.RawMessage])
			if err != nil {
				return err
			}
			held = append(held, Holding{h.table, texts})
		}
		if len(held[0].Rows) == 0 {
			return person.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return nil, translate("read all that is held", err)
	}
	return held, nil
}
