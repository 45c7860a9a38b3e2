package indexer

import (
	"context"
	"time"

	"personindex/match"
	"personindex/person"
)

// Store is the system of record, as far as an index is kept true to it. An
// alias names one index and, with it, that index's share of the outbox. Its
// methods are called by several goroutines at once.
type Store interface {
	outbox
	register
	locks
}

// outbox holds, for each index, a row a person whose newest version may not be
// searchable yet. Searches look into it too, so a row that leaves too early
// hides somebody, and one that stays costs nothing but space.
type outbox interface {
	// ClaimOutbox leases up to limit people who are due to nobody else, as they
	// are now.
	ClaimOutbox(ctx context.Context, alias string, limit int, lease time.Duration) ([]match.Entry, error)
	// MarkIndexed notes that the index holds these versions, or newer ones.
	MarkIndexed(ctx context.Context, alias string, revisions []person.Revision) error
	// RejectOutbox sets one person apart whose document the index refuses.
	RejectOutbox(ctx context.Context, alias string, revision person.Revision, reason string) error
	// ReleaseOutbox gives a lease back unused.
	ReleaseOutbox(ctx context.Context, alias string, revisions []person.Revision) error
	// MarkSearchable notes that what was indexed before this time is searchable.
	MarkSearchable(ctx context.Context, alias string, indexedBefore time.Time) (int, error)
	// SettleOutbox removes the rows that have been searchable for this long.
	SettleOutbox(ctx context.Context, alias string, age time.Duration) (int, error)
	// Requeue makes these people due again.
	Requeue(ctx context.Context, alias string, ids []person.ID) (int, error)
	// RequeueChangedSince makes everyone due again whose change may have become
	// visible since then, by the time of Now: a transaction that began earlier
	// counts too.
	RequeueChangedSince(ctx context.Context, alias string, since time.Time) (int, error)
	// OutboxStanding returns those of the ids that wait to be indexed, and those
	// that were rejected.
	OutboxStanding(ctx context.Context, alias string, ids []person.ID) (pending, rejected []person.ID, err error)
	// Listen sends to wake, without blocking, when people change, until ctx ends.
	Listen(ctx context.Context, wake chan<- struct{}) error
}

// register lists everybody, those gone included, in the order of the bytes of
// their ids, and the indices whose outbox is written.
type register interface {
	// RegisterIndex has every change from now on written to the outbox of alias;
	// what changed before is visible when it returns.
	RegisterIndex(ctx context.Context, alias string) (isNew bool, err error)
	// RetireIndex ends that, and forgets what the index was owed.
	RetireIndex(ctx context.Context, alias string) error
	// RegisteredIndices are the aliases whose outbox is written.
	RegisteredIndices(ctx context.Context) ([]string, error)
	// Now is the time by the clock that dates changes.
	Now(ctx context.Context) (time.Time, error)
	// Rekey brings the standard form of everybody up to date with the rules of
	// this program.
	Rekey(ctx context.Context, progress func(done, total int64)) error
	// EntriesAfter and RevisionsAfter return the next limit people, and none at the
	// end; the latter without their records.
	EntriesAfter(ctx context.Context, after person.ID, limit int) ([]match.Entry, error)
	RevisionsAfter(ctx context.Context, after person.ID, limit int) ([]match.Entry, error)
	// Revisions are the current revisions of those of the ids that exist.
	Revisions(ctx context.Context, ids []person.ID) ([]person.Revision, error)
}

// locks keep indexing and the change-over to a rebuilt index apart, across all
// processes. They hold no row and no other lock while fn runs, and are released
// when it returns. A rebuild holds two of them while it asks the register.
type locks interface {
	WithSharedIndexLock(ctx context.Context, name string, fn func(context.Context) error) error
	WithExclusiveIndexLock(ctx context.Context, name string, fn func(context.Context) error) error
}
