package search

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"personindex/match"
	"personindex/person"
)

var thresholds = Thresholds{Certain: 0.99, Probable: 0.9, Possible: 0.02}

// rank ranks people in memory, as the service does once it has their records.
func rank(q Query, size int64, full bool, people ...person.Person) Ranking {
	config := Config{OnFile: 0.5, AllowTestNumbers: true, Grades: thresholds}
	model := match.DefaultModel()
	asked := config.evidential(q.Record())
	r := Ranking{
		Asked: asked, Prior: match.Prior(config.OnFile, size), wanted: Wanted{IncludeDeceased: true}, config: config, model: model,
		size: size, shift: model.Asked(&asked), full: full,
	}
	var entries []match.Entry
	for i, p := range people {
		id := person.ID(rune('a' + i))
		entries = append(entries, match.Entry{Revision: person.Revision{ID: id}, Record: match.Standardise(p)})
	}
	r.compare(entries)
	return r
}

var birthday = person.Date{Year: 1989, Month: 10, Day: 11}

func resident() person.Person {
	return person.Person{
		Forename: "Adaline", MiddleName: "Ruth", Surname: "Hawthorne", DateOfBirth: birthday, Gender: "F",
		Identification: []person.Identifier{{Type: "NI", Value: "QQ123456C"}},
		Addresses:      []person.Address{{Line1: "12 Orchard Road", Postcode: "E8 1EA", UPRN: "999900001234"}},
		Communication:  []person.Contact{{Channel: "phone", Value: "020 7946 0123"}, {Channel: "email", Value: "ada@example.org"}},
	}
}

func changed(change func(*person.Person)) person.Person {
	p := resident()
	change(&p)
	return p
}

func TestAWeakFieldNeverSaysMoreThanPossible(t *testing.T) {
	t.Parallel()
	undated := changed(func(p *person.Person) { p.DateOfBirth = person.Date{} })
	tests := []struct {
		name  string
		query Query
		found person.Person
		weak  bool
	}{
		{"a first name", Query{FirstName: "Adaline"}, resident(), true},
		{"a surname", Query{LastName: "Hawthorne"}, resident(), true},
		{"a year of birth", Query{DateOfBirth: person.Date{Year: 1989}}, resident(), true},
		{"a date of birth", Query{DateOfBirth: birthday}, resident(), true},
		{"a postcode", Query{Postcode: "E8 1EA"}, resident(), true},
		{"an address", Query{Address: "12 Orchard Road, E8 1EA"}, resident(), true},
		{"a property, in every way", Query{Address: "12 Orchard Road", Postcode: "E8 1EA", UPRN: "999900001234"}, resident(), true},
		{"an NI number with a slip", Query{NI: "QQ123457C"}, resident(), true},
		{"a surname and the gender", Query{LastName: "Hawthorne", Gender: "F"}, resident(), true},
		{"a surname and a date that is not on file", Query{LastName: "Hawthorne", DateOfBirth: birthday}, undated, true},
		{"an NI number", Query{NI: "QQ123456"}, resident(), false},
		{"a phone number", Query{Phone: "020 7946 0123"}, resident(), false},
		{"an e-mail address", Query{Email: "ada@example.org"}, resident(), false},
		{"both names", Query{FirstName: "Adaline", LastName: "Hawthorne"}, resident(), false},
		{"a surname and a date of birth", Query{LastName: "Hawthorne", DateOfBirth: birthday}, resident(), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := rank(test.query, 1, false, test.found) // among so few that the weights alone would say more
			grade, exists := r.grade(&r.Candidates[0]), r.Exists()
			if r.Candidates[0].Probability < thresholds.Probable {
				t.Fatalf("the probability is %v: the weights say no more either", r.Candidates[0].Probability)
			}
			if weak := grade == Possible && exists == Possible; weak != test.weak {
				t.Errorf("grade %s, exists %s", grade, exists)
			}
		})
	}
}

