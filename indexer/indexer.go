// Package indexer keeps an Elasticsearch index of people true to Postgres.
//
// Every change of a person leaves a row in the outbox, in the change's own
// transaction. An [Indexer] leases rows, reads those people as they are now and
// writes them with their versions, so that no order of events, crash or repeat
// can leave an older version over a newer one. The row leaves only when its
// version is searchable and no search is left that began before. Until then
// searches find the person through the outbox itself.
//
// Any number of indexers may work on one index, in one process or many.
//
// Indices stand behind an alias. A rebuild fills a new one aside and changes the
// alias over at the end, in one step: there is never half an index to search.
package indexer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/elastic/go-elasticsearch/v8/esapi"

	"personindex/internal/breaker"
	"personindex/match"
	"personindex/person"
)

// Indexer keeps one index true. Its methods may be called by one goroutine at a
// time; for more speed, run several.
type Indexer struct {
	config  Config
	elastic elastic
	store   Store
	alias   string
	log     *slog.Logger
	metrics *metrics

	size      int       // how many people the next round takes
	ensured   bool      // whether Run has found or made the index
	settled   time.Time // when this indexer last settled
	refreshed time.Time // when it last made documents searchable
	unsettled bool      // whether documents were written since
}

// New returns an indexer of the index behind alias. The transport need not retry
// by itself: the indexer gives people back and backs off. An error means that
// config cannot work.
func New(config Config, transport esapi.Transport, store Store, alias string, log *slog.Logger) (*Indexer, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("indexer configuration: %w", err)
	}
	config = config.withDefaults()
	return &Indexer{
		config:  config,
		elastic: elastic{transport, config.RequestTimeout, breaker.New("bulk", config.Breaker, log)},
		store:   store,
		alias:   alias,
		log:     log.With("index", alias),
		metrics: newMetrics(alias),
		size:    config.Batch,
		// Rows may be left over from a process that died before it refreshed.
		unsettled: true,
	}, nil
}

// Result says what a round did.
type Result struct {
	Claimed   int // people taken from the outbox
	Indexed   int // written to the index
	Overtaken int // in the index already, at this version or a newer one
	Rejected  int // refused by the mapping; they wait alone
	Released  int // given back, to be tried again
	Settled   int // searchable for long enough to leave the outbox
}

// Run keeps the index true until ctx ends, and then returns when all it took is
// given back. It begins as [Indexer.Ensure] does. Failures are logged and tried
// again, at growing intervals: whatever is down may come back.
func (i *Indexer) Run(ctx context.Context) {
	wake := make(chan struct{}, 1)
	var listening sync.WaitGroup
	listening.Go(func() { i.listen(ctx, wake) })
	defer listening.Wait()

	for failures := 0; ctx.Err() == nil; {
		size := i.size
		result, err := i.tend(ctx)
		if err != nil && ctx.Err() == nil {
			i.log.Warn("indexing is held up", "error", err, "failures", failures+1)
		}
		switch {
		case err != nil || result.Released > 0:
			failures++
			sleep(ctx, backoff(failures))
		case result.Claimed < size:
			failures = 0
			i.idle(ctx, wake)
		default:
			failures = 0
		}
	}
}

// tend does a round on an index that is known to serve.
func (i *Indexer) tend(ctx context.Context) (Result, error) {
	if !i.ensured {
		if err := i.Ensure(ctx, nil); err != nil {
			return Result{}, err
		}
	}
	result, err := i.RunOnce(ctx)
	i.ensured = !errors.Is(err, ErrNoIndex)
	return result, err
}

// listen has people's changes sent to wake. Polling goes on without it, so that
// a failure costs a moment and nothing else.
func (i *Indexer) listen(ctx context.Context, wake chan<- struct{}) {
	if err := i.store.Listen(ctx, wake); err != nil && ctx.Err() == nil {
		i.log.Warn("not told of changes: polling", "error", err)
	}
}

