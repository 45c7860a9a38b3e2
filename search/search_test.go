package search_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"personindex/indexer"
	"personindex/internal/localstack/localstacktest"
	"personindex/mappings"
	"personindex/match"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// bench is a register and an index of its own, and a service that searches them.
type bench struct {
	t       *testing.T
	store   *storage.Store
	indexer *indexer.Indexer
	alias   string
	index   *search.Elastic
	service *search.Service
}

// newBench makes an empty bench whose index refreshes as told.
func newBench(t *testing.T, refresh string) bench {
	t.Helper()
	address, err := url.Parse(localstacktest.ForTest(t).ElasticsearchURLs[0])
	if err != nil {
		t.Fatal(err)
	}
	b := bench{t: t, store: storagetest.New(t)}
	alias := mappings.Alias("search-test-" + uuid.NewString()[:8])
	transport := newTransport(t, address)
	b.alias, b.index = alias, search.NewElastic(transport, alias)
	config := indexer.Config{SearchDeadline: time.Millisecond, Index: mappings.Settings{Shards: 1, RefreshInterval: refresh}}
	if b.indexer, err = indexer.New(config, transport, b.store, alias, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if err := b.indexer.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.indexer.Remove(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	b.service = b.over(b.index, alias)
	return b
}

func newTransport(t *testing.T, address *url.URL) *elastictransport.Client {
	t.Helper()
	connections := new(http.Transport)
	t.Cleanup(connections.CloseIdleConnections)
	transport, err := elastictransport.New(elastictransport.Config{URLs: []*url.URL{address}, DisableRetry: true, Transport: connections})
	if err != nil {
		t.Fatal(err)
	}
	return transport
}

// over is a service that asks another index about the same register.
func (b bench) over(index search.Index, alias string) *search.Service {
	return search.New(b.config(alias), index, b.store, match.DefaultModel(), slog.New(slog.DiscardHandler))
}

func (b bench) config(alias string) search.Config {
	return search.Config{
		Alias: alias, Candidates: 100, Deadline: 20 * time.Second, IndexDeadline: 10 * time.Second, OnFile: 0.5,
		AllowTestNumbers: true, Grades: search.Thresholds{Certain: 0.99, Probable: 0.9, Possible: 0.02},
	}
}

func (b bench) create(p person.Person) person.ID {
	b.t.Helper()
	created, err := b.store.Create(b.t.Context(), storage.Change{Actor: "test"}, p, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return created.ID
}

func (b bench) drain() {
	b.t.Helper()
	if _, err := b.indexer.Drain(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b bench) search(q search.Query) search.Answer {
	b.t.Helper()
	answer, err := b.service.Search(b.t.Context(), person.Unrestricted, q)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer
}

var born = person.Date{Year: 1989, Month: 10, Day: 11}

func ada() person.Person {
	return person.Person{
		Title: "Ms", Forename: "Adaline", MiddleName: "Ruth", Surname: "Hawthorne", DateOfBirth: born, Gender: "F",
		Identification: []person.Identifier{{Type: "NI", Value: "QQ123456C"}},
		Addresses:      []person.Address{{Line1: "12 Orchard Road", Postcode: "E8 1EA"}},
		Communication:  []person.Contact{{Channel: "phone", Value: "020 7946 0123"}},
	}
}

// neighbours are people who resemble Ada in something.
func neighbours() []person.Person {
	twin, parent, namesake, spouse := ada(), ada(), ada(), ada()
	twin.Forename, twin.MiddleName, twin.Identification = "Beatrix", "", nil
	parent.DateOfBirth, parent.Identification = person.Date{Year: 1958, Month: 2, Day: 3}, nil
	namesake.DateOfBirth, namesake.Addresses, namesake.Identification, namesake.Communication = person.Date{Year: 1971, Month: 6, Day: 30}, nil, nil, nil
	spouse.Title, spouse.Forename, spouse.MiddleName, spouse.Gender = "Mr", "Samuel", "", "M"
	spouse.DateOfBirth, spouse.Identification = person.Date{Year: 1987, Month: 4, Day: 9}, []person.Identifier{{Type: "NI", Value: "QQ654321A"}}
	return []person.Person{twin, parent, namesake, spouse}
}

func TestTheRightPersonComesFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	right := b.create(ada())
	for _, p := range neighbours() {
		b.create(p)
	}
	b.drain()
	tests := []struct {
		name  string
		query search.Query
	}{
		{"a misspelt name with a right date of birth", search.Query{FirstName: "Adalyn", LastName: "Horthorne", DateOfBirth: born}},
		{"day and month swapped", search.Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: person.Date{Year: 1989, Month: 11, Day: 10}}},
		{"two digits of the NI number transposed", search.Query{NI: "QQ124356C"}},
		{"names swapped", search.Query{FirstName: "Hawthorne", LastName: "Adaline", DateOfBirth: born}},
		{"one name, mistyped", search.Query{LastName: "Hawhtorne", FirstName: "Adalien"}},
		{"the NI number alone", search.Query{NI: "qq 12 34 56"}},
		{"first name, and the address by ear", search.Query{FirstName: "Adaline", Address: "12 orchid road", DateOfBirth: person.Date{Year: 1989}}},
		{"the one box", search.Query{Q: "hawthorn adaline 11 Oct 1989"}},
		{"the one box, with an address", search.Query{Q: "12 Orchard Rd, E8 1EA, Adaline Hawthorne, 1989"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answer, err := b.service.Search(t.Context(), person.Unrestricted, test.query)
			if err != nil {
				t.Fatal(err)
			}
			if len(answer.Results) == 0 || answer.Results[0].ID != right {
				t.Errorf("she is not first among %d", len(answer.Results))
			}
			if answer.Degraded {
				t.Error("the answer is degraded")
			}
		})
	}
}

func TestWhatIsShownAddsUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	b.create(ada())
	for _, p := range neighbours() {
		b.create(p)
	}
	b.drain()
	answer := b.search(search.Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born, NI: "QQ123457C", Postcode: "E8 1EA"})
	if len(answer.Results) == 0 {
		t.Fatal("nobody is shown")
	}
	for i, r := range answer.Results {
		sum := 0.0
		for _, e := range r.Evidence {
			sum += e.Weight
		}
		if math.Abs(sum-r.Weight) > 0.01 {
			t.Errorf("evidence sums to %v, the weight is %v", sum, r.Weight)
		}
		if i > 0 && r.Weight > answer.Results[i-1].Weight {
			t.Error("results are not ranked by weight")
		}
	}
	shown, err := json.Marshal(answer.Results)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(shown), "QQ123456") {
		t.Error("a search with a typo reveals the right NI number")
	}
	if valid := answer.Results[0].Person.Identification[0].Valid; valid == nil || !*valid {
		t.Error("a masked NI number is judged by its mask")
	}
	if answer.Answer.Probability < answer.Results[0].Probability {
		t.Error("somebody is likelier to be found than anybody to be on file")
	}
}