func TestAnAnswerThatDisagreesDoesNotHelpAWeakField(t *testing.T) {
	t.Parallel()
	right := Query{LastName: "Hawthorne"}
	for name, wrong := range map[string]func(*Query){
		"firstName":   func(q *Query) { q.FirstName = "Beatrix" },
		"dateOfBirth": func(q *Query) { q.DateOfBirth = person.Date{Year: 1961, Month: 3, Day: 5} },
		"ni":          func(q *Query) { q.NI = "QQ654321A" },
		"postcode":    func(q *Query) { q.Postcode = "N16 5ZZ" },
		"phone":       func(q *Query) { q.Phone = "020 7946 0999" },
	} {
		q := right
		wrong(&q)
		if r := rank(q, 1, false, resident()); r.Exists() != Possible {
			t.Errorf("with another %s: exists %s", name, r.Exists())
		}
	}
}

func TestOneStrongCandidateIsEnoughAmongWeakOnes(t *testing.T) {
	t.Parallel()
	undated := changed(func(p *person.Person) {
		p.DateOfBirth, p.Forename, p.Identification = person.Date{}, "Beatrix", nil
	})
	q := Query{LastName: "Hawthorne", DateOfBirth: birthday}
	if r := rank(q, 2, false, undated); r.Exists() != Possible {
		t.Errorf("of a weak one it is said %s", r.Exists())
	}
	if r := rank(q, 2, false, undated, resident()); r.Exists() != Certain || r.grade(&r.Candidates[1]) != Possible {
		t.Errorf("exists %s, the weak one %s", r.Exists(), r.grade(&r.Candidates[1]))
	}
}

func TestTwoRecordsOfOnePersonDoNotShare(t *testing.T) {
	t.Parallel()
	moved := changed(func(p *person.Person) {
		p.Addresses, p.Identification = []person.Address{{Line1: "3 Farther Close", Postcode: "N1 7AA"}}, nil
	})
	misspelt := changed(func(p *person.Person) { p.Surname, p.Identification = "Hawthron", nil })
	twin := changed(func(p *person.Person) { p.Forename, p.MiddleName, p.Identification = "Beatrix", "", nil })
	q := Query{LastName: "Hawthorne", DateOfBirth: birthday, Postcode: "E8 1EA"}
	tests := []struct {
		name   string
		people []person.Person
		want   []float64 // probabilities, in no order
	}{
		{"two records", []person.Person{resident(), moved}, []float64{1, 1}},
		{"three records", []person.Person{resident(), moved, misspelt}, []float64{1, 1, 1}},
		{"twins", []person.Person{resident(), twin}, []float64{0.5, 0.5}},
		{"twins, one of them with two records", []person.Person{resident(), misspelt, twin}, []float64{0.5, 0.5, 0.5}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := rank(q, 1000, false, test.people...)
			for i, c := range r.Candidates {
				if math.Abs(c.Probability-test.want[i]) > 0.05 {
					t.Errorf("candidate %d has probability %v, want %v", i, c.Probability, test.want[i])
				}
			}
		})
	}
}

func TestOnlyThoseShownAreNamedAsTheSamePerson(t *testing.T) {
	t.Parallel()
	second := changed(func(p *person.Person) { p.Identification = nil })
	r := rank(Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: birthday}, 1000, false, resident(), second, second)
	if same := samePerson(r.Candidates, 0); len(same) != 2 {
		t.Fatalf("of three records of one person each names %v", same)
	}
	if same := samePerson(r.Candidates[:2], 0); !slices.Equal(same, []person.ID{r.Candidates[1].ID}) {
		t.Errorf("with one of them hidden the first names %v", same)
	}
	if same := samePerson(r.Candidates[:1], 0); same != nil {
		t.Errorf("with both hidden it names %v", same)
	}
}

func TestWhoeverWasNotComparedCountsForLittleUnlessTooManyFit(t *testing.T) {
	t.Parallel()
	q := Query{LastName: "Hawthorne"}
	people := slices.Repeat([]person.Person{resident()}, 10)
	for i := range people {
		people[i].DateOfBirth.Year += i // ten namesakes
	}
	some, many := rank(q, 20_000, false, people...), rank(q, 20_000, true, people...)
	if some.NotRetrieved > 2*missRate || some.NotRetrieved <= 0 {
		t.Errorf("of a list with room left %v are missed", some.NotRetrieved)
	}
	compared := 0.0
	for _, c := range many.Candidates {
		compared += c.Probability
	}
	if math.Abs(many.NotRetrieved-compared) > 0.01 {
		t.Errorf("ten alike were compared, with %v, and as many again weigh %v", compared, many.NotRetrieved)
	}
	if many.Candidates[0].Probability >= some.Candidates[0].Probability {
		t.Error("each is as likely though others fit as well")
	}
}

