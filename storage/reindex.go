package storage

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/match"
	"personindex/person"
)

// rekeyBatch is how many people Rekey looks at in one transaction.
const rekeyBatch = 500

// Rekey makes the record and the keys anew of everybody whose were made by other
// rules of matching, and tells progress after every batch how many it has looked
// at of about how many. Writes go on meanwhile and none is lost: a person who
// changes in between has been keyed by that change. It may be stopped and
// started again.
//
// It puts nobody in an outbox: a program with other rules has another index.
func (s *Store) Rekey(ctx context.Context, progress func(done, total int64)) error {
	total, err := s.Size(ctx)
	if err != nil {
		return err
	}
	var done int64
	for after := person.ID(""); ; {
		page, err := s.keysAfter(ctx, after)
		if err != nil || len(page) == 0 {
			return translate("read whom to key anew", err)
		}
		if err := s.rekey(ctx, page); err != nil {
			return translate("key people anew", err)
		}
		after, done = page[len(page)-1].ID, done+int64(len(page))
		progress(done, max(done, total))
	}
}

// keyed says by which rules a person's record and keys were made.
type keyed struct {
	ID           person.ID `db:"person_id"`
	MatchVersion int       `db:"match_version"`
}

// keysAfter returns the next people by id.
func (s *Store) keysAfter(ctx context.Context, after person.ID) ([]keyed, error) {
	args := pgx.StrictNamedArgs{"after": after, "limit": rekeyBatch}
	return list(ctx, s.db, rekeyAfter, args, pgx.RowToStructByName[keyed])
}

// rekey keys those anew of a page who need it.
func (s *Store) rekey(ctx context.Context, page []keyed) error {
	var ids []person.ID
	for _, k := range page {
		if k.MatchVersion != match.Version {
			ids = append(ids, k.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	people, err := s.People(ctx, everybody, ids)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for _, id := range ids { // in their order, as all lock people
			if p, there := people[id]; there {
				batch.Queue(rekeyUpdate, pgx.StrictStructArgs(newMatchRow(p)))
			}
		}
		return sendAll(ctx, tx, batch)
	})
}

// EntriesAfter returns the next limit people by id, those who are gone among
// them, with all that is known of them. It begins with after empty and ends with none.
func (s *Store) EntriesAfter(ctx context.Context, after person.ID, limit int) ([]match.Entry, error) {
	entries, err := s.entries(ctx, everybody, entryAfter, pgx.StrictNamedArgs{"after": after, "limit": limit})
	return entries, translate("read everybody", err)
}

// RevisionsAfter is EntriesAfter without the records.
func (s *Store) RevisionsAfter(ctx context.Context, after person.ID, limit int) ([]match.Entry, error) {
	args := pgx.StrictNamedArgs{"after": after, "limit": limit}
	entries, err := list(ctx, s.db, revisionAfter, args, func(row pgx.CollectableRow) (e match.Entry, err error) {
		return e, row.Scan(&e.ID, &e.Version, &e.Gone)
	})
	return entries, translate("read revisions", err)
}

// Revisions returns the present revisions of those of ids who exist or existed.
func (s *Store) Revisions(ctx context.Context, ids []person.ID) ([]person.Revision, error) {
	revisions, err := list(ctx, s.db, revisionByIDs, pgx.StrictNamedArgs{"ids": ids}, pgx.RowToStructByPos[person.Revision])
	return revisions, translate("read revisions", err)
}

// RequeueChangedSince puts everybody who changed since t, by the database's
// clock, in the outbox of alias, and returns how many. It counts an hour more,
// since a change is dated by the beginning of its transaction.
func (s *Store) RequeueChangedSince(ctx context.Context, alias string, t time.Time) (int, error) {
	var n int64
	ctx = unbounded(ctx)
	err := s.write(ctx, func(tx pgx.Tx) error {
		// After a large import these are millions, and while they are queued nobody
		// indexes: the caller's deadline bounds it, not that of ordinary statements.
		if _, err := tx.Exec(ctx, statementUnbounded); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, outboxRequeueSince, pgx.StrictNamedArgs{"alias": alias, "since": t.Add(-time.Hour)})
		n = tag.RowsAffected()
		return err
	})
	s.notifier.wake()
	return int(n), translate("queue who changed", err)
}

// Requeue puts these people in the outbox of alias, as if they had changed.
func (s *Store) Requeue(ctx context.Context, alias string, ids []person.ID) (int, error) {
	n, err := s.affect(ctx, "queue people", outboxRequeue, pgx.StrictNamedArgs{"alias": alias, "ids": ids})
	s.notifier.wake()
	return n, err
}
