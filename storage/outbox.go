package storage

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/match"
	"personindex/person"
)

// RegisterIndex makes every write from now on feed the index behind alias, and
// reports whether it was new. Every write before has committed when it returns,
// so that reading everybody afterwards and feeding the outbox miss nobody.
func (s *Store) RegisterIndex(ctx context.Context, alias string) (isNew bool, err error) {
	known, err := s.RegisteredIndices(ctx)
	if err != nil {
		return false, err
	}
	for _, k := range known {
		if k == alias {
			return false, nil
		}
	}
	err = s.write(ctx, func(tx pgx.Tx) error {
		// Waits for the writes under way, which have read the table of indices.
		if _, err := tx.Exec(ctx, indexLock); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, indexRegister, pgx.StrictNamedArgs{"alias": alias})
		isNew = tag.RowsAffected() > 0
		return err
	})
	return isNew, translate("register index", err)
}

// RegisteredIndices lists the aliases that are fed, in order.
func (s *Store) RegisteredIndices(ctx context.Context) ([]string, error) {
	aliases, err := list(ctx, s.db, indexList, nil, pgx.RowTo[string])
	return aliases, translate("list indices", err)
}

// RetireIndex stops feeding the index behind alias and forgets what it was owed.
// Retiring one that is not registered does nothing.
func (s *Store) RetireIndex(ctx context.Context, alias string) error {
	_, err := s.affect(ctx, "retire index", indexRetire, pgx.StrictNamedArgs{"alias": alias})
	return err
}

// ClaimOutbox leases up to limit people who are due in the outbox of alias, the
// longest due first, and returns them as they are now, which may be newer than
// what was queued. Nobody else is given them before the lease ends; then they
// are due again, unless they were marked, rejected or released.
//
// No lock is held when it returns. It returns none when nothing is due.
func (s *Store) ClaimOutbox(ctx context.Context, alias string, limit int, lease time.Duration) ([]match.Entry, error) {
	var ids []person.ID
	err := s.write(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, outboxClaim, pgx.StrictNamedArgs{"alias": alias, "limit": limit, "lease": lease})
		if err != nil {
			return err
		}
		ids, err = pgx.CollectRows(rows, pgx.RowTo[person.ID])
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, translate("claim from outbox", err)
	}
	entries, err := s.entries(ctx, everybody, entryByIDs, pgx.StrictNamedArgs{"ids": ids})
	return entries, translate("claim from outbox", err)
}

// MarkIndexed records that the index has been sent these revisions. A person who
// changed since stays due.
func (s *Store) MarkIndexed(ctx context.Context, alias string, indexed []person.Revision) error {
	_, err := s.affect(ctx, "mark as indexed", outboxIndexed, revisions(alias, indexed))
	return err
}

// RejectOutbox records that the index would not take this revision, and why. The
// reason must hold no values. The person is due again after a second, then two,
// and so on doubling, up to an hour; or at once when they change.
func (s *Store) RejectOutbox(ctx context.Context, alias string, rejected person.Revision, reason string) error {
	_, err := s.affect(ctx, "reject from outbox", outboxReject, pgx.StrictNamedArgs{
		"alias": alias, "person_id": rejected.ID, "version": rejected.Version, "reason": reason,
	})
	return err
}

// ReleaseOutbox gives a lease back, so that these are due at once.
func (s *Store) ReleaseOutbox(ctx context.Context, alias string, claimed []person.Revision) error {
	ids, _ := halves(claimed)
	_, err := s.affect(ctx, "release to outbox", outboxRelease, pgx.StrictNamedArgs{"alias": alias, "ids": ids})
	return err
}

// MarkSearchable records that whatever was marked as indexed before indexedBefore
// can now be found: the index was refreshed later than that. It returns how many
// people that is. The time is the database's, see [Store.Now].
func (s *Store) MarkSearchable(ctx context.Context, alias string, indexedBefore time.Time) (int, error) {
	return s.affect(ctx, "mark as searchable", outboxSearchable, pgx.StrictNamedArgs{
		"alias": alias, "indexed_before": indexedBefore,
	})
}

// SettleOutbox removes people who have been searchable at their present version
// for age, and returns how many. Age is the longest that a search may take: one
// that asked the index too early for them still finds them in the overlay.
func (s *Store) SettleOutbox(ctx context.Context, alias string, age time.Duration) (int, error) {
	return s.affect(ctx, "settle outbox", outboxSettle, pgx.StrictNamedArgs{"alias": alias, "age": age})
}

// OutboxStats is how far an index is behind.
type OutboxStats struct {
	Depth    int64         // people in the outbox, whatever their state
	Waiting  int64         // of these, not indexed at their present version
	Rejected int64         // of these, refused by the index at least once
	Oldest   time.Duration // since the first of those waiting changed; 0 when none waits
}

// OutboxStats counts what is in the outbox of alias.
func (s *Store) OutboxStats(ctx context.Context, alias string) (OutboxStats, error) {
	stats, err := only(ctx, s.db, outboxStats, pgx.StrictNamedArgs{"alias": alias}, pgx.RowToStructByPos[OutboxStats])
	return stats, translate("count outbox", err)
}

// standing says why somebody is in the outbox.
type standing struct {
	ID       person.ID
	Rejected bool
}

// OutboxStanding returns those of ids that wait to be indexed at their present
// version, and apart from them those that wait because the index rejected them.
func (s *Store) OutboxStanding(ctx context.Context, alias string, ids []person.ID) (pending, rejected []person.ID, err error) {
	args := pgx.StrictNamedArgs{"alias": alias, "ids": ids}
	standings, err := list(ctx, s.db, outboxStanding, args, pgx.RowToStructByPos[standing])
	for _, each := range standings {
		if each.Rejected {
			rejected = append(rejected, each.ID)
		} else {
			pending = append(pending, each.ID)
		}
	}
	return pending, rejected, translate("look into outbox", err)
}

func revisions(alias string, list []person.Revision) pgx.StrictNamedArgs {
	ids, versions := halves(list)
	return pgx.StrictNamedArgs{"alias": alias, "ids": ids, "versions": versions}
}

// halves splits revisions as unnest takes them.
func halves(list []person.Revision) (ids []person.ID, versions []int64) {
	for _, r := range list {
		ids, versions = append(ids, r.ID), append(versions, r.Version)
	}
	return ids, versions
}