func TestAStrangerIsNotProbableForThoseNotCompared(t *testing.T) {
	t.Parallel()
	stranger := Query{FirstName: "Beatrix", LastName: "Quarles", DateOfBirth: person.Date{Year: 1961, Month: 3, Day: 5}}
	for _, onFile := range []float64{0.5, 0.9, 0.99} {
		r := rank(stranger, 20_000, true, resident())
		r.config.OnFile, r.Prior = onFile, match.Prior(onFile, 20_000)
		entries := []match.Entry{*r.Candidates[0].Entry}
		for range 99 {
			entries = append(entries, entries[0])
		}
		r.compare(entries)
		if exists := r.Exists(); exists == Certain || exists == Probable {
			t.Errorf("where %v are on file a stranger's answer is %s", onFile, exists)
		}
	}
	r := rank(stranger, 20_000, false)
	if math.Abs(r.NotRetrieved-missRate) > missRate/10 || r.Exists() != No {
		t.Errorf("nobody was found: %v are missed, exists %s", r.NotRetrieved, r.Exists())
	}
}

func TestEveryAnswerAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(anybody(), 0, 12).Draw(t, "people")
		q := anyQuery().Draw(t, "query")
		size := rapid.Int64Range(1, 1_000_000).Draw(t, "size")
		r := rank(q, size, rapid.Bool().Draw(t, "full"), people...)

		sum, seen := r.NotRetrieved+r.Nobody, map[int]float64{}
		for i := range r.Candidates {
			c := &r.Candidates[i]
			if p, grouped := seen[c.person]; grouped && p != c.Probability {
				t.Fatalf("records of one person have %v and %v", p, c.Probability)
			} else if !grouped {
				sum += c.Probability
			}
			seen[c.person] = c.Probability
			checkEvidence(t, &r, c)
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("people, those missed and nobody sum to %v", sum)
		}
		if r.Exists() == No && 1-r.Nobody >= thresholds.Possible {
			t.Fatalf("no, though it is possible: %v", 1-r.Nobody)
		}
	})
}

func checkEvidence(t *rapid.T, r *Ranking, c *Candidate) {
	result := r.result(c, person.Person{})
	sum := 0.0
	for _, e := range result.Evidence {
		sum += e.Weight
	}
	if math.Abs(sum-result.Weight) > 1e-9 || math.Abs(result.Weight-c.Weight) > 0.01 {
		t.Fatalf("evidence sums to %v, shown is %v, ranked by %v", sum, result.Weight, c.Weight)
	}
}

// anybody is one of few people who resemble one another.
func anybody() *rapid.Generator[person.Person] {
	return rapid.Custom(func(t *rapid.T) person.Person {
		one := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
		p := person.Person{
			Forename: one("forename", "", "Adaline", "Ada", "Beatrix", "A"), Surname: one("surname", "", "Hawthorne", "Hawthron", "Quarles"),
			MiddleName: one("middle", "", "Ruth", "Jane"), Gender: one("gender", "", "F", "M"),
			Identification: []person.Identifier{{Type: "NI", Value: one("ni", "", "QQ123456C", "QQ123457C")}},
			Addresses:      []person.Address{{Line1: one("line", "", "12 Orchard Road", "14 Orchard Road"), Postcode: one("postcode", "", "E8 1EA", "N16 5ZZ")}},
			Communication:  []person.Contact{{Channel: "phone", Value: one("phone", "", "020 7946 0123")}},
		}
		if rapid.Bool().Draw(t, "born") {
			p.DateOfBirth = person.Date{Year: rapid.IntRange(1988, 1990).Draw(t, "year"), Month: 10, Day: rapid.IntRange(10, 12).Draw(t, "day")}
		}
		return p
	})
}

func anyQuery() *rapid.Generator[Query] {
	return rapid.Map(anybody(), func(p person.Person) Query {
		return Query{
			FirstName: p.Forename, LastName: p.Surname, DateOfBirth: p.DateOfBirth, NI: p.Identification[0].Value,
			Address: p.Addresses[0].Line1, Postcode: p.Addresses[0].Postcode, Phone: p.Communication[0].Value, Gender: p.Gender,
		}
	})
}
