package indexer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/elastic/go-elasticsearch/v8/esapi"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"personindex/mappings"
	"personindex/match"
	"personindex/person"
)

// Nothing refreshes this index but the indexer itself.
func TestWritesAreSearchableOnceDrained(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	r.create(t, "ada", "Example")
	if got := found(t, r.elastic, r.alias, "name", "example"); len(got) > 0 {
		t.Errorf("found %v before it was indexed", got)
	}
	wantResult(t, Result{Claimed: 1, Indexed: 1}, drain(t, i))
	if diff := cmp.Diff([]person.ID{"ada"}, found(t, r.elastic, r.alias, "name", "example")); diff != "" {
		t.Errorf("found by surname (-want +got):\n%s", diff)
	}

	if err := r.rename(t.Context(), "ada", "Muster"); err != nil {
		t.Fatal(err)
	}
	drain(t, i)
	if got := found(t, r.elastic, r.alias, "name", "example"); len(got) > 0 {
		t.Errorf("found %v by the old surname", got)
	}
	if diff := cmp.Diff([]person.ID{"ada"}, found(t, r.elastic, r.alias, "name", "muster")); diff != "" {
		t.Errorf("found by the new surname (-want +got):\n%s", diff)
	}
	wantTrue(t, i, 1)
}

// The overlay must hold a person until no search is left that missed both.
func TestPeopleStayInTheOutboxUntilSearchesAreOver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	patient := r.ready(t, func(c *Config, _ *Store) { c.SearchDeadline = time.Hour })
	r.create(t, "ada", "Example")
	drain(t, patient)
	drain(t, patient)
	if got := r.depth(t); got != 1 {
		t.Errorf("%d people in the outbox, want the one whom a search may miss", got)
	}
	hasty := r.indexer(t, settleAtOnce)
	if got := drain(t, hasty); got.Settled != 1 {
		t.Errorf("settled %d people, want 1", got.Settled)
	}
	if got := r.depth(t); got != 0 {
		t.Errorf("%d people in the outbox, want none", got)
	}
}

// A row must not leave the outbox by a refresh that came before its document.
func TestPeopleStayInTheOutboxUntilARefresh(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t, settleAtOnce, func(c *Config, _ *Store) { c.RefreshEvery = time.Hour })
	drain(t, i) // the refresh of this hour
	r.create(t, "ada", "Example")
	result, err := i.RunOnce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Result{Claimed: 1, Indexed: 1}, result); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	if got := r.depth(t); got != 1 {
		t.Errorf("%d people in the outbox, want the one who is not searchable", got)
	}
}

func (r rig) depth(t testing.TB) int64 {
	t.Helper()
	stats, err := r.store.OutboxStats(t.Context(), r.alias)
	if err != nil {
		t.Fatal(err)
	}
	return stats.Depth
}

// An index that is ahead, as after a lost answer, is what was wanted.
func TestALateOlderVersionIsASuccess(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	r.create(t, "ada", "Example")
	ahead := match.Entry{Revision: person.Revision{ID: "ada", Version: 9}, Gone: true}
	if _, err := r.bulk(t.Context(), r.alias, 1<<20, []match.Entry{ahead}); err != nil {
		t.Fatal(err)
	}
	wantResult(t, Result{Claimed: 1, Overtaken: 1}, drain(t, i))
	if got := r.due(t); got != 0 {
		t.Errorf("%d people are due, want none", got)
	}
}

func TestErasedPeopleStayErased(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	ada := r.create(t, "ada", "Example")
	drain(t, i)
	late := match.Entry{Revision: person.Revision{ID: ada.ID, Version: ada.Version}, Record: match.Standardise(ada)}
	if _, err := r.store.Erase(t.Context(), change, "ada", ada.Version); err != nil {
		t.Fatal(err)
	}
	drain(t, i)
	if _, err := r.bulk(t.Context(), r.alias, 1<<20, []match.Entry{late}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mappings.Document{ID: "ada", Version: 2, Tombstone: true}, source(t, r.elastic, r.alias, "ada")); diff != "" {
		t.Errorf("document of somebody erased (-want +got):\n%s", diff)
	}
	wantTrue(t, i, 1)
}

// serveWithout has an index serve whose mapping lacks a field, as a mistake in
// the mapping would.
func (r rig) serveWithout(t testing.TB, field string) {
	t.Helper()
	if _, err := r.store.RegisterIndex(t.Context(), r.alias); err != nil {
		t.Fatal(err)
	}
	name := newIndexName(r.alias, time.Now())
	body := bodyWithout(t, field)
	if err := r.do(t.Context(), esapi.IndicesCreateRequest{Index: name, Body: jsonBody(body)}, nil); err != nil {
		t.Fatal(err)
	}
	if err := r.updateAliases(t.Context(), addAlias(name, r.alias)); err != nil {
		t.Fatal(err)
	}
}

