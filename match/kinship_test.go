package match

import (
	"fmt"
	"math"
	"testing"

	"personindex/person"
)

// census counts people of whom the nth has the surname, home and birthday that
// name gives.
func census(n int, name func(n int) (forename, surname string, home int, born person.Date)) *Frequencies {
	c := NewCensus()
	for i := range n {
		forename, surname, home, born := name(i)
		r := Standardise(person.Person{
			Forename: forename, Surname: surname, DateOfBirth: born,
			Addresses: homes(home),
		})
		c.Add(&r)
	}
	return NewFrequencies(1, c.Tallies())
}

func homes(n int) []person.Address {
	if n < 0 {
		return nil
	}
	return []person.Address{{Line1: fmt.Sprintf("%d Orchard Road", n+1), Postcode: "E8 1EA"}}
}

func day(n int) person.Date {
	return person.Date{Year: 1940 + n%60, Month: 1 + n/60%12, Day: 2 + n/720%26}
}

func given(n int) string { return []string{"Adaline", "Beatrix", "Clement", "Dorothea"}[n%4] }

func family(n int) string { return fmt.Sprintf("%c%corne", 'a'+n%26, 'a'+n/26%26) }

func TestKinshipTellsFamiliesFromSinglePeople(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		of   func(n int) (string, string, int, person.Date)
		want float64
	}{
		{"four of a family at each home", func(n int) (string, string, int, person.Date) { return given(n), family(n / 4), n / 4, day(n) }, 1},
		{"one at each home", func(n int) (string, string, int, person.Date) { return given(n), family(n), n, day(n) }, 0},
		{"everybody twice on file", func(n int) (string, string, int, person.Date) { return given(n / 2), family(n / 2), n / 2, day(n / 2) }, 0},
		{"everybody ten times on file, of which one has a wrong name", func(n int) (string, string, int, person.Date) {
			return given(n / 10 * (1 + n%10/9)), family(n / 10), n / 10, day(n / 10)
		}, 0},
		{"sharers of a home", func(n int) (string, string, int, person.Date) { return given(n), family(n), n / 4, day(n) }, 0},
		{"twins, no home known", func(n int) (string, string, int, person.Date) { return given(n), family(n / 2), -1, day(n / 2) }, 1},
		{"one born each day, no home known", func(n int) (string, string, int, person.Date) { return given(n), family(n), -1, day(n) }, 0},
		{"one in eight at home with kin", func(n int) (string, string, int, person.Date) { return given(n), family(n - n%8/7), n - n%8/7, day(n) }, 0.25 / kinInBorough},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := census(600, test.of).Kinship(); math.Abs(got-test.want) > 0.05 {
				t.Errorf("kinship is %.2f, not %.2f", got, test.want)
			}
		})
	}
}

func TestKinshipIsWholeWhereNobodyCountedIt(t *testing.T) {
	t.Parallel()
	counted := Tallies{Given: Tally{People: 100, Bearings: 100, Floor: 3, Words: map[string]int64{"ada": 50}}}
	for version, tallies := range []Tallies{{}, counted} {
		if got := NewFrequencies(int64(version), tallies).Kinship(); got != 1 {
			t.Errorf("kinship by version %d is %v", version, got)
		}
	}
}

func TestGatheringsAreBoundedAndKeepEverybodyOfAPlace(t *testing.T) {
	t.Parallel()
	g := newGatherings()
	for i := range 2 * gatheredPeople {
		r := Record{Given: []Name{{Tokens: []string{given(i)}}}, Surnames: []Name{{Tokens: []string{"hawthorne"}}}}
		g.add(fmt.Sprint(i/2), &r)
	}
	tally := g.tally()
	if tally.People > gatheredPeople || tally.People < gatheredPeople/4 || tally.Bearings != tally.People {
		t.Errorf("%d people gathered, %d of them with kin", tally.People, tally.Bearings)
	}
}

// The same evidence says less where families live together: a surname and a date
// of birth with another first name is a twin there.
func TestATwinIsLikelierWhereThereAreFamilies(t *testing.T) {
	t.Parallel()
	asked := Standardise(person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: day(7)})
	twin := Standardise(person.Person{Forename: "Beatrix", Surname: "Hawthorne", DateOfBirth: day(7)})
	m := DefaultModel()
	families, single := m.among(1).Score(&asked, &twin), m.among(0).Score(&asked, &twin)
	if families.Bits >= single.Bits {
		t.Errorf("%.1f bits among families, %.1f among single people", families.Bits, single.Bits)
	}
	half := m.among(0.5).Score(&asked, &twin)
	if want := (families.Bits + single.Bits) / 2; math.Abs(half.Bits-want) > 1e-9 {
		t.Errorf("%.3f bits half way, not %.3f", half.Bits, want)
	}
}

func TestChildrenAreThoseBesideTheYoungest(t *testing.T) {
	t.Parallel()
	f := NewFrequencies(1, Tallies{Birth: Tally{People: 100, Words: map[string]int64{"1873-05-09": 3, "1921-02-03": 4}}})
	for year, want := range map[int]bool{1873: false, 1901: false, 1902: true, 1921: true} {
		if got := f.Child(person.Date{Year: year}); got != want {
			t.Errorf("born %d is a child: %t", year, got)
		}
	}
	if NewFrequencies(0, Tallies{}).Child(person.Date{Year: 2020}) {
		t.Error("there are children before anybody is counted")
	}
}
