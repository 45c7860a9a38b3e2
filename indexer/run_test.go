package indexer

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
)

// watched tells when an indexer looks for its index, has its outbox fed, gives
// people back, and sees them leave the outbox.
type watched struct {
	Store
	ensured, registered, released, settled chan int
}

func newWatched() watched {
	return watched{
		ensured:    make(chan int, 1),
		registered: make(chan int, 1),
		released:   make(chan int, 1),
		settled:    make(chan int, 1),
	}
}

// in has an indexer use the watched store.
func (w watched) in(_ *Config, s *Store) {
	w.Store = *s
	*s = w
}

func (w watched) RegisteredIndices(ctx context.Context) ([]string, error) {
	tell(w.ensured, 1)
	return w.Store.RegisteredIndices(ctx)
}

func (w watched) RegisterIndex(ctx context.Context, alias string) (bool, error) {
	isNew, err := w.Store.RegisterIndex(ctx, alias)
	tell(w.registered, 1)
	return isNew, err
}

func (w watched) SettleOutbox(ctx context.Context, alias string, age time.Duration) (int, error) {
	n, err := w.Store.SettleOutbox(ctx, alias, age)
	if n > 0 {
		tell(w.settled, n)
	}
	return n, err
}

func (w watched) ReleaseOutbox(ctx context.Context, alias string, revisions []person.Revision) error {
	err := w.Store.ReleaseOutbox(ctx, alias, revisions)
	tell(w.released, len(revisions))
	return err
}

// tell sends unless the last message waits to be heard.
func tell(to chan<- int, n int) {
	select {
	case to <- n:
	default:
	}
}

// hear waits for a message for as long as the test may take.
func hear(t *testing.T, from <-chan int) {
	t.Helper()
	select {
	case <-from:
	case <-t.Context().Done():
		t.Fatal("the test ended before the indexer did what was awaited")
	}
}

// start runs an indexer and returns what stops it and waits.
func start(t *testing.T, i *Indexer) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { i.Run(ctx) })
	stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
	})
	t.Cleanup(stop)
	return stop
}

// Run never polls here: it lives by being woken.
func TestRunMakesTheIndexAndFollowsChanges(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.create(t, "first", "Example")
	w := newWatched()
	i := r.indexer(t, w.in, settleAtOnce, func(c *Config, _ *Store) {
		c.Poll, c.RefreshEvery = time.Hour, time.Nanosecond
	})
	if err := i.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	stop := start(t, i)
	for _, id := range []person.ID{"second", "third"} {
		r.create(t, id, "Example")
		hear(t, w.settled)
	}
	stop()
	if diff := cmp.Diff([]person.ID{"first", "second", "third"}, found(t, r.elastic, r.alias, "name", "example")); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	wantTrue(t, r.indexer(t), 3)
}

// A service may start before Elasticsearch does, and outlive it.
func TestRunOutlastsElasticsearch(t *testing.T) {
	t.Parallel()
	direct := newRig(t)
	direct.create(t, "ada", "Example")
	r, proxy := direct.through(t)
	proxy.set(reset)
	w := newWatched()
	stop := start(t, r.indexer(t, w.in, settleAtOnce, func(c *Config, _ *Store) { c.RefreshEvery = time.Nanosecond }))
	hear(t, w.ensured)
	hear(t, w.ensured) // again, so it failed
	proxy.set(pass)
	hear(t, w.registered)
	direct.create(t, "bob", "Example")
	hear(t, w.settled)

	proxy.set(reset)
	direct.create(t, "eve", "Example")
	hear(t, w.released)
	proxy.set(pass)
	hear(t, w.settled)
	stop()
	wantTrue(t, direct.indexer(t), 3)
}

// Somebody may delete the index under a running indexer.
func TestRunMakesADeletedIndexAnew(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.load(t, 60)
	w := newWatched()
	stop := start(t, r.indexer(t, w.in, settleAtOnce, func(c *Config, _ *Store) { c.RefreshEvery = time.Nanosecond }))
	hear(t, w.registered)
	r.create(t, "ada", "Example")
	hear(t, w.settled)
	if err := r.delete(t.Context(), r.serving(t)); err != nil {
		t.Fatal(err)
	}
	r.create(t, "bob", "Example")
	hear(t, w.settled)
	stop()
	r.serving(t)
	wantTrue(t, r.indexer(t), 62)
}