// A document that the mapping refuses holds up nobody else, and is tried again
// when the person changes.
func TestARejectedDocumentWaitsAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.serveWithout(t, "uprn")
	i := r.indexer(t)
	others := r.load(t, 20)
	addressed := person.Person{ID: "p00010x", Surname: "Example", Addresses: []person.Address{{UPRN: "100012345678"}}}
	addressed, err := r.store.Create(t.Context(), change, addressed, nil)
	if err != nil {
		t.Fatal(err)
	}

	result, err := i.RunOnce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantResult(t, Result{Claimed: 21, Indexed: 20, Rejected: 1}, result)
	drain(t, i)
	if diff := cmp.Diff(others, found(t, r.elastic, r.alias, "name", "ada")); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	report := verify(t, i)
	want := Report{Checked: 21, Rejected: 1, Examples: []Difference{{"p00010x", Rejected}}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("verify (-want +got):\n%s", diff)
	}

	addressed.Addresses = nil
	if _, err := r.store.Update(t.Context(), change, addressed.Version, addressed); err != nil {
		t.Fatal(err)
	}
	wantResult(t, Result{Claimed: 1, Indexed: 1}, drain(t, i))
	wantTrue(t, i, 21)
}

// Whatever way Elasticsearch fails, people are due again at once, and nobody is
// lost.
func TestAFailedRoundGivesEverybodyBack(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(*proxy){
		"connections are refused":      func(p *proxy) { p.set(reset) },
		"it breaks off in mid-request": func(p *proxy) { p.resetAfter(2000) },
		"answers are lost":             func(p *proxy) { p.set(swallow) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			direct := newRig(t)
			healthy := direct.ready(t)
			people := direct.load(t, 30)
			broken, proxy := direct.through(t)
			i := broken.indexer(t, func(c *Config, _ *Store) { c.BulkTimeout, c.Lease = 300*time.Millisecond, time.Hour })
			fail(proxy)
			result, err := i.RunOnce(t.Context())
			if err == nil {
				t.Fatal("a round went through that cannot have")
			}
			wantResult(t, Result{Claimed: 30, Released: 30}, result)
			if got := direct.due(t); got != 30 {
				t.Errorf("%d people are due, want 30", got)
			}

			wantResult(t, Result{Claimed: 30, Indexed: 30}, drain(t, healthy))
			wantTrue(t, healthy, len(people))
		})
	}
}

// busy is an Elasticsearch that has no room for some documents just now, and
// says so for each, as it does when its queue is full.
type busy struct {
	esapi.Transport
	refusals *int
}

func (b busy) Perform(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/_bulk") || *b.refusals == 0 {
		return b.Transport.Perform(r)
	}
	*b.refusals--
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	item := `{"index":{"status":429,"error":{"type":"es_rejected_execution_exception"}}}`
	items := strings.Repeat(item+",", bytes.Count(body, []byte("\n"))/2)
	return &http.Response{
		StatusCode: http.StatusOK,
		Body:       io.NopCloser(strings.NewReader(`{"items":[` + strings.TrimSuffix(items, ",") + `]}`)),
	}, nil
}

// Documents refused for now are tried again, in rounds and in rebuilds.
func TestABusyElasticsearchIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	refusals := 1
	r.transport = busy{r.transport, &refusals}
	r.load(t, 40)
	i := r.ready(t)
	wantTrue(t, i, 40)

	refusals = 2
	r.create(t, "ada", "Example")
	wantResult(t, Result{Claimed: 3, Indexed: 1, Released: 2}, drain(t, i))
	wantTrue(t, i, 41)
}

// fragile is an Elasticsearch behind something that dies of large bodies.
type fragile struct {
	esapi.Transport
	bytes int64
}

func (f fragile) Perform(r *http.Request) (*http.Response, error) {
	if r.ContentLength > f.bytes {
		return nil, io.ErrUnexpectedEOF
	}
	return f.Transport.Perform(r)
}

// Whoever is not to blame for the failure of a round must get through.
func TestFailuresAreIsolatedBySmallerRounds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	healthy := r.ready(t)
	others := r.load(t, 30)
	huge := person.Person{ID: "huge", Surname: "Example"}
	for n := range person.MaxItems {
		huge.Addresses = append(huge.Addresses, person.Address{Line1: fmt.Sprintf("%d Sample Street, Example Estate", n+1)})
	}
	if _, err := r.store.Create(t.Context(), change, huge, nil); err != nil {
		t.Fatal(err)
	}
	line, err := encode([]match.Entry{entry("p00000", 1, "Example")})
	if err != nil {
		t.Fatal(err)
	}
	r.transport = fragile{r.transport, int64(3 * len(line.bytes()))}
	i := r.indexer(t)
	for range 200 {
		if _, err := i.RunOnce(t.Context()); err == nil && r.due(t) == 0 {
			t.Fatal("everybody was indexed, the huge document too")
		}
		if r.due(t) == 1 {
			break
		}
	}
	if err := healthy.elastic.refresh(t.Context(), r.alias); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(others, found(t, r.elastic, r.alias, "name", "ada")); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}

