package match

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"personindex/person"
)

// counted is the census of people with these names, born on these days.
func counted(people ...person.Person) Tallies {
	census := NewCensus()
	for _, p := range people {
		r := Standardise(p)
		census.Add(&r)
	}
	return census.Tallies()
}

func repeat(n int, p person.Person) []person.Person {
	people := make([]person.Person, n)
	for i := range people {
		people[i] = p
	}
	return people
}

func TestACensusCountsWhoBearsAWord(t *testing.T) {
	t.Parallel()
	common := person.Person{Forename: "Mary Jane", PreferredForename: "Mary", Surname: "van Exampel", DateOfBirth: person.Date{Year: 1980, Month: 1, Day: 1}}
	married := person.Person{Forename: "Jané", Surname: "Sample", PreviousNames: []person.PreviousName{{Surname: "Exampel"}}, DateOfBirth: person.Date{Year: 1980}}
	people := append(repeat(4, common), repeat(2, married)...)
	want := Tallies{
		// Of Mary Jane and Mary, who is one person, Mary counts once; a rare name is not told.
		Given:   Tally{People: 7, Bearings: 11, Floor: 3, Rare: 1, Words: map[string]int64{"mary": 4, "jane": 6}},
		Surname: Tally{People: 7, Bearings: 13, Floor: 3, Rare: 2, Words: map[string]int64{"van": 4, "exampel": 6}},
		Birth:   Tally{People: 7, Bearings: 4, Floor: 3, Words: map[string]int64{"1980-01-01": 4}},
		// To be called Mary is no form of Mary Jane, but one of the two.
		Forms: Tally{People: 7, Floor: 3, Words: map[string]int64{}},
	}
	for _, nobodyHasOne := range []*Tally{&want.Areas, &want.Streets, &want.Dwellings, &want.Words} {
		*nobodyHasOne = Tally{Floor: minCrowd, Words: map[string]int64{}}
	}
	got := counted(append(people, person.Person{Forename: "Rarissima", Surname: "Unheardof"})...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What is not told of rare names is how many there are, so that they count as rare
// as they are on average.
func TestRareNamesHaveTheShareOfTheirMean(t *testing.T) {
	t.Parallel()
	people := append(repeat(97, person.Person{Surname: "Smith"}), person.Person{Surname: "Exampel"}, person.Person{Surname: "Sample"}, person.Person{Surname: "Sample"})
	f := NewFrequencies(1, counted(people...))
	for _, name := range []string{"exampel", "sample"} {
		if got, want := f.Surname(name), 0.015; got != want {
			t.Errorf("the share of %s is %v, not %v", name, got, want)
		}
	}
}

func TestARareNameHasASmallShare(t *testing.T) {
	t.Parallel()
	people := append(repeat(60, person.Person{Forename: "Mary", Surname: "Smith"}), repeat(30, person.Person{Forename: "Ada", Surname: "Smith"})...)
	f := NewFrequencies(7, counted(append(people, repeat(10, person.Person{Surname: "Exampel", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}})...)...))
	for _, test := range []struct {
		name      string
		got, want float64
	}{
		{"a common given name", f.Given("mary"), 0.6},
		{"a less common one", f.Given("ada"), 0.3},
		{"one that nobody bears", f.Given("smith"), 0.03},
		{"a surname", f.Surname("smith"), 0.9},
		{"a date of birth", f.Birth(person.Date{Year: 1989, Month: 10, Day: 11}), 0.1},
		{"another", f.Birth(person.Date{Year: 1989, Month: 10, Day: 12}), 0.03},
		{"a year of birth, which is no date", f.Birth(person.Date{Year: 1989}), 0.1},
		{"the mean of given names", f.MeanGiven(), 0.6*60/90 + 0.3*30/90},
		{"the mean of surnames", f.MeanSurname(), 0.9*0.9 + 0.1*0.1},
		{"the mean of dates of birth", f.MeanBirth(), 0.1},
	} {
		if math.Abs(test.got-test.want) > 1e-12 {
			t.Errorf("%s has share %v, want %v", test.name, test.got, test.want)
		}
	}
	if f.Version != 7 {
		t.Errorf("version is %d", f.Version)
	}
}

func TestParticlesDoNotDrownTheNames(t *testing.T) {
	t.Parallel()
	people := append(repeat(50, person.Person{Surname: "de Souza"}), repeat(50, person.Person{Surname: "de Lima"})...)
	f := NewFrequencies(1, counted(people...))
	if f.MeanSurname() != 0.5 || f.Surname("de") != 1 {
		t.Errorf("the mean is %v, the share of the particle %v", f.MeanSurname(), f.Surname("de"))
	}
}

func TestWithoutACountNoNameIsRarerThanAnother(t *testing.T) {
	t.Parallel()
	day := person.Date{Year: 1989, Month: 10, Day: 11}
	one := person.Person{Forename: "Ada", Surname: "Exampel", DateOfBirth: day}
	for name, f := range map[string]*Frequencies{
		"nil": nil, "zero": {}, "of nobody": NewFrequencies(1, counted()), "of one": NewFrequencies(1, counted(one)),
		"of people without names": NewFrequencies(1, counted(repeat(9, person.Person{})...)),
	} {
		if f.Given("ada") != f.MeanGiven() || f.Surname("exampel") != f.MeanSurname() || f.Birth(day) != f.MeanBirth() {
			t.Errorf("frequencies that are %s make a name rare or common", name)
		}
	}
}

func TestSharesAreProbabilities(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abcde '-é\x00")), 0, 12, -1)
		census := newCensus(rapid.IntRange(1, 8).Draw(t, "words"))
		for range rapid.IntRange(0, 40).Draw(t, "people") {
			r := Standardise(person.Person{Forename: text.Draw(t, "forename"), PreferredForename: text.Draw(t, "preferred"), Surname: text.Draw(t, "surname")})
			census.Add(&r)
		}
		f := NewFrequencies(1, census.Tallies())
		for _, share := range []float64{f.Given("a"), f.Given(""), f.Surname("b"), f.MeanGiven(), f.MeanSurname(), f.MeanBirth()} {
			if !(share > 0 && share <= 1) { // also refuses NaN
				t.Fatalf("a share is %v", share)
			}
		}
	})
}

