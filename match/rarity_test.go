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
	m.CountNamesakes(scores)
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