// A round that is shut down gives everybody back as well.
func TestAShutDownRoundGivesEverybodyBack(t *testing.T) {
	t.Parallel()
	direct := newRig(t)
	healthy := direct.ready(t)
	direct.load(t, 30)
	stuck, proxy := direct.through(t)
	proxy.set(swallow)
	ctx, cancel := context.WithCancel(t.Context())
	i := stuck.indexer(t, func(_ *Config, s *Store) { *s = claimThen{*s, cancel} })
	if _, err := i.RunOnce(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("a round that was shut down: got %v, want context.Canceled", err)
	}
	wantResult(t, Result{Claimed: 30, Indexed: 30}, drain(t, healthy))
}

// A shut-down while people are being claimed must not leave them leased, with
// nobody who knows.
func TestAShutDownDoesNotInterruptAClaim(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	healthy := r.ready(t)
	r.load(t, 30)
	ctx, cancel := context.WithCancel(t.Context())
	i := r.indexer(t, func(_ *Config, s *Store) { *s = claimAfter{*s, cancel} })
	result, err := i.RunOnce(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("a round that was shut down: got %v, want context.Canceled", err)
	}
	wantResult(t, Result{Claimed: 30, Released: 30}, result)
	wantResult(t, Result{Claimed: 30, Indexed: 30}, drain(t, healthy))
}

// claimAfter calls a function when people are about to be claimed.
type claimAfter struct {
	Store
	first func()
}

func (s claimAfter) ClaimOutbox(ctx context.Context, alias string, limit int, lease time.Duration) ([]match.Entry, error) {
	s.first()
	return s.Store.ClaimOutbox(ctx, alias, limit, lease)
}

// claimThen calls a function once people are claimed.
type claimThen struct {
	Store
	then func()
}

func (s claimThen) ClaimOutbox(ctx context.Context, alias string, limit int, lease time.Duration) ([]match.Entry, error) {
	entries, err := s.Store.ClaimOutbox(ctx, alias, limit, lease)
	s.then()
	return entries, err
}

// dying is a store whose process dies when it is about to do one thing.
type dying struct {
	Store
	mark, searchable bool
}

var errDied = errors.New("died")

func (s dying) MarkIndexed(ctx context.Context, alias string, revisions []person.Revision) error {
	if s.mark {
		return errDied
	}
	return s.Store.MarkIndexed(ctx, alias, revisions)
}

func (s dying) MarkSearchable(ctx context.Context, alias string, before time.Time) (int, error) {
	if s.searchable {
		return 0, errDied
	}
	return s.Store.MarkSearchable(ctx, alias, before)
}

// Whenever an indexer dies, another picks up what it left, and nobody leaves the
// outbox who is not searchable.
func TestAnotherIndexerTakesOverFromOneThatDied(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		die  dying
		want Result // of the one that takes over
	}{
		"before it marked anybody as indexed": {dying{mark: true}, Result{Claimed: 30, Indexed: 30, Settled: 30}},
		"before it marked them as searchable": {dying{searchable: true}, Result{Settled: 30}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			successor := r.ready(t, settleAtOnce, func(c *Config, _ *Store) { c.RefreshEvery = time.Nanosecond })
			drain(t, successor)
			r.load(t, 30)
			i := r.indexer(t, func(c *Config, s *Store) {
				c.Lease = time.Microsecond
				test.die.Store = *s
				*s = test.die
			})
			i.config.BulkTimeout = time.Minute // as if the lease had ended by now
			if _, err := i.Drain(t.Context()); !errors.Is(err, errDied) {
				t.Fatalf("got %v, want errDied", err)
			}
			if got := r.depth(t); got != 30 {
				t.Errorf("%d people in the outbox, want all 30", got)
			}
			if diff := cmp.Diff(test.want, drain(t, successor)); diff != "" {
				t.Errorf("result of the successor (-want +got):\n%s", diff)
			}
			wantTrue(t, successor, 30)
		})
	}
}

// Several indexers and writers at once, in whatever order things happen, end at
// the newest version of everybody.
func TestManyIndexersAndWritersEndAtTheNewestVersions(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	last := r.ready(t)
	people := r.load(t, 40)
	ctx, stop := context.WithCancel(t.Context())
	var indexers, writers errgroup.Group
	for range 4 {
		i := r.indexer(t, settleAtOnce, func(c *Config, _ *Store) { c.Batch, c.Poll = 7, 5*time.Millisecond })
		indexers.Go(func() error { i.Run(ctx); return nil })
	}
	for w := range 3 {
		writers.Go(func() error {
			for n := range 60 {
				id := people[(n*7+w*11)%len(people)]
				if err := r.rename(t.Context(), id, fmt.Sprintf("Example%c%c", 'a'+w, 'a'+n%26)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := writers.Wait(); err != nil {
		t.Error(err)
	}
	stop()
	_ = indexers.Wait()
	drain(t, last)
	wantTrue(t, last, len(people))
}