func TestSomebodyIsFoundAtOnce(t *testing.T) {
	t.Parallel()
	// The index never refreshes by itself: what it shows is what the indexer has
	// made it show, and the outbox must cover the rest at every moment.
	b := newBench(t, "-1")
	right := b.create(ada())
	found := func(when string) {
		t.Helper()
		answer := b.search(search.Query{FirstName: "Adaline", LastName: "Hawthorn", DateOfBirth: born})
		if len(answer.Results) == 0 || answer.Results[0].ID != right || answer.Degraded {
			t.Errorf("she is not found %s", when)
		}
	}
	found("after the write")
	if _, err := b.indexer.RunOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	found("after one round of the indexer")
	b.drain()
	found("after the outbox is empty")

	married := ada()
	married.ID, married.Surname = right, "Wintergreen"
	if _, err := b.store.Update(t.Context(), storage.Change{Actor: "test"}, 1, married); err != nil {
		t.Fatal(err)
	}
	answer := b.search(search.Query{LastName: "Wintergreen", Postcode: "E8 1EA"})
	if len(answer.Results) == 0 || answer.Results[0].ID != right || answer.Results[0].Person.Version != 2 {
		t.Error("she is not found by her new name")
	}
}

func TestNobodyErasedIsShownByAStaleIndex(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	id := b.create(ada())
	b.drain()
	if _, err := b.store.Erase(t.Context(), storage.Change{Actor: "test", Reason: "asked for"}, id, 1); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"while the index still holds her", "after it forgot her"} {
		if answer := b.search(search.Query{NI: "QQ123456C"}); len(answer.Results) > 0 || answer.Answer.Exists != search.No {
			t.Errorf("she is shown %s", when)
		}
		b.drain()
	}
}

// meanwhile is a register in which something happens after the records of the
// candidates were read, and before the people to be shown are.
type meanwhile struct {
	*storage.Store
	happens func()
}

