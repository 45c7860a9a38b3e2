package indexer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic/go-elasticsearch/v8/esapi"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"personindex/match"
	"personindex/person"
)

// serving returns the one index that serves, and fails the test unless it is the
// only one there is.
func (r rig) serving(t testing.TB) string {
	t.Helper()
	serving, err := r.behind(t.Context(), r.alias)
	if err != nil {
		t.Fatal(err)
	}
	built, err := r.built(t.Context(), r.alias)
	if err != nil {
		t.Fatal(err)
	}
	if len(serving) != 1 || !slices.Equal(serving, built) {
		t.Fatalf("indices %v serve of %v, want one of one", serving, built)
	}
	return serving[0]
}

func TestEnsureFillsAnIndexOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.load(t, 120)
	gone := r.create(t, "gone", "Example")
	if _, err := r.store.Erase(t.Context(), change, gone.ID, gone.Version); err != nil {
		t.Fatal(err)
	}
	var building errgroup.Group
	for range 3 {
		i := r.indexer(t, func(c *Config, _ *Store) { c.Index.RefreshInterval = "7s" })
		building.Go(func() error { return i.Ensure(t.Context(), nil) })
	}
	if err := building.Wait(); err != nil {
		t.Fatal(err)
	}
	first := r.serving(t)
	if got := refreshInterval(t, r.elastic, first); got != "7s" {
		t.Errorf("refresh interval %q, want the configured 7s", got)
	}
	i := r.ready(t)
	if again := r.serving(t); again != first {
		t.Errorf("built %s though %s serves", again, first)
	}
	wantTrue(t, i, 121)
	if got := len(found(t, r.elastic, r.alias, "name", "ada")); got != 100 {
		t.Errorf("found %d people before any refresh but the fill's, want a page of 100", got)
	}
}

func TestProgressCountsEverybody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.load(t, 120)
	steps := map[string]int64{}
	note := func(step string, done, _ int64) { steps[step] = done }
	i := r.indexer(t)
	if err := i.Ensure(t.Context(), note); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Verify(t.Context(), note); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int64{"rekeying": 120, "filling": 120, "verifying": 120}, steps); diff != "" {
		t.Errorf("people done by step (-want +got):\n%s", diff)
	}
}

// A run that dies leaves half an index, which must never serve, nor stay.
func TestAHalfFilledIndexIsNotServed(t *testing.T) {
	t.Parallel()
	direct := newRig(t)
	direct.load(t, 300)
	dying, proxy := direct.through(t)
	proxy.resetAfter(60_000) // some 100 people
	i := dying.indexer(t, func(c *Config, _ *Store) { c.Patience = time.Nanosecond })
	if err := i.Ensure(t.Context(), nil); err == nil {
		t.Fatal("the fill went through, which it cannot have")
	}
	if left, err := direct.built(t.Context(), direct.alias); err != nil || len(left) != 1 {
		t.Fatalf("indices %v and error %v, want the one half filled", left, err)
	}
	if serving, err := direct.behind(t.Context(), direct.alias); err != nil || len(serving) > 0 {
		t.Errorf("indices %v and error %v serve, want none", serving, err)
	}
	if _, err := direct.indexer(t).RunOnce(t.Context()); !errors.Is(err, ErrNoIndex) {
		t.Errorf("a round without an index: got %v, want ErrNoIndex", err)
	}

	healthy := direct.ready(t)
	direct.serving(t)
	wantTrue(t, healthy, 300)
}

// Whoever builds by another version of the program, and comes back to this one,
// finds its old index, which was not fed meanwhile.
func TestAnIndexThatWasNotFedIsBuiltAnew(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.create(t, "ada", "Example")
	r.ready(t)
	stale := r.serving(t)
	if err := r.store.RetireIndex(t.Context(), r.alias); err != nil {
		t.Fatal(err)
	}
	if err := r.rename(t.Context(), "ada", "Muster"); err != nil {
		t.Fatal(err)
	}
	interrupted := r.indexer(t, func(_ *Config, s *Store) { *s = unkeyed{*s} })
	if err := interrupted.Ensure(t.Context(), nil); !errors.Is(err, errDied) {
		t.Fatalf("got %v, want errDied", err)
	}
	i := r.ready(t)
	if got := r.serving(t); got == stale {
		t.Error("the stale index serves")
	}
	wantTrue(t, i, 1)
}

