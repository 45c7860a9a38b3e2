package indexer

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"personindex/mappings"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a register and an index of a test's own, on real servers.
type rig struct {
	store *storage.Store
	elastic
	alias string
}

func newRig(t testing.TB) rig {
	t.Helper()
	e, alias := newElastic(t)
	return rig{storagetest.New(t), e, alias}
}

// config never refreshes by itself, so that nothing is searchable but what the
// indexer made so.
var config = Config{Batch: 50, FillPage: 50, SearchDeadline: time.Hour, Index: mappings.Settings{RefreshInterval: "-1"}}

// indexer returns an indexer on this rig, with changes to its parts.
func (r rig) indexer(t testing.TB, changes ...func(*Config, *Store)) *Indexer {
	t.Helper()
	config, store := config, Store(r.store)
	for _, change := range changes {
		change(&config, &store)
	}
	i, err := New(config, r.transport, store, r.alias, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// ready returns an indexer of an index that serves.
func (r rig) ready(t testing.TB, changes ...func(*Config, *Store)) *Indexer {
	t.Helper()
	i := r.indexer(t, changes...)
	if err := i.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return i
}

// through returns the rig with Elasticsearch behind a proxy.
func (r rig) through(t testing.TB) (rig, *proxy) {
	t.Helper()
	p, address := newProxy(t, elasticsearchURL(t))
	r.elastic = connect(t, address)
	return r, p
}

var change = storage.Change{Actor: "test"}

// create files somebody named Ada and returns them.
func (r rig) create(t testing.TB, id person.ID, surname string) person.Person {
	t.Helper()
	p, err := r.store.Create(t.Context(), change, person.Person{ID: id, Forename: "Ada", Surname: surname}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// load files n people named Ada Example.
func (r rig) load(t testing.TB, n int) []person.ID {
	t.Helper()
	var people []person.Person
	for _, id := range ids(n) {
		people = append(people, person.Person{ID: id, Forename: "Ada", Surname: "Example"})
	}
	if _, err := r.store.Load(t.Context(), change, people); err != nil {
		t.Fatal(err)
	}
	return ids(n)
}

// rename changes somebody's surname, whatever version they are at.
func (r rig) rename(ctx context.Context, id person.ID, surname string) error {
	for {
		p, err := r.store.Person(ctx, person.VeryRestricted, id)
		if err != nil {
			return err
		}
		p.Surname = surname
		if _, err = r.store.Update(ctx, change, p.Version, p); !errors.Is(err, person.ErrVersionConflict) {
			return err
		}
	}
}

// due is how many people wait to be indexed.
func (r rig) due(t testing.TB) int64 {
	t.Helper()
	stats, err := r.store.OutboxStats(t.Context(), r.alias)
	if err != nil {
		t.Fatal(err)
	}
	return stats.Waiting
}

func drain(t testing.TB, i *Indexer) Result {
	t.Helper()
	result, err := i.Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// verify reports how the index differs, and fails the test if it cannot tell.
func verify(t testing.TB, i *Indexer) Report {
	t.Helper()
	report, err := i.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// wantTrue fails the test unless the index is true to this many people.
func wantTrue(t testing.TB, i *Indexer, people int) {
	t.Helper()
	if diff := cmp.Diff(Report{Checked: people}, verify(t, i)); diff != "" {
		t.Errorf("verify (-want +got):\n%s", diff)
	}
}

// wantResult compares all of a result but what left the outbox, which depends on
// the time.
func wantResult(t testing.TB, want, got Result) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Result{}, "Settled")); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

// settleAtOnce lets rows leave the outbox as soon as they are searchable.
func settleAtOnce(c *Config, _ *Store) { c.SearchDeadline = time.Nanosecond }