func (i *Indexer) idle(ctx context.Context, wake <-chan struct{}) {
	timer := time.NewTimer(i.config.Poll)
	defer timer.Stop()
	select {
	case <-wake:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Drain does rounds until nobody is due, then makes everything searchable. People
// leased by another indexer, and rejected ones, are not due. While Elasticsearch
// is too busy it goes on trying. It returns the sum of the rounds, and the error
// of the first that failed.
func (i *Indexer) Drain(ctx context.Context) (Result, error) {
	var total Result
	for failures := 0; ; {
		result, err := i.round(ctx)
		total.add(result)
		if err != nil {
			return total, err
		}
		if result.Claimed == 0 {
			break
		}
		if result.Released > 0 {
			failures++
			sleep(ctx, backoff(failures))
		}
	}
	settled, err := i.settle(ctx)
	total.Settled += settled
	return total, err
}

func (r *Result) add(other Result) {
	r.Claimed += other.Claimed
	r.Indexed += other.Indexed
	r.Overtaken += other.Overtaken
	r.Rejected += other.Rejected
	r.Released += other.Released
	r.Settled += other.Settled
}

// RunOnce takes one batch from the outbox and writes it, then makes what was
// written searchable if the last refresh is long enough ago. On an error, which
// is [ErrNoIndex] where there is no index to write to, everybody taken is due
// again at once unless they are written, or unless Postgres is out of reach too:
// then they are due when the lease ends.
func (i *Indexer) RunOnce(ctx context.Context) (Result, error) {
	result, err := i.round(ctx)
	if err != nil || !i.settleDue() {
		return result, err
	}
	result.Settled, err = i.settle(ctx)
	return result, err
}

// round takes and writes one batch. It holds the lock that a change-over waits
// for, so that no batch is noted as indexed that went to the replaced index.
//
// A failure halves the next batch, and a success doubles it again: a server too
// slow for a whole one still gets on, and whatever one document does to a
// request, it cannot do to everybody's for long.
func (i *Indexer) round(ctx context.Context) (result Result, err error) {
	if i.elastic.breaker.Open() {
		return Result{}, breaker.ErrOpen // taking people only to give them back would help nobody
	}
	err = i.store.WithSharedIndexLock(ctx, i.alias, func(ctx context.Context) error {
		entries, err := i.claim(ctx)
		if err != nil || len(entries) == 0 {
			return err
		}
		outcomes, err := i.write(ctx, entries)
		batch := sortOut(entries, outcomes)
		result = batch.result()
		return errors.Join(err, i.note(ctx, batch))
	})
	if err == nil {
		i.size = min(i.size*2, i.config.Batch)
	} else {
		i.size = max(i.size/2, 1)
	}
	i.metrics.count(result, err)
	return result, err
}

// claim takes a batch. A shut-down does not interrupt it: people already taken,
// whose names were not passed on, would wait for the lease to end.
func (i *Indexer) claim(ctx context.Context) ([]match.Entry, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	entries, err := i.store.ClaimOutbox(ctx, i.alias, i.size, i.config.Lease)
	if err != nil {
		return nil, fmt.Errorf("claim from outbox: %w", err)
	}
	return entries, nil
}

func (i *Indexer) write(ctx context.Context, entries []match.Entry) ([]outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, i.config.BulkTimeout)
	defer cancel()
	defer i.metrics.timeBulk()()
	return i.elastic.bulk(ctx, i.alias, i.config.BulkBytes, entries)
}

// batch is what became of the people of one round.
type batch struct {
	indexed, overtaken, released []person.Revision
	rejected                     []rejection
}

type rejection struct {
	person.Revision
	reason string
}

func sortOut(entries []match.Entry, outcomes []outcome) batch {
	var b batch
	for n, entry := range entries {
		switch outcomes[n].verdict {
		case indexed:
			b.indexed = append(b.indexed, entry.Revision)
		case overtaken:
			b.overtaken = append(b.overtaken, entry.Revision)
		case rejected:
			b.rejected = append(b.rejected, rejection{entry.Revision, outcomes[n].reason})
		default:
			b.released = append(b.released, entry.Revision)
		}
	}
	return b
}

func (b batch) result() Result {
	return Result{
		Claimed:   len(b.indexed) + len(b.overtaken) + len(b.rejected) + len(b.released),
		Indexed:   len(b.indexed),
		Overtaken: len(b.overtaken),
		Rejected:  len(b.rejected),
		Released:  len(b.released),
	}
}

// noteTimeout is how long a round may take to speak to the outbox while it is
// being shut down.
const noteTimeout = 5 * time.Second

// note tells the outbox what became of a batch, even while shutting down, when
// it would otherwise wait for the lease to end.
func (i *Indexer) note(ctx context.Context, b batch) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	var errs []error
	try := func(doing string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", doing, err))
		}
	}
	if done := append(b.indexed, b.overtaken...); len(done) > 0 {
		try("mark as indexed", i.store.MarkIndexed(ctx, i.alias, done))
		i.unsettled = true
	}
	for _, r := range b.rejected {
		i.log.Error("the index refuses a person", "person", r.ID, "version", r.Version, "reason", r.reason)
		try("reject", i.store.RejectOutbox(ctx, i.alias, r.Revision, r.reason))
	}
	if len(b.released) > 0 {
		try("give back", i.store.ReleaseOutbox(ctx, i.alias, b.released))
	}
	return errors.Join(errs...)
}

// settleDue reports whether to settle in this round: never more often than
// configured, as each refresh makes a segment that searches pay for.
func (i *Indexer) settleDue() bool { return time.Since(i.settled) >= i.config.RefreshEvery }

// settle makes what was indexed searchable and removes from the outbox what has
// been so for long enough. Rows that another indexer wrote count too: it may
// have died.
func (i *Indexer) settle(ctx context.Context) (int, error) {
	if err := i.refresh(ctx); err != nil {
		return 0, err
	}
	settled, err := i.store.SettleOutbox(ctx, i.alias, i.config.SearchDeadline)
	if err != nil {
		return 0, fmt.Errorf("settle outbox: %w", err)
	}
	i.settled = time.Now()
	i.metrics.settled.Add(float64(settled))
	return settled, nil
}

// idleRefresh is how often an indexer that wrote nothing refreshes all the same,
// in intervals of RefreshEvery, for the sake of another that died before it did.
const idleRefresh = 10

func (i *Indexer) refresh(ctx context.Context) error {
	if !i.unsettled && time.Since(i.refreshed) < idleRefresh*i.config.RefreshEvery {
		return nil
	}
	began, err := i.store.Now(ctx)
	if err != nil {
		return fmt.Errorf("read the clock: %w", err)
	}
	if err := i.elastic.refresh(ctx, i.alias); err != nil {
		return err
	}
	i.refreshed, i.unsettled = time.Now(), false
	if _, err := i.store.MarkSearchable(ctx, i.alias, began); err != nil {
		i.unsettled = true
		return fmt.Errorf("mark as searchable: %w", err)
	}
	return nil
}

// backoff is how long to wait after so many failures in a row: about twice as
// long each time, from 0.1 s to 30 s, and never the same for two processes.
func backoff(failures int) time.Duration {
	const shortest, longest = 100 * time.Millisecond, 30 * time.Second
	wait := min(shortest<<min(failures-1, 10), longest)
	return wait/2 + rand.N(wait/2)
}

// sleep waits, or less if ctx ends.
func sleep(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
