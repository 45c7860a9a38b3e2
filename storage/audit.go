package storage

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/audit"
	"personindex/person"
)

// Record adds an event to the audit, for good. Its id and time are the
// database's; those given do not count. Named is resolved. It is one statement, and
// whoever waits for it knows that the event is on disk.
func (s *Store) Record(ctx context.Context, e audit.Event) error {
	_, err := scalar[int64](ctx, s, "write audit", auditEventInsert, eventArgs(e))
	return err
}

// RecordSearch adds a search of the event's session to the audit. What is searched
// for while an officer types becomes one event, once the session is over: see
// [Store.CloseSessions]. A session that has had enough is not added to: then the
// search is an event of its own.
func (s *Store) RecordSearch(ctx context.Context, e audit.Event) error {
	args := eventArgs(e)
	for _, name := range []string{"action", "status", "fields", "reason", "since"} {
		delete(args, name)
	}
	added, err := s.db.exec(ctx, auditSessionUpsert, args)
	if err == nil && added == 0 {
		return s.Record(ctx, e)
	}
	return translate("write audit", err)
}

// CloseSessions makes one event each of the sessions of searches that nobody has
// added to for the time idle, that are as old as age, or that hold so many
// searches. It returns how many there were. It is one statement: if it is
// interrupted, every search is still in its session, and however many processes
// close sessions at once, each becomes one event.
func (s *Store) CloseSessions(ctx context.Context, idle, age time.Duration, searches int) (int, error) {
	closed, err := s.db.exec(ctx, auditSessionClose, pgx.StrictNamedArgs{"idle": idle, "age": age, "searches": searches})
	return int(closed), translate("close sessions", err)
}

// AuditOf returns at most limit events with ids below before that were about a
// person or showed them, the newest first; before 0 begins with the last one, and
// with those sessions of searches that go on, however many: their ids are 0. It
// does not look whether there is, or was, such a person. It is about whom a caller of
// this clearance means by the id, and of whom they may not know there is as much as of
// nobody. What was asked is left out.
func (s *Store) AuditOf(ctx context.Context, clearance person.Restriction, id person.ID, before int64, limit int) ([]audit.Event, error) {
	args := pgx.StrictNamedArgs{
		"clearance": int(clearance), "hidden": person.HiddenFields(), "person_id": id, "before": cmp.Or(before, math.MaxInt64), "open": before == 0, "limit": limit,
	}
	events, err := list(ctx, s.db, auditOfPerson, args, pgx.RowToStructByNameLax[audit.Event])
	return events, translate("read audit", err)
}

// queueEvent queues what the audit says of a change, so that one is not without
// the other.
func queueEvent(batch *pgx.Batch, c Change, action audit.Action, fields []string, ids ...person.ID) {
	e := audit.Event{Caller: c.Actor, RequestIDs: []string{c.RequestID}, Action: action}
	if c.RequestID == "" {
		e.RequestIDs = nil
	}
	if c.Event != nil {
		e = *c.Event
		e.Persons, e.Named = slices.Clone(e.Persons), nil // ids says whom they mean
	}
	e.Fields, e.Reason = fields, c.Reason
	e.Show(ids...)
	batch.Queue(auditEventInsert, eventArgs(e)).QueryRow(func(row pgx.Row) error {
		if c.Event == nil {
			return row.Scan(&e.ID)
		}
		return row.Scan(&c.Event.ID)
	})
}

// begin forgets what an attempt of a transaction that came to nothing has written.
func (c Change) begin() {
	if c.Event != nil {
		c.Event.ID = 0
	}
}

func eventArgs(e audit.Event) pgx.StrictNamedArgs {
	return pgx.StrictNamedArgs{
		"caller": e.Caller, "roles": orEmpty(e.Roles), "areas": orEmpty(e.Areas), "from_address": e.From,
		"request_ids": orEmpty(e.RequestIDs), "route": e.Route, "action": e.Action, "status": e.Status,
		"persons": orEmpty(e.Persons), "named": orEmpty(e.Named), "clearance": int(e.Clearance), "fields": orEmpty(e.Fields), "reason": e.Reason, "sealed": orEmpty(e.Sealed),
		"session": e.Session, "since": e.Since, "flags": orEmpty(e.Flags),
	}
}

// orEmpty is l, or an empty one: Postgres takes nil for null.
func orEmpty[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