func TestACensusIsBoundedAndKeepsWhatIsCommon(t *testing.T) {
	t.Parallel()
	const limit = 100
	census := newCensus(limit)
	add := func(name string) {
		census.Add(&Record{Surnames: []Name{{Tokens: []string{name}}}})
		if len(census.surname.words) > limit {
			t.Fatalf("%d words are counted at once", len(census.surname.words))
		}
	}
	const rounds = 1000
	for i := range rounds {
		add("smith")
		add(fmt.Sprint("rare", i))
		add(fmt.Sprint("uncommon", i/10))
	}
	got := census.Tallies().Surname
	if n := got.Words["smith"]; n > rounds || n+census.surname.lost < rounds || n < rounds*9/10 {
		t.Errorf("the commonest name counts %d of %d, with %d lost at most", n, rounds, census.surname.lost)
	}
	if got.Bearings != 3*rounds || got.Floor < 10 {
		t.Errorf("%d bearings, and a name left out is borne by %d at most", got.Bearings, got.Floor)
	}
}

func TestATallyKeepsTheCommonest(t *testing.T) {
	t.Parallel()
	c := counter{words: map[string]int64{}}
	for i := range tallyWords + 10 {
		c.words[fmt.Sprint(i)] = 5 + int64(i%5)
	}
	got := c.tally(1_000_000)
	if len(got.Words) != tallyWords || got.Floor != 5 || got.Words["4"] != 9 {
		t.Errorf("%d words, and one left out is borne by %d at most", len(got.Words), got.Floor)
	}
}

// BenchmarkCensus measures what counting one person takes, without reading them.
func BenchmarkCensus(b *testing.B) {
	var records []Record
	for _, p := range living(20_000, house) {
		records = append(records, Standardise(p))
	}
	b.ReportAllocs()
	c, next := NewCensus(), 0
	for b.Loop() {
		c.Add(&records[next%len(records)])
		next++
	}
}
