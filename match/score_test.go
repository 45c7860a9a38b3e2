package match

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"personindex/person"
)

func TestTheEvidenceSumsToTheWeight(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := Standardise(anyPerson().Draw(t, "asked")), Standardise(anyPerson().Draw(t, "found"))
		score := m.Score(&a, &b)
		sum := 0.0
		for _, c := range m.Explain(score) {
			sum += c.Bits
		}
		if math.Abs(sum-score.Bits) > 1e-9 {
			t.Fatalf("evidence sums to %v, the weight is %v", sum, score.Bits)
		}
	})
}

func TestNobodyFitsBetterThanThemselves(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := Standardise(anyPerson().Draw(t, "asked")), Standardise(anyPerson().Draw(t, "found"))
		same := m.Score(&a, &a)
		for field := range Bearer {
			// A record agrees with itself in whatever it agrees with another in.
			other := m.Score(&a, &b).Level(field)
			if other != NotCompared && same.Level(field) > other {
				t.Fatalf("%s: level %d with oneself, %d with another", field, same.Level(field), other)
			}
		}
	})
}

func TestProbabilitiesShareOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(-300, 300), 0, 100).Draw(t, "weights")
		each, nobody := Posterior(weights)
		sum := nobody
		for i, p := range each {
			if p < 0 || p > 1 || math.IsNaN(p) {
				t.Fatalf("candidate %d has probability %v", i, p)
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("they sum to %v", sum)
		}
	})
}

func TestEqualTwinsGetHalfEach(t *testing.T) {
	t.Parallel()
	each, nobody := Posterior([]float64{20, 20})
	if math.Abs(each[0]-0.5) > 1e-5 || each[0] != each[1] || nobody > 1e-5 {
		t.Errorf("twins get %v, nobody %v", each, nobody)
	}
}

func TestThePriorFallsAsTheRegisterGrows(t *testing.T) {
	t.Parallel()
	if got := Prior(0.5, 1024); got != -10 {
		t.Errorf("prior among 1,024 people is %v bits, not -10", got)
	}
	if got := Prior(0.5, 0); got != 0 {
		t.Errorf("prior among nobody is %v bits", got)
	}
}

// Each case names two people on file, of whom the first must be preferred.
func TestTheBetterPersonIsPreferred(t *testing.T) {
	t.Parallel()
	born := person.Date{Year: 1989, Month: 10, Day: 11}
	home := []person.Address{{Line1: "12 Orchard Road", Postcode: "E8 1EA"}}
	asked := person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: born, Addresses: home}
	with := func(change func(*person.Person)) person.Person {
		p := asked
		change(&p)
		return p
	}
	tests := []struct {
		name          string
		better, worse person.Person
	}{
		{"oneself, before a twin", asked, with(func(p *person.Person) { p.Forename = "Beatrix" })},
		{"a misspelt first name, before a twin", with(func(p *person.Person) { p.Forename = "Adalyne" }), with(func(p *person.Person) { p.Forename = "Beatrix" })},
		{"a misspelt surname, before a namesake born another day", with(func(p *person.Person) { p.Surname = "Hawthorn" }), with(func(p *person.Person) { p.DateOfBirth = person.Date{Year: 1971, Month: 3, Day: 5} })},
		{"day and month swapped, before a parent of one name", with(func(p *person.Person) { p.DateOfBirth = person.Date{Year: 1989, Month: 11, Day: 10} }), with(func(p *person.Person) { p.DateOfBirth = person.Date{Year: 1961, Month: 10, Day: 11} })},
		{"somebody who moved, before a new occupant", with(func(p *person.Person) {
			p.Addresses = []person.Address{{Line1: "9 Elsewhere Lane", Postcode: "N16 5ZZ"}}
		}), with(func(p *person.Person) { p.Forename, p.Surname, p.DateOfBirth = "Beatrix", "Other", person.Date{} })},
		{"names swapped, before a sibling", with(func(p *person.Person) { p.Forename, p.Surname = p.Surname, p.Forename }), with(func(p *person.Person) {
			p.Forename, p.DateOfBirth = "Beatrix", person.Date{Year: 1991, Month: 2, Day: 3}
		})},
		{"a former surname, before a stranger of that first name and date", with(func(p *person.Person) {
			p.Surname, p.PreviousNames = "Married", []person.PreviousName{{Surname: "Hawthorne"}}
		}), with(func(p *person.Person) { p.Surname, p.Addresses = "Married", nil })},
		{"a nickname, before another name", with(func(p *person.Person) { p.Forename = "Ada" }), with(func(p *person.Person) { p.Forename = "Ruth" })},
		{"the same flat, before a neighbour", asked, with(func(p *person.Person) { p.Addresses = []person.Address{{Line1: "14 Orchard Road", Postcode: "E8 1EA"}} })},
		{"no date, before another date", with(func(p *person.Person) { p.DateOfBirth = person.Date{} }), with(func(p *person.Person) { p.DateOfBirth = person.Date{Year: 1971, Month: 3, Day: 5} })},
	}
	m := DefaultModel()
	record := Standardise(asked)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			better, worse := Standardise(test.better), Standardise(test.worse)
			b, w := m.Score(&record, &better), m.Score(&record, &worse)
			if b.Bits <= w.Bits {
				t.Errorf("%v bits against %v\nbetter: %v\nworse: %v", b.Bits, w.Bits, m.Explain(b), m.Explain(w))
			}
		})
	}
}

// BenchmarkScore measures a sister at the same home, and a stranger of another
// street, on a register of which names and places were counted.
func BenchmarkScore(b *testing.B) {
	m := DefaultModel().WithFrequencies(NewFrequencies(1, counted(living(1000, house)...)))
	asked := Standardise(ada())
	sister, stranger := ada(), ada()
	sister.Forename, sister.DateOfBirth = "Beatrix", person.Date{Year: 1991, Month: 2, Day: 3}
	stranger.Surname, stranger.Addresses = "Quarles", []person.Address{{Line1: "Flat 7, Larkspur House", Line2: "9 Elsewhere Lane", Town: "London", Postcode: "N16 5ZZ"}}
	for name, other := range map[string]person.Person{"sister": sister, "stranger": stranger} {
		b.Run(name, func(b *testing.B) {
			found := Standardise(other)
			b.ReportAllocs()
			for b.Loop() {
				m.Score(&asked, &found)
			}
		})
	}
}

func BenchmarkStandardise(b *testing.B) {
	p := ada()
	b.ReportAllocs()
	for b.Loop() {
		Standardise(p)
	}
}
