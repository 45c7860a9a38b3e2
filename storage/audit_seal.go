package storage

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"personindex/audit"
)

// TendAudit makes the tables that events of this month and the next three go to,
// and puts the latest events into their places in the indexes.
func (s *Store) TendAudit(ctx context.Context) error {
	_, err := s.db.exec(ctx, auditTend, nil)
	return translate("tend audit", err)
}

// SealNext adds to the chain a seal over events that are in none, and returns it,
// or nil where there are no such events or another process is at it.
//
// Events are looked for from [audit.Late] before the last seal on: one that was
// being written while others were sealed is in a later seal.
func (s *Store) SealNext(ctx context.Context) (*audit.Seal, error) {
	var seal *audit.Seal
	err := s.write(ctx, func(tx pgx.Tx) (err error) {
		seal, err = sealNext(ctx, tx)
		return err
	})
	return seal, translate("seal audit", err)
}

func sealNext(ctx context.Context, tx pgx.Tx) (*audit.Seal, error) {
	var mine bool
	if err := tx.QueryRow(ctx, auditLock).Scan(&mine); err != nil || !mine {
		return nil, err
	}
	var last audit.Seal
	if earlier, err := lastSeal(ctx, tx); err != nil {
		return nil, err
	} else if earlier != nil {
		last = *earlier
	}
	events, looked, err := unsealed(ctx, tx, last.Through.Add(-audit.Late))
	if err != nil || len(events) == 0 {
		return nil, err
	}
	seal := audit.Next(last, events, looked)
	_, err = tx.Exec(ctx, auditSealInsert, pgx.StrictStructArgs(newSealRow(seal)))
	return &seal, err
}

// unsealed reads the events since a time that are in no seal, and when it looked.
func unsealed(ctx context.Context, q querier, after time.Time) (events []audit.Event, looked time.Time, err error) {
	rows, err := q.Query(ctx, auditUnsealed, pgx.StrictNamedArgs{"after": after, "limit": audit.Batch()})
	if err != nil {
		return nil, looked, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[struct {
		audit.Event
		Looked time.Time `db:"looked"`
	}])
	for _, row := range found {
		events, looked = append(events, row.Event), row.Looked
	}
	return events, looked, err
}

// LastSeal returns the end of the chain, or nil where there is none.
func (s *Store) LastSeal(ctx context.Context) (*audit.Seal, error) {
	seal, err := read(s.db, func(q querier) (*audit.Seal, error) { return lastSeal(ctx, q) })
	return seal, translate("read seal", err)
}

func lastSeal(ctx context.Context, q querier) (*audit.Seal, error) {
	rows, err := q.Query(ctx, auditSealLast)
	if err != nil {
		return nil, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[sealRow])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	seal := row.seal()
	return &seal, err
}

// Seals returns at most limit seals numbered after a number, in their order.
func (s *Store) Seals(ctx context.Context, after int64, limit int) ([]audit.Seal, error) {
	args := pgx.StrictNamedArgs{"after": after, "limit": limit}
	found, err := list(ctx, s.db, auditSealAfter, args, pgx.RowToStructByName[sealRow])
	seals := make([]audit.Seal, len(found))
	for i, row := range found {
		seals[i] = row.seal()
	}
	return seals, translate("read seals", err)
}

// SealedEvents returns the events of a seal's month whose ids it covers, in the
// order of ids and times.
func (s *Store) SealedEvents(ctx context.Context, seal audit.Seal) ([]audit.Event, error) {
	args := pgx.StrictNamedArgs{
		"events": newSealRow(seal).Events, "from": seal.Month, "to": seal.Month.AddDate(0, 1, 0),
	}
	events, err := list(ctx, s.db, auditEventSealed, args, pgx.RowToStructByName[audit.Event])
	return events, translate("read sealed events", err)
}

// UnsealedEvents returns ids and times of some events of a time up to before that
// no seal of their month covers, the oldest first. It reads the whole audit,
// however long that takes.
func (s *Store) UnsealedEvents(ctx context.Context, before time.Time) (events []audit.Event, err error) {
	ctx = unbounded(ctx)
	err = s.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, statementUnbounded); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, auditEventStray, pgx.StrictNamedArgs{"before": before})
		if err != nil {
			return err
		}
		events, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[audit.Event])
		return err
	})
	return events, translate("look for unsealed events", err)
}

// Dropped returns the months whose events are no longer kept.
func (s *Store) Dropped(ctx context.Context) ([]audit.Dropped, error) {
	dropped, err := list(ctx, s.db, auditDropped, nil, func(row pgx.CollectableRow) (d audit.Dropped, err error) {
		err = row.Scan(&d.Month, &d.At, &d.Caller, &d.Events, &d.Last.Number, &d.Last.Hash)
		return d, err
	})
	return dropped, translate("read dropped months", err)
}

// sealRow is a row of audit_seal.
type sealRow struct {
	Number   int64                                        `db:"number"`
	Month    time.Time                                    `db:"month"`
	Events   pgtype.Multirange[pgtype.Range[pgtype.Int8]] `db:"events"`
	Count    int                                          `db:"count"`
	Through  time.Time                                    `db:"through"`
	Marks    []byte                                       `db:"marks"`
	Previous []byte                                       `db:"previous"`
	Hash     []byte                                       `db:"hash"`
}

func newSealRow(s audit.Seal) sealRow {
	row := sealRow{s.Number, s.Month, nil, s.Count, s.Through, s.Marks, s.Previous, s.Hash}
	for _, r := range s.Events {
		row.Events = append(row.Events, pgtype.Range[pgtype.Int8]{
			Lower: pgtype.Int8{Int64: r.From, Valid: true}, LowerType: pgtype.Inclusive,
			Upper: pgtype.Int8{Int64: r.To, Valid: true}, UpperType: pgtype.Exclusive, Valid: true,
		})
	}
	return row
}

func (row sealRow) seal() audit.Seal {
	s := audit.Seal{
		Number: row.Number, Month: row.Month.UTC(), Count: row.Count, Through: row.Through.UTC(),
		Marks: row.Marks, Previous: row.Previous, Hash: row.Hash,
	}
	for _, r := range row.Events {
		s.Events = append(s.Events, audit.Range{From: r.Lower.Int64, To: r.Upper.Int64})
	}
	return s
}
