package generate

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// asking is a register with its questions, made once for the tests that read it.
type asking struct {
	residents map[string]Resident
	queries   []Query
}

var shared = struct {
	sync.Once
	asking
}{}

func askBorough(t *testing.T) asking {
	t.Helper()
	shared.Do(func() {
		o := Options{N: 8_000, Seed: 5, Queries: 2000}
		shared.queries = lines[Query](t, filepath.Join(write(t, o), "queries.jsonl"))
		shared.residents = map[string]Resident{}
		for r := range Residents(o) {
			shared.residents[r.ID] = r
		}
	})
	return shared.asking
}

func TestEveryKindIsAsked(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	on, off := 0, 0
	for _, q := range askBorough(t).queries {
		seen[q.Kind]++
		if q.Expect == nil {
			off++
		} else {
			on++
		}
		if strings.HasPrefix(q.Kind, "none_") != (q.Expect == nil) {
			t.Errorf("kind %s expects %v", q.Kind, q.Expect)
		}
	}
	for _, k := range kinds() {
		if seen[k.name] == 0 {
			t.Errorf("nobody asks %s", k.name)
		}
	}
	for _, l := range lookAlikes() {
		if seen[l.name] == 0 {
			t.Errorf("nobody asks %s", l.name)
		}
	}
	if on != 1500 || off < 485 || off > 500 {
		t.Errorf("%d questions about people on file and %d about others, not 1,500 and 500", on, off)
	}
}

func TestAnswersAreOnFile(t *testing.T) {
	t.Parallel()
	a := askBorough(t)
	for _, q := range a.queries {
		if q.Expect == nil && len(q.ExpectAll) > 0 || q.Expect != nil && !slices.Contains(q.ExpectAll, *q.Expect) {
			t.Errorf("%s: expects %v and of all %v", q.Kind, q.Expect, q.ExpectAll)
		}
		for _, id := range q.ExpectAll {
			if _, ok := a.residents[id]; !ok {
				t.Errorf("%s: %s is not on file", q.Kind, id)
			}
		}
	}
}

// TestNobodyElseIsTheAnswer asks every resident, without the referee's index
// and its reading of names: nobody who is not the answer may have on file,
// letter by letter, all that was asked.
func TestNobodyElseIsTheAnswer(t *testing.T) {
	t.Parallel()
	a := askBorough(t)
	const everyThird = 3
	for i := 0; i < len(a.queries); i += everyThird {
		q := a.queries[i]
		for id, r := range a.residents {
			if says(r, q.Query) && !slices.Contains(q.ExpectAll, id) {
				t.Errorf("%s %+v is also true of %s", q.Kind, q.Query, id)
			}
		}
	}
}

func says(r Resident, q Criteria) bool {
	held := func(asked, first, second string) bool { return asked == "" || asked == first || asked == second }
	return held(q.DateOfBirth, r.DateOfBirth, "") && held(q.LastName, r.Surname, r.PreferredSurname) &&
		held(q.FirstName, r.Forename, r.PreferredForename) && held(q.NI, r.NI, "") &&
		held(q.Phone, r.Phone, "") && held(q.Address.Postcode, r.Address.Postcode, "") && held(q.Address.Line1, r.Address.Line1, "")
}

// TestShapeDoesNotTellTheAnswer compares what a question looks like between
// those with an answer and those without: a system that could tell them apart
// without the register would be measured wrongly.
func TestShapeDoesNotTellTheAnswer(t *testing.T) {
	t.Parallel()
	everyday := Options{N: 8_000, Seed: 5, Queries: 2000, Mix: Everyday}
	for mix, queries := range map[Mix][]Query{
		Hard:     askBorough(t).queries,
		Everyday: lines[Query](t, filepath.Join(write(t, everyday), "queries.jsonl")),
	} {
		t.Run(string(mix), func(t *testing.T) {
			t.Parallel()
			compareShapes(t, queries)
		})
	}
}