// unkeyed is a store whose process dies when it is about to rekey.
type unkeyed struct{ Store }

func (unkeyed) Rekey(context.Context, func(done, total int64)) error { return errDied }

// People change, are indexed and leave the outbox all the while; the new index
// must miss none of it.
func TestReindexWhilePeopleChange(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	people := r.load(t, 200)
	last := r.ready(t)
	old := r.serving(t)
	ctx, stop := context.WithCancel(t.Context())
	var background errgroup.Group
	for range 2 {
		i := r.indexer(t, settleAtOnce, func(c *Config, _ *Store) { c.RefreshEvery = 20 * time.Millisecond })
		background.Go(func() error { i.Run(ctx); return nil })
	}
	for w := range 2 {
		background.Go(func() error {
			for n := 0; ctx.Err() == nil; n++ {
				id := people[(n*13+w*29)%len(people)]
				err := r.rename(ctx, id, fmt.Sprintf("Example%c%c", 'a'+w, 'a'+n%26))
				if err != nil && ctx.Err() == nil {
					return err
				}
			}
			return nil
		})
	}
	for range 2 {
		if err := r.indexer(t).Reindex(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}
	stop()
	if err := background.Wait(); err != nil {
		t.Error(err)
	}
	if r.serving(t) == old {
		t.Error("the old index serves")
	}
	drain(t, last)
	wantTrue(t, last, len(people))
}

// readThen calls a function when everybody has been read.
type readThen struct {
	Store
	then func()
}

func (s readThen) EntriesAfter(ctx context.Context, after person.ID, limit int) ([]match.Entry, error) {
	page, err := s.Store.EntriesAfter(ctx, after, limit)
	if len(page) == 0 {
		s.then()
	}
	return page, err
}

// Somebody who changes right after the fill read them, and is indexed in the old
// index and gone from the outbox before the change-over, is the hardest case.
func TestReindexMissesNobodyWhoChangedBehindItsBack(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	people := r.load(t, 120)
	old := r.ready(t, settleAtOnce)
	drain(t, old)
	i := r.indexer(t, func(_ *Config, s *Store) {
		*s = readThen{*s, func() {
			if err := r.rename(t.Context(), people[0], "Muster"); err != nil {
				t.Error(err)
			}
			drain(t, old)
			if got := r.depth(t); got != 0 {
				t.Errorf("%d people in the outbox, want none", got)
			}
		}}
	})
	if err := i.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := r.due(t); got == 0 {
		t.Error("nobody waits: searches cannot find the change before it is indexed")
	}
	drain(t, i)
	if diff := cmp.Diff(people[:1], found(t, r.elastic, r.alias, "name", "muster")); diff != "" {
		t.Errorf("found by the new surname (-want +got):\n%s", diff)
	}
	wantTrue(t, i, len(people))
}

// Wherever a rebuild fails, the old index serves on and is still kept true.
func TestAFailedReindexChangesNothing(t *testing.T) {
	t.Parallel()
	for name, bytes := range map[string]int{"at once": 0, "while filling": 60_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			direct := newRig(t)
			people := direct.load(t, 300)
			healthy := direct.ready(t)
			old := direct.serving(t)
			dying, proxy := direct.through(t)
			proxy.resetAfter(bytes)
			i := dying.indexer(t, func(c *Config, _ *Store) { c.Patience = time.Nanosecond })
			if err := i.Reindex(t.Context(), nil); err == nil {
				t.Fatal("the rebuild went through, which it cannot have")
			}
			if serving, err := direct.behind(t.Context(), direct.alias); err != nil || !slices.Equal(serving, []string{old}) {
				t.Fatalf("indices %v and error %v serve, want %s", serving, err, old)
			}
			if err := direct.rename(t.Context(), people[0], "Muster"); err != nil {
				t.Fatal(err)
			}
			drain(t, healthy)
			wantTrue(t, healthy, len(people))
		})
	}
}

// A fill must go on after Elasticsearch was away for a moment.
func TestAFillOutlastsAnInterruption(t *testing.T) {
	t.Parallel()
	direct := newRig(t)
	direct.load(t, 300)
	flaky, proxy := direct.through(t)
	proxy.resetAfter(60_000)
	i := flaky.indexer(t, func(_ *Config, s *Store) {
		*s = readThen{*s, func() { proxy.set(pass) }}
	})
	i.config.FillWorkers = 300 / i.config.FillPage // so that all is read while it is away
	if err := i.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	wantTrue(t, i, 300)
}