func (m meanwhile) People(ctx context.Context, clearance person.Restriction, ids []person.ID) (map[person.ID]person.Person, error) {
	m.happens()
	return m.Store.People(ctx, clearance, ids)
}

func TestWhatHappensDuringASearchCounts(t *testing.T) {
	t.Parallel()
	change := storage.Change{Actor: "test", Reason: "asked for"}
	tests := []struct {
		name    string
		happens func(*testing.T, *storage.Store, person.ID)
	}{
		{"somebody erased is neither shown nor said to exist", func(t *testing.T, s *storage.Store, id person.ID) {
			if _, err := s.Erase(t.Context(), change, id, 1); err != nil {
				t.Error(err)
			}
		}},
		{"somebody who is now another is neither shown nor said to exist", func(t *testing.T, s *storage.Store, id person.ID) {
			other := person.Person{ID: id, Forename: "Samuel", Surname: "Wintergreen", DateOfBirth: person.Date{Year: 1950, Month: 5, Day: 5}}
			if _, err := s.Update(t.Context(), change, 1, other); err != nil {
				t.Error(err)
			}
		}},
		{"somebody who is now dead is not shown unasked", func(t *testing.T, s *storage.Store, id person.ID) {
			dead := ada()
			dead.ID, dead.DateOfDeath = id, person.Date{Year: 2026}
			if _, err := s.Update(t.Context(), change, 1, dead); err != nil {
				t.Error(err)
			}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "1s")
			id := b.create(ada())
			register := meanwhile{b.store, func() { test.happens(t, b.store, id) }}
			service := search.New(b.config("nowhere"), search.NewElastic(newTransport(t, &url.URL{Scheme: "http", Host: "127.0.0.1:1"}), "nowhere"),
				register, match.DefaultModel(), slog.New(slog.DiscardHandler))
			answer, err := service.Search(t.Context(), person.Unrestricted, search.Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born})
			if err != nil {
				t.Fatal(err)
			}
			if len(answer.Results) > 0 || answer.Answer.Exists != search.No {
				t.Errorf("%d shown, exists: %s", len(answer.Results), answer.Answer.Exists)
			}
		})
	}
}

func TestTheDeadAreLeftOutUnlessAskedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	p := ada()
	p.DateOfDeath = person.Date{Year: 2024}
	b.create(p)
	for _, state := range []string{"in the outbox", "in the index"} {
		if answer := b.search(search.Query{NI: "QQ123456C"}); len(answer.Results) != 0 {
			t.Errorf("%s: somebody dead is shown unasked", state)
		}
		if answer := b.search(search.Query{NI: "QQ123456C", IncludeDeceased: true}); len(answer.Results) != 1 {
			t.Errorf("%s: somebody dead is not shown though asked for", state)
		}
		b.drain()
	}
}

func TestEverybodyIsFoundWhileElasticsearchIsDown(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	right := b.create(ada())
	b.drain()
	nowhere := search.NewElastic(newTransport(t, &url.URL{Scheme: "http", Host: "127.0.0.1:1"}), "nowhere")
	service := b.over(nowhere, "nowhere")
	for _, q := range []search.Query{
		{FirstName: "Adalyn", LastName: "Hawthorn", DateOfBirth: born},
		{NI: "QQ124356C"},
		{Phone: "02079460123"},
		{Address: "12 Orchard Road", Postcode: "E8 1EA"},
	} {
		answer, err := service.Search(t.Context(), person.Unrestricted, q)
		if err != nil {
			t.Fatal(err)
		}
		if !answer.Degraded || len(answer.Results) == 0 || answer.Results[0].ID != right {
			t.Errorf("asked by %s: degraded %t, %d shown", q, answer.Degraded, len(answer.Results))
		}
	}
}

func TestASearchFailsWhenNobodyCanBeAsked(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	b.create(ada())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.service.Search(ctx, person.Unrestricted, search.Query{LastName: "Hawthorne"}); err == nil {
		t.Error("an answer is given though Postgres could not be asked")
	}
}

func TestTwinsShareAndTheNextQuestionTellsThemApart(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	twin := neighbours()[0]
	b.create(ada())
	b.create(twin)
	b.drain()
	answer := b.search(search.Query{LastName: "Hawthorne", DateOfBirth: born, Postcode: "E8 1EA"})
	if len(answer.Results) != 2 {
		t.Fatalf("%d shown", len(answer.Results))
	}
	for _, r := range answer.Results {
		if math.Abs(r.Probability-0.5) > 0.05 {
			t.Errorf("one of two who fit alike has probability %v", r.Probability)
		}
	}
	if answer.Answer.Exists != search.Certain {
		t.Errorf("that one of them is on file is %s", answer.Answer.Exists)
	}
	if q := answer.NextQuestion; q == nil || q.Field != "firstName" {
		t.Errorf("the next question is %+v, and only a first name tells twins apart", q)
	}
}

