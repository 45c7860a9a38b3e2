package match

import (
	"math"
	"testing"

	"personindex/person"
)

// Every level of a field that is counted has an accord, and a better level never
// agrees less, so that no level can be forgotten or fall between two.
func TestEveryLevelHasAnAccordAndIsTallied(t *testing.T) {
	t.Parallel()
	for _, field := range tallied {
		for level := range levelNames[field] {
			var s Score
			s.outcomes[field].level = Level(level + 1)
			if s.accord(field) == accordNone {
				t.Errorf("%s %q is in no accord", field, levelNames[field][level])
			}
			if n := s.tally(); n.agree+n.nearly+n.contradict != 1 {
				t.Errorf("%s %q is tallied as %s", field, levelNames[field][level], n)
			}
		}
		var exact, other Score
		exact.outcomes[field].level, other.outcomes[field].level = 1, Level(len(levelNames[field]))
		if n := exact.tally(); n.agree != 1 {
			t.Errorf("an equal %s is tallied as %s", field, n)
		}
		if n := other.tally(); n.contradict != 1 {
			t.Errorf("another %s is tallied as %s", field, n)
		}
	}
}

func TestATallyCountsWhatIsCompared(t *testing.T) {
	t.Parallel()
	asked := Standardise(person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}})
	found := Standardise(person.Person{Forename: "Adaline", Surname: "Hawthorn", DateOfBirth: person.Date{Year: 1962, Month: 3, Day: 30},
		Addresses: []person.Address{{Line1: "12 Orchard Road", Postcode: "E8 1EA"}}})
	score := DefaultModel().Score(&asked, &found)
	if n := score.tally(); n != (agreement{1, 1, 1}) {
		t.Errorf("one name is equal, one nearly, the date another and no home was asked; the tally is %s", n)
	}
	if of := score.whole(); of != [3]accord{accordSame, accordNear, accordDiffers} {
		t.Errorf("together they are %q", wholeInWords(of))
	}
}

// What more fields than two mean is part of the weight and a line of the evidence.
func TestWhatFieldsMeanTogetherIsEvidence(t *testing.T) {
	t.Parallel()
	m := DefaultModel().among(0.5)
	ada := Standardise(person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}})
	m.together.tally[3][0][0], m.together.whole[accordSame][accordSame][accordSame] = weight{}, weight{}
	without := m.Score(&ada, &ada)
	m.together.tally[3][0][0], m.together.whole[accordSame][accordSame][accordSame] = weight{Bits: 1.5}, weight{Bits: -0.25}
	with := m.Score(&ada, &ada)
	if gained := with.Bits - without.Bits; math.Abs(gained-1.25) > 1e-9 {
		t.Errorf("1.5 and -0.25 bits made %v", gained)
	}
	said := map[string]Contribution{}
	for _, c := range m.Explain(with) {
		said[c.Field] = c
	}
	if c := said[tallyField]; c.Bits != 1.5 || c.Level != "3 agree, 0 nearly, 0 not" {
		t.Errorf("the tally is told as %+v", c)
	}
	if c := said[wholeField]; c.Bits != -0.25 || c.Level != "the same; the same; the same" {
		t.Errorf("names and date together are told as %+v", c)
	}
}