// If somebody deletes an index while it is being filled, nothing takes its place
// on the fly, with guessed fields.
func TestAFillEndsWhenItsIndexIsDeleted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.load(t, 200)
	i := r.indexer(t, func(_ *Config, s *Store) {
		*s = readFirst{*s, func() {
			names, err := r.built(t.Context(), r.alias)
			if err != nil || len(names) != 1 {
				t.Errorf("indices %v and error %v, want one", names, err)
			}
			if err := r.delete(t.Context(), names...); err != nil {
				t.Error(err)
			}
		}}
	})
	if err := i.Ensure(t.Context(), nil); !errors.Is(err, ErrNoIndex) {
		t.Errorf("got %v, want ErrNoIndex", err)
	}
	if names, err := r.built(t.Context(), r.alias); err != nil || len(names) > 0 {
		t.Errorf("indices %v and error %v, want none", names, err)
	}
}

// readFirst calls a function before anybody is read.
type readFirst struct {
	Store
	first func()
}

func (s readFirst) EntriesAfter(ctx context.Context, after person.ID, limit int) ([]match.Entry, error) {
	if after == "" {
		s.first()
	}
	return s.Store.EntriesAfter(ctx, after, limit)
}

// mistaken has every index made without the field uprn, as a mistake in the
// mapping would.
type mistaken struct {
	esapi.Transport
	body func() io.ReadCloser
}

func (m mistaken) Perform(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPut && strings.Count(r.URL.Path, "/") == 1 {
		r.Body, r.ContentLength, r.GetBody = m.body(), -1, nil
	}
	return m.Transport.Perform(r)
}

func (r rig) mistaken(t testing.TB) rig {
	t.Helper()
	r.transport = mistaken{r.transport, func() io.ReadCloser { return io.NopCloser(jsonBody(bodyWithout(t, "uprn"))) }}
	return r
}

func addressed(n int) []person.Person {
	var people []person.Person
	for n, id := range ids(n) {
		uprn := fmt.Sprint(100012345000 + n)
		people = append(people, person.Person{ID: "at" + id, Surname: "Example", Addresses: []person.Address{{UPRN: uprn}}})
	}
	return people
}

// People whose documents an index refuses while it is filled must go on being
// found, through the outbox.
func TestPeopleRefusedByAFillWaitInTheOutbox(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.load(t, 100)
	if _, err := r.store.Load(t.Context(), change, addressed(2)); err != nil {
		t.Fatal(err)
	}
	i := r.mistaken(t).ready(t)
	if got := r.due(t); got != 2 {
		t.Errorf("%d people are due, want the 2 refused", got)
	}
	if got := verify(t, i); got.Pending != 2 || got.Differences() != 0 {
		t.Errorf("verify before they were tried: got %d pending and %d differences, want 2 and 0", got.Pending, got.Differences())
	}
	drain(t, i)
	if got := verify(t, i); got.Rejected != 2 || got.Differences() != 2 {
		t.Errorf("verify after: got %d rejected of %d differences, want 2 of 2", got.Rejected, got.Differences())
	}
	if report, err := i.Repair(t.Context(), nil); err != nil || report.Repaired != 2 {
		t.Errorf("repair: got %d repaired and error %v, want 2", report.Repaired, err)
	}
	wantResult(t, Result{Claimed: 2, Rejected: 2}, drain(t, i))
}

// A mapping that refuses people by the thousand is worse than the old index.
func TestAFillThatIsRefusedTooOftenFails(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	old := r.serving(t)
	if _, err := r.store.Load(t.Context(), change, addressed(maxRefused+1)); err != nil {
		t.Fatal(err)
	}
	if err := r.mistaken(t).indexer(t).Reindex(t.Context(), nil); err == nil {
		t.Fatal("an index serves that refused everybody")
	}
	if got := r.serving(t); got != old {
		t.Errorf("%s serves, want the old %s", got, old)
	}
	drain(t, i)
	wantTrue(t, i, maxRefused+1)
}

func TestRemoveLeavesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	if err := i.Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	if names, err := r.built(t.Context(), r.alias); err != nil || len(names) > 0 {
		t.Errorf("indices %v and error %v, want none", names, err)
	}
	r.create(t, "ada", "Example")
	if got := r.depth(t); got != 0 {
		t.Errorf("%d people in the outbox of a removed index", got)
	}
}
