package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/audit"
	"personindex/person"
)

// AuditFilter says which events to list. The zero value is all.
type AuditFilter struct {
	Person person.ID // whom they were about or showed
	Caller string
	Since  time.Time
	Before int64 // only ids below; 0 for any
}

// AuditEvents returns at most limit events, the newest first.
func (s *Store) AuditEvents(ctx context.Context, f AuditFilter, limit int) ([]audit.Event, error) {
	args := pgx.StrictNamedArgs{
		"person_id": f.Person, "caller": f.Caller, "since": f.Since, "before": f.Before, "limit": limit,
	}
	events, err := list(ctx, s.db, auditEventList, args, pgx.RowToStructByName[audit.Event])
	return events, translate("list audit", err)
}

// ErrMonthUnsealed means that a month of the audit is not over for an hour, or has
// events that no seal covers, so that nothing would be left of them.
var ErrMonthUnsealed = errors.New("the month is not over and sealed")

// AuditMonths returns the months whose events are kept, the first first, those to
// come included.
func (s *Store) AuditMonths(ctx context.Context) ([]time.Time, error) {
	months, err := list(ctx, s.db, auditMonths, nil, pgx.RowTo[time.Time])
	return months, translate("read months of the audit", err)
}

// DropAudit removes the events of a month, and keeps its seals and that it did so:
// in a table, and as an event. It returns [ErrMonthUnsealed] while some are not
// sealed. It needs the rights of the audit's owner, and waits for a busy service
// no longer than five seconds, in which nothing can be written to the audit.
func (s *Store) DropAudit(ctx context.Context, caller string, month time.Time) (audit.Dropped, error) {
	month = audit.MonthOf(month)
	ctx = unbounded(ctx)
	var dropped audit.Dropped
	err := s.write(ctx, func(tx pgx.Tx) (err error) {
		for _, sql := range []string{statementUnbounded, auditLockWait} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		dropped, err = monthToDrop(ctx, tx, caller, month)
		if err != nil {
			return err
		}
		return dropMonth(ctx, tx, dropped)
	})
	return dropped, translate("drop month of the audit", err)
}

// monthToDrop is what will be left of a month, unless it must stay.
func monthToDrop(ctx context.Context, tx pgx.Tx, caller string, month time.Time) (audit.Dropped, error) {
	d := audit.Dropped{Month: month, Caller: caller}
	var stray int64
	var over bool
	err := tx.QueryRow(ctx, auditMonth, pgx.StrictNamedArgs{
		"month": month, "from": month, "to": month.AddDate(0, 1, 0),
	}).Scan(&over, &d.Events, &stray, &d.Last.Number, &d.Last.Hash)
	if err == nil && (!over || stray > 0) {
		err = ErrMonthUnsealed
	}
	return d, err
}

func dropMonth(ctx context.Context, tx pgx.Tx, d audit.Dropped) error {
	batch := &pgx.Batch{}
	if d.Events > 0 {
		batch.Queue(auditDroppedInsert, pgx.StrictNamedArgs{
			"month": d.Month, "caller": d.Caller, "events": d.Events, "last_number": d.Last.Number, "last_hash": d.Last.Hash,
		})
	}
	batch.Queue(auditEventInsert, eventArgs(d.Event()))
	// A name cannot be an argument.
	table := pgx.Identifier{"audit_event_" + d.Month.Format("2006_01")}
	batch.Queue(fmt.Sprintf("drop table %s", table.Sanitize()))
	return sendAll(ctx, tx, batch)
}
