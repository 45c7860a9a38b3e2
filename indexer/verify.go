package indexer

import (
	"context"
	"fmt"
	"iter"

	"personindex/person"
)

// Kind is a way in which the index can differ from the register.
type Kind string

// The kinds of difference.
const (
	Missing  Kind = "missing"  // the register has the person, the index does not
	Extra    Kind = "extra"    // the index has a document of nobody
	Older    Kind = "older"    // the index has an older version
	Newer    Kind = "newer"    // the index has a version that the register has not reached
	Rejected Kind = "rejected" // the index refused the person's document
)

// Difference is one person of whom index and register differ.
type Difference struct {
	ID   person.ID
	Kind Kind
}

// Report is the outcome of comparing index and register.
type Report struct {
	Checked int // ids compared, on either side
	// Pending people wait in the outbox for the index to catch up with them: that
	// is no difference.
	Pending                                int
	Missing, Extra, Older, Newer, Rejected int
	Repaired                               int // differences re-queued or deleted
	// Examples are the first differences found, at most a hundred.
	Examples []Difference
}

// Differences is how many people index and register differ in.
func (r Report) Differences() int { return r.Missing + r.Extra + r.Older + r.Newer + r.Rejected }

// Verify compares the versions of everybody in the index and in the register,
// those gone included. It may run while people change and are indexed: what looks
// different is looked at again on its own, and counts only if it is. Its memory
// does not grow with the register.
//
// It returns [ErrNoIndex] where there is no index.
func (i *Indexer) Verify(ctx context.Context, progress Progress) (Report, error) {
	return i.compare(ctx, progress, func(context.Context, []difference) (int, error) { return 0, nil })
}

// Repair does what [Indexer.Verify] does and mends what it finds: it re-queues
// people who are missing or older, and those whose document was refused, and
// deletes documents of nobody. The index is true once the outbox is drained.
//
// Newer documents stay: they appear when Postgres was restored from a backup, and
// no write can take a version back. Only [Indexer.Reindex] mends those.
func (i *Indexer) Repair(ctx context.Context, progress Progress) (Report, error) {
	return i.compare(ctx, progress, i.mend)
}

// difference is a suspected or confirmed difference. A version of zero is none.
type difference struct {
	id                person.ID
	kind              Kind
	register, indexed int64
}

// suspects is how many suspected differences are looked at again together.
const suspects = 1000

// pageSize is how many revisions are read at once, from either side.
const pageSize = 5000

func (i *Indexer) compare(ctx context.Context, progress Progress, mend func(context.Context, []difference) (int, error)) (Report, error) {
	c := comparison{Indexer: i, mend: mend}
	// What was indexed and not refreshed would all be suspected.
	if err := i.elastic.refresh(ctx, i.alias); err != nil {
		return c.report, err
	}
	for d, err := range merge(i.registered(ctx), i.elastic.revisions(ctx, i.alias, c.stray(ctx))) {
		if err != nil {
			return c.report, err
		}
		if err := c.see(ctx, d); err != nil {
			return c.report, err
		}
		if c.report.Checked%pageSize == 0 {
			progress.report("verifying", int64(c.report.Checked), 0)
		}
	}
	err := c.lookAgain(ctx)
	progress.report("verifying", int64(c.report.Checked), 0)
	return c.report, err
}

