package match

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"personindex/person"
)

// scored are the scores of people compared with one question, together.
func scored(m *Model, asked person.Person, found ...person.Person) []*Score {
	question := Standardise(asked)
	var scores []*Score
	for _, p := range found {
		record := Standardise(p)
		score := m.Score(&question, &record)
		scores = append(scores, &score)
	}
	m.CountOthers(scores)
	return scores
}

func TestNamesakesMakeANameTellLessWhereTheDateDoesNot(t *testing.T) {
	t.Parallel()
	m := DefaultModel().among(0)
	her := person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: person.Date{Year: 1980, Month: 5, Day: 6}}
	other := person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: person.Date{Year: 1931, Month: 11, Day: 27}}
	nearly := person.Person{Forename: "Adeline", Surname: "Hawthorne", DateOfBirth: other.DateOfBirth}
	stranger := person.Person{Forename: "Clement", Surname: "Borne", DateOfBirth: other.DateOfBirth}
	undated := her
	undated.DateOfBirth = person.Date{}
	for _, test := range []struct {
		name  string
		asked person.Person
		less  bool
	}{
		{"no date asked", undated, true},
		{"a date asked that is nobody's", person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: person.Date{Year: 1995, Month: 2, Day: 18}}, true},
		{"her date asked", her, false},
	} {
		alone, strangers := scored(m, test.asked, her)[0].Bits, scored(m, test.asked, her, stranger, stranger)[0].Bits
		if alone != strangers {
			t.Errorf("%s: among strangers she weighs %v, alone %v", test.name, strangers, alone)
		}
		if namesakes := scored(m, test.asked, her, other, nearly)[0].Bits; test.less != (namesakes < alone) {
			t.Errorf("%s: among namesakes she weighs %v, alone %v", test.name, namesakes, alone)
		}
	}
}

func TestAPhoneOfAHouseholdTellsLess(t *testing.T) {
	t.Parallel()
	m := DefaultModel().among(0)
	m.shared[0] = weight{Bits: -1}
	reached := func(forename, phone string) person.Person {
		return person.Person{Forename: forename, Surname: "Hawthorne", Communication: []person.Contact{{Channel: "phone", Value: phone}}}
	}
	her, hers, elsewhere := reached("Adaline", "07700 900123"), reached("Beatrix", "07700 900123"), reached("Beatrix", "07700 900456")
	asked := person.Person{Communication: her.Communication}
	alone := scored(m, asked, her, elsewhere)[0].Bits
	if shared := scored(m, asked, her, hers)[0].Bits; math.Abs(alone-1-shared) > 1e-9 {
		t.Errorf("her number weighs %v bits, and %v where two have it: not one less", alone, shared)
	}
	if other := scored(m, asked, elsewhere, her, hers)[0]; other.others.sharers[0] != 0 {
		t.Error("somebody of another number shares it")
	}
}

func TestTheEvidenceSumsToTheWeightAmongOthers(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(anyPerson(), 1, 6).Draw(t, "people")
		m := m.WithFrequencies(NewFrequencies(1, counted(append(people, people...)...)))
		for _, score := range scored(m, anyPerson().Draw(t, "asked"), people...) {
			sum := 0.0
			for _, c := range m.Explain(*score) {
				sum += c.Bits
			}
			if math.Abs(sum-score.Bits) > 1e-9 {
				t.Fatalf("evidence sums to %v, the weight is %v", sum, score.Bits)
			}
		}
	})
}
