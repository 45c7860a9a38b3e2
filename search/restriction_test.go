package search_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
	"personindex/search"
)

// questions are all ways to ask for Ada.
func questions() []search.Query {
	return []search.Query{
		{FirstName: "Adaline", LastName: "Hawthorne"}, {FirstName: "Adalyn", LastName: "Horthorne", DateOfBirth: born}, {LastName: "Hawthorne", Limit: 1},
		{LastName: "Hawhtorne", FirstName: "Adalien"}, {DateOfBirth: born}, {NI: "QQ123456C"}, {NI: "QQ124356C"},
		{Address: "12 Orchard Road"}, {Postcode: "E8 1EA"}, {LastName: "Hawthorne", Postcode: "E8"}, {UPRN: "999900001234"},
		{Phone: "020 7946 0123"}, {Email: "ada@example.org"}, {Q: "ada@example.org"}, {Q: "adaline hawthorne 12 orchard road e8 1ea 11/10/1989"},
		{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born, Address: "12 Orchard Road", Phone: "020 7946 0123", NI: "QQ123456C", IncludeDeceased: true},
	}
}

// reachable is Ada with every kind of contact.
func reachable() person.Person {
	p := ada()
	p.ID, p.Addresses[0].UPRN = "ada", "999900001234"
	p.Communication = append(p.Communication, person.Contact{Channel: "email", Value: "ada@example.org"})
	return p
}

// crowded fills a bench with people who resemble Ada, more of them than a search
// has places for.
func (b bench) crowded() {
	b.t.Helper()
	for i := range 4 {
		for j, p := range neighbours() {
			p.ID, p.MiddleName = person.ID(fmt.Sprintf("n%d%d", i, j)), fmt.Sprintf("Middle%c", 'a'+i)
			if len(p.Identification) > 0 {
				p.Identification[0].Value = fmt.Sprintf("QQ12%d4%d6C", i, j)
			}
			b.create(p)
		}
	}
}

// fewPlaces is a service that compares five people with a question, and one that
// does so without an index.
func (b bench) fewPlaces() map[string]*search.Service {
	config := b.config(b.alias)
	config.Candidates = 5
	over := func(index search.Index) *search.Service {
		return search.New(config, index, b.store, match.DefaultModel(), slog.New(slog.DiscardHandler))
	}
	nowhere := search.NewElastic(newTransport(b.t, &url.URL{Scheme: "http", Host: "127.0.0.1:1"}), "nowhere")
	return map[string]*search.Service{"five places": over(b.index), "five places without an index": over(nowhere), "a hundred places": b.service}
}

// settle has the index know everybody, and nobody else of them.
func (b bench) settle() {
	b.t.Helper()
	for depth := int64(1); depth > 0; {
		b.drain()
		stats, err := b.store.OutboxStats(b.t.Context(), b.alias)
		if err != nil {
			b.t.Fatal(err)
		}
		depth = stats.Depth
	}
}

// told are all answers of a bench to a caller of this clearance, but for what
// differs by the search and by when people were written.
func (b bench) told(clearance person.Restriction) map[string]string {
	b.t.Helper()
	answers := map[string]string{}
	for name, service := range b.fewPlaces() {
		for i, q := range questions() {
			answer, err := service.Search(b.t.Context(), clearance, q)
			if err != nil {
				b.t.Fatal(err)
			}
			answer.SearchID, answer.Took = "", 0
			for i := range answer.Results {
				answer.Results[i].Person.CreatedAt, answer.Results[i].Person.UpdatedAt = time.Time{}, time.Time{}
			}
			text, err := json.MarshalIndent(answer, "", " ")
			if err != nil {
				b.t.Fatal(err)
			}
			answers[fmt.Sprint(name, ", question ", i, " of ", q)] = string(text)
		}
	}
	return answers
}

// Ensures that every answer is the same bytes whether somebody is hidden or not on
// file, and whether somebody's contacts are kept or not on file: as long as only the
// outbox knows them, and once the index does, after it was verified and built anew.
func TestNoAnswerTellsOfWhatIsHidden(t *testing.T) {
	t.Parallel()
	without := reachable()
	without.Addresses, without.Communication, without.Restriction = nil, nil, person.Restricted
	tests := []struct {
		name            string
		restriction     person.Restriction
		absent, present []person.Person
	}{
		{"somebody very restricted", person.VeryRestricted, nil, []person.Person{reachable()}},
		{"the contacts of somebody restricted", person.Restricted, []person.Person{without}, []person.Person{reachable()}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			absent, present := newBench(t, "1s"), newBench(t, "1s")
			for _, p := range test.absent {
				absent.create(p)
			}
			for _, p := range test.present {
				p.Restriction = test.restriction
				present.create(p)
			}
			absent.crowded()
			present.crowded()
			same := func(when string) {
				t.Helper()
				if diff := cmp.Diff(absent.told(person.Unrestricted), present.told(person.Unrestricted)); diff != "" {
					t.Errorf("%s (-absent +present):\n%s", when, diff)
				}
			}
			same("before they are indexed")
			absent.settle()
			present.settle()
			same("once they are indexed")
			if report, err := present.indexer.Verify(t.Context(), nil); err != nil || report.Differences() > 0 {
				t.Errorf("the index differs: %+v, %v", report, err)
			}
			if err := present.indexer.Reindex(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			same("once the index is built anew")
			if cmp.Diff(absent.told(person.VeryRestricted), present.told(person.VeryRestricted)) == "" {
				t.Error("nor is anything told to those who are cleared")
			}
		})
	}
}