func compareShapes(t *testing.T, queries []Query) {
	t.Helper()
	var on, off []Query
	for _, q := range queries {
		if q.Expect != nil {
			on = append(on, q)
		} else {
			off = append(off, q)
		}
	}
	perMille := func(queries []Query, has func(Query) bool) int {
		n := 0
		for _, q := range queries {
			if has(q) {
				n++
			}
		}
		return n * 1000 / len(queries)
	}
	for shape := range field(1 << 7) {
		has := func(q Query) bool { return fieldsOf(q.Query) == shape }
		if x, y := perMille(on, has), perMille(off, has); x-y > 15 || y-x > 15 {
			t.Errorf("fields %07b: %d with and %d without an answer in 1,000", shape, x, y)
		}
	}
	for name, has := range map[string]func(Query) bool{
		"capitals": func(q Query) bool {
			return q.Query.LastName != "" && q.Query.LastName == strings.ToUpper(q.Query.LastName)
		},
		"an initial": func(q Query) bool { return len(q.Query.FirstName) == 1 },
		"a title": func(q Query) bool {
			return strings.Contains(q.Query.FirstName, "M") && strings.Contains(q.Query.FirstName, ". ")
		},
		"1 January":            func(q Query) bool { return strings.HasSuffix(q.Query.DateOfBirth, "-01-01") },
		"part of a date":       func(q Query) bool { n := len(q.Query.DateOfBirth); return n > 0 && n < 10 },
		"born since 2008":      func(q Query) bool { return q.Query.DateOfBirth >= "2008" },
		"born before 1960":     func(q Query) bool { return q.Query.DateOfBirth != "" && q.Query.DateOfBirth < "1960" },
		"half a postcode":      func(q Query) bool { n := len(q.Query.Address.Postcode); return n > 0 && n < 5 },
		"a flat":               func(q Query) bool { return strings.Contains(q.Query.Address.Line1, "Flat") },
		"an NI number in part": func(q Query) bool { n := len(q.Query.NI); return n > 0 && n != 9 },
		"diacritics":           func(q Query) bool { return !isASCII(q.Query.FirstName + q.Query.LastName) },
		"a hyphen":             func(q Query) bool { return strings.Contains(q.Query.LastName, "-") },
	} {
		if x, y := perMille(on, has), perMille(off, has); x-y > 45 || y-x > 45 {
			t.Errorf("%s: %d with and %d without an answer in 1,000", name, x, y)
		}
	}
}

func fieldsOf(c Criteria) field {
	a := asked{first: c.FirstName, last: c.LastName, born: c.DateOfBirth, line1: c.Address.Line1, postcode: c.Address.Postcode, ni: c.NI, phone: c.Phone}
	return a.fields()
}

// TestMemoryDoesNotGrowWithTheRegister: what is kept of the people seen is
// bounded by the questions wanted.
func TestMemoryDoesNotGrowWithTheRegister(t *testing.T) {
	t.Parallel()
	kept := func(n int) (subjects, room int) {
		m := newSampler(1, newQuotas(400, hardMix(t)))
		for p := range newGenerator(Options{N: n, Seed: 1}).people() {
			m.see(p)
		}
		for _, p := range append(m.kinds, m.lookAlikes...) {
			subjects, room = subjects+len(p.subjects), room+p.room
		}
		return subjects, room
	}
	few, room := kept(5_000)
	many, _ := kept(25_000)
	if few > room || many > room || many < few {
		t.Errorf("%d people kept of 5,000 and %d of 25,000, with room for %d", few, many, room)
	}
}

func TestReservoirIsFair(t *testing.T) {
	t.Parallel()
	const people, room, rounds = 20, 5, 2000
	times := [people]int{}
	s := newStream(1, forSampling, 0)
	for range rounds {
		p := pool{room: room}
		for i := range people {
			p.offer(s, subject{&person{married: true, born: date{day: i}}, ""})
		}
		for _, chosen := range p.subjects {
			times[chosen.born.day]++
		}
	}
	for i, n := range times {
		if want := rounds * room / people; n < want*85/100 || n > want*115/100 {
			t.Errorf("person %d was chosen %d times, not about %d", i, n, want)
		}
	}
}