// registered yields the revisions of everybody, by the bytes of their ids.
func (i *Indexer) registered(ctx context.Context) iter.Seq2[person.Revision, error] {
	return func(yield func(person.Revision, error) bool) {
		for after := person.ID(""); ; {
			page, err := i.store.RevisionsAfter(ctx, after, pageSize)
			if err != nil {
				yield(person.Revision{}, fmt.Errorf("read revisions: %w", err))
				return
			}
			for _, r := range page {
				if !yield(r.Revision, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
			after = page[len(page)-1].ID
		}
	}
}

// comparison is a comparison under way.
type comparison struct {
	*Indexer
	mend      func(context.Context, []difference) (int, error)
	suspected []difference
	report    Report
}

// see counts an id and remembers it if its sides differ.
func (c *comparison) see(ctx context.Context, d difference) error {
	c.report.Checked++
	if d.register == d.indexed {
		return nil
	}
	c.suspected = append(c.suspected, d)
	if len(c.suspected) < suspects {
		return nil
	}
	return c.lookAgain(ctx)
}

// stray sees documents that are not filed under their own id, and so come in no
// order. This program writes none.
func (c *comparison) stray(ctx context.Context) func(person.Revision) error {
	return func(r person.Revision) error {
		return c.see(ctx, difference{id: r.ID, indexed: r.Version})
	}
}

// lookAgain tells the suspected differences that are real from those that came of
// reading the two sides at two times, or that the outbox is about to mend.
func (c *comparison) lookAgain(ctx context.Context) error {
	if len(c.suspected) == 0 {
		return nil
	}
	real, err := c.confirm(ctx, c.suspected)
	if err != nil {
		return err
	}
	for _, d := range real {
		c.report.add(d)
	}
	repaired, err := c.mend(ctx, real)
	c.report.Repaired += repaired
	c.suspected = c.suspected[:0]
	return err
}

// findings are what is known of people when they are looked at again.
type findings struct {
	before, held, after map[person.ID]int64 // versions: registered, indexed, registered afterwards
	pending, rejected   map[person.ID]bool
}

// confirm reads again, in an order that makes each finding certain. A version
// that the register had before the outbox was read, and that does not wait
// there, was indexed by then: so the index, read last, must have it. And a
// version in the index must be in the register as it is read after that.
func (c *comparison) confirm(ctx context.Context, suspected []difference) (real []difference, err error) {
	ids := make([]person.ID, len(suspected))
	for n, d := range suspected {
		ids[n] = d.id
	}
	var f findings
	if f.before, err = c.current(ctx, ids); err != nil {
		return nil, err
	}
	if f.pending, f.rejected, err = c.waiting(ctx, ids); err != nil {
		return nil, err
	}
	if f.held, err = c.elastic.revisionsOf(ctx, c.alias, ids); err != nil {
		return nil, err
	}
	if f.after, err = c.current(ctx, ids); err != nil {
		return nil, err
	}
	for _, id := range ids {
		switch kind := f.kind(id); kind {
		case none:
		case waits:
			c.report.Pending++
		default:
			real = append(real, difference{id, kind, f.after[id], f.held[id]})
		}
	}
	return real, nil
}

// Kinds that are no difference after all.
const (
	none  Kind = ""
	waits Kind = "waits"
)

func (f findings) kind(id person.ID) Kind {
	held := f.held[id]
	switch {
	case held > f.after[id] && f.after[id] == 0:
		return Extra
	case held > f.after[id]:
		return Newer
	case held >= f.before[id]:
		return none
	case f.pending[id]:
		return waits
	case f.rejected[id]:
		return Rejected
	case held == 0:
		return Missing
	}
	return Older
}

func (c *comparison) current(ctx context.Context, ids []person.ID) (map[person.ID]int64, error) {
	revisions, err := c.store.Revisions(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	return versions(revisions), nil
}

func versions(revisions []person.Revision) map[person.ID]int64 {
	m := make(map[person.ID]int64, len(revisions))
	for _, r := range revisions {
		m[r.ID] = r.Version
	}
	return m
}

func (c *comparison) waiting(ctx context.Context, ids []person.ID) (pending, rejected map[person.ID]bool, err error) {
	pendingIDs, rejectedIDs, err := c.store.OutboxStanding(ctx, c.alias, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("read outbox: %w", err)
	}
	return set(pendingIDs), set(rejectedIDs), nil
}

func set(ids []person.ID) map[person.ID]bool {
	m := make(map[person.ID]bool, len(ids))
	for _, id := range ids {
		m[id] = true
	}
	return m
}

// maxExamples bounds the differences that a report names.
const maxExamples = 100

func (r *Report) add(d difference) {
	counts := map[Kind]*int{Missing: &r.Missing, Extra: &r.Extra, Older: &r.Older, Newer: &r.Newer, Rejected: &r.Rejected}
	*counts[d.kind]++
	if len(r.Examples) < maxExamples {
		r.Examples = append(r.Examples, Difference{d.id, d.kind})
	}
}

// mend mends confirmed differences and returns how many.
func (i *Indexer) mend(ctx context.Context, differences []difference) (int, error) {
	var due []person.ID
	var extra []person.Revision
	for _, d := range differences {
		switch d.kind {
		case Missing, Older, Rejected:
			due = append(due, d.id)
		case Extra:
			extra = append(extra, person.Revision{ID: d.id, Version: d.indexed})
		}
	}
	if _, err := i.store.Requeue(ctx, i.alias, due); err != nil {
		return 0, fmt.Errorf("requeue differences: %w", err)
	}
	if err := i.elastic.deleteDocuments(ctx, i.alias, extra); err != nil {
		return 0, err
	}
	return len(due) + len(extra), nil
}