// Ensures that those who are cleared find whom they may know of by what they may
// see, in the index as in the outbox, and nobody else.
func TestWhoIsClearedFindsWhatIsHidden(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	restricted, hidden := reachable(), reachable()
	restricted.ID, restricted.Restriction = "restricted", person.Restricted
	hidden.ID, hidden.Forename, hidden.Restriction = "hidden", "Adelheid", person.VeryRestricted
	b.create(restricted)
	b.create(hidden)
	b.crowded()
	for _, when := range []string{"in the outbox", "in the index"} {
		for _, clearance := range person.Restrictions() {
			for _, q := range []search.Query{
				{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born, NI: "QQ123456C"}, {Email: "ada@example.org"}, {UPRN: "999900001234"},
				{FirstName: "Adelheit", LastName: "Hawhtorne"}, {FirstName: "Adelheid", LastName: "Hawthorne", DateOfBirth: born},
			} {
				answer, err := b.service.Search(t.Context(), clearance, q)
				if err != nil || answer.Degraded {
					t.Fatal(err)
				}
				found := func(id person.ID) bool {
					return slices.ContainsFunc(answer.Results, func(r search.Result) bool { return r.ID == id })
				}
				byContact := q.Email+q.UPRN != ""
				if byContact && found("restricted") != (clearance >= person.Restricted) {
					t.Errorf("%s, cleared for %v, %v finds somebody restricted: %v", when, clearance, q, found("restricted"))
				}
				if byContact || q.FirstName != "Adaline" {
					if found("hidden") != (clearance == person.VeryRestricted) {
						t.Errorf("%s, cleared for %v, %v finds somebody hidden: %v", when, clearance, q, found("hidden"))
					}
				}
				for _, r := range answer.Results {
					if shown := len(r.Person.Addresses) > 0; r.ID == "restricted" && shown != (clearance >= person.Restricted) {
						t.Errorf("%s, cleared for %v: the address is shown: %v", when, clearance, shown)
					}
				}
			}
		}
		b.settle()
	}
}

// Ensures that somebody who was on file among the hidden is paired with the record
// that was made of them again, for those only who may know of both.
func TestADuplicateOfSomebodyHiddenIsFoundAfterwards(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	hidden := reachable()
	hidden.Restriction = person.VeryRestricted
	b.create(hidden)
	again := ada()
	if answer, err := b.service.Like(t.Context(), person.Unrestricted, again); err != nil || len(answer.Results) > 0 {
		t.Fatalf("the check of a create sees %d, %v", len(answer.Results), err)
	}
	id := b.create(again)
	stranger := b.create(person.Person{Forename: "Samuel", Surname: "Wintergreen", DateOfBirth: person.Date{Year: 1950, Month: 5, Day: 5}})
	finder := search.NewDuplicates(b.service, b.store, slog.New(slog.DiscardHandler))
	for round, want := range []int{3, 0} {
		if done, err := finder.RunOnce(t.Context()); err != nil || done != want {
			t.Errorf("round %d did %d checks, %v", round, done, err)
		}
	}
	if pairs := pairsFor(b, person.Restricted); len(pairs) > 0 {
		t.Errorf("%v are told", pairs)
	}
	pairs := pairsFor(b, person.VeryRestricted)
	if len(pairs) != 1 || pairs[0].A != min(id, hidden.ID) || pairs[0].B != max(id, hidden.ID) || pairs[0].Probability < 0.9 || pairs[0].Model == "" {
		t.Errorf("pairs are %+v, and not that of %s and %s; %s is a stranger", pairs, id, hidden.ID, stranger)
	}
}

func pairsFor(b bench, clearance person.Restriction) []person.PotentialDuplicate {
	b.t.Helper()
	pairs, err := b.store.PotentialDuplicates(b.t.Context(), clearance, 10)
	if err != nil {
		b.t.Fatal(err)
	}
	return pairs
}
