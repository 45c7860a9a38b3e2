package match

import (
	"testing"

	"personindex/person"
)

// Ensures that a slip is forgiven where nobody bears what was asked, and less where
// it is a name of its own.
func TestANameThatOthersBearIsHardlyASlip(t *testing.T) {
	t.Parallel()
	found := person.Person{Forename: "Marina", Surname: "Hawthorne", DateOfBirth: person.Date{Year: 1980, Month: 5, Day: 6}}
	others := repeat(50, person.Person{Forename: "Clement", Surname: "Borne"})
	marias := repeat(50, person.Person{Forename: "Marita", Surname: "Borne"})
	asked := found
	asked.Forename = "Marita"
	m := DefaultModel()
	weigh := func(register ...person.Person) float64 {
		return scored(m.WithFrequencies(NewFrequencies(1, counted(append(register, found)...))).among(0), asked, found)[0].Bits
	}
	slip, name := weigh(append(others, others...)...), weigh(append(others, marias...)...)
	if name >= slip {
		t.Errorf("where others are called so it weighs %v bits, where nobody is %v", name, slip)
	}
}

func TestWhatIsAnyNameBeforeTheFirstCount(t *testing.T) {
	t.Parallel()
	var none *Frequencies
	few := NewFrequencies(1, counted(repeat(MinBearers-1, person.Person{Forename: "Ada", Surname: "Exampel"})...))
	many := NewFrequencies(1, counted(repeat(MinBearers, person.Person{Forename: "Ada", Surname: "Exampel"})...))
	for _, test := range []struct {
		name string
		f    *Frequencies
		want bool
	}{{"not counted", none, true}, {"of nobody", NewFrequencies(1, counted()), true}, {"of few", few, false}, {"of many", many, true}} {
		if test.f.BearsGiven("ada") != test.want || test.f.BearsSurname("exampel") != test.want {
			t.Errorf("%s: %v", test.name, !test.want)
		}
	}
}