func TestTwoRecordsOfOnePersonAreShownAsSuch(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	again := ada()
	again.Identification, again.Addresses = nil, []person.Address{{Line1: "3 Farther Close", Postcode: "N1 7AA"}}
	one, other := b.create(ada()), b.create(again)
	b.drain()
	q := search.Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born}
	answer := b.search(q)
	if len(answer.Results) != 2 {
		t.Fatalf("%d shown", len(answer.Results))
	}
	for _, r := range answer.Results {
		same := map[person.ID]person.ID{one: other, other: one}[r.ID]
		if r.Grade != search.Certain || len(r.SamePersonAs) != 1 || r.SamePersonAs[0] != same {
			t.Errorf("a record of two is graded %s, and of one person with %v", r.Grade, r.SamePersonAs)
		}
	}
	q.Limit = 1
	if answer := b.search(q); len(answer.Results) != 1 || answer.Results[0].SamePersonAs != nil || answer.Results[0].Probability < 0.99 {
		t.Errorf("with one shown it is %v", answer.Results)
	}
}

func TestAnAnswerSaysWhatItRestsOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	p := ada()
	p.Communication = nil
	b.create(p)
	answer := b.search(search.Query{FirstName: "Adaline", LastName: "Hawthorn", DateOfBirth: born, Phone: "020 7946 0123", Gender: "M"})
	if len(answer.Results) != 1 {
		t.Fatalf("%d shown", len(answer.Results))
	}
	want := search.Coverage{
		Compared: []string{"firstName", "lastName", "dateOfBirth", "gender"}, Missing: []string{"phone"}, Disagree: []string{"gender"},
	}
	if diff := cmp.Diff(want, answer.Results[0].Coverage); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

func TestAFullListLeavesRoomForThoseNotCompared(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	for year := range 8 {
		p := ada()
		p.Identification, p.DateOfBirth.Year = nil, 1960+3*year
		b.create(p)
	}
	q := search.Query{FirstName: "Adaline", LastName: "Hawthorne"}
	for _, state := range []string{"in the outbox", "in the index"} {
		for _, room := range []struct {
			candidates int
			missed     bool
		}{{4, true}, {20, false}} {
			config := b.config(b.alias)
			config.Candidates = room.candidates
			answer, err := search.New(config, b.index, b.store, match.DefaultModel(), slog.New(slog.DiscardHandler)).Search(t.Context(), person.Unrestricted, q)
			if err != nil {
				t.Fatal(err)
			}
			if missed := answer.Answer.NotRetrieved > 0.1; missed != room.missed || answer.Degraded {
				t.Errorf("%s, room for %d: %v not retrieved, degraded %t", state, room.candidates, answer.Answer.NotRetrieved, answer.Degraded)
			}
		}
		b.drain()
	}
}

func TestTestNumbersCountOnlyWhereAllowed(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	b.create(ada())
	b.drain()
	strict := search.New(search.Config{
		Alias: "none", Candidates: 100, Deadline: 20 * time.Second, IndexDeadline: time.Second, OnFile: 0.5,
		Grades: search.Thresholds{Certain: 0.99, Probable: 0.9, Possible: 0.02},
	}, search.NewElastic(newTransport(t, &url.URL{Scheme: "http", Host: "127.0.0.1:1"}), "none"), b.store, match.DefaultModel(), slog.New(slog.DiscardHandler))
	answer, err := strict.Search(t.Context(), person.Unrestricted, search.Query{NI: "QQ123456C"})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Results) != 0 {
		t.Error("a number that was never issued identifies somebody")
	}
}

func TestNoMoreAreShownThanAskedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	for range 4 {
		p := ada()
		p.Identification = nil
		b.create(p)
	}
	b.drain()
	answer := b.search(search.Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born, Limit: 3})
	if len(answer.Results) != 3 || !answer.Truncated {
		t.Errorf("%d shown, truncated %t", len(answer.Results), answer.Truncated)
	}
	again := b.search(search.Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born, Limit: 3})
	for i, r := range answer.Results {
		if again.Results[i].ID != r.ID {
			t.Error("the same question is answered in another order")
		}
	}
}
