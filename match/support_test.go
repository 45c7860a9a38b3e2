package match

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"personindex/person"
)

// asked is a question that says this alone.
func asked(changes ...change) Record { return altered(person.Person{}, changes) }

func property(uprn string) change {
	return func(p *person.Person) { p.Addresses = []person.Address{{UPRN: uprn}} }
}

func contact(channel, value string) change {
	return func(p *person.Person) {
		p.Communication = append(p.Communication, person.Contact{Channel: channel, Value: value})
	}
}

func middleName(name string) change { return func(p *person.Person) { p.MiddleName = name } }

func TestOneFieldThatManyMayShareIsWeak(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		asked Record
		found []change // of Ada
		weak  bool
	}{
		{"a first name", asked(forename("Adaline")), nil, true},
		{"a surname", asked(surname("Hawthorne")), nil, true},
		{"a year of birth", asked(born(1989, 0, 0)), nil, true},
		{"a month of birth", asked(born(1989, 10, 0)), nil, true},
		{"a date of birth", asked(born(1989, 10, 11)), nil, true},
		{"a postcode", asked(lives("", "E8 1EA")), nil, true},
		{"an address", asked(lives("12 Orchard Road", "E8 1EA")), nil, true},
		{"a property", asked(property("999900001234")), nil, true},
		{"an NI number with a slip", asked(number("QQ123457C")), nil, true},
		{"a middle name and a gender", asked(middleName("Ruth"), gender("F")), []change{gender("F")}, true},
		{"a surname, and the gender", asked(surname("Hawthorne"), gender("F")), []change{gender("F")}, true},
		{"a surname, and a middle name", asked(surname("Hawthorne"), middleName("Ruth")), nil, true},
		{"a surname and a date that is not on file", asked(surname("Hawthorne"), born(1989, 10, 11)), []change{unknown("date")}, true},
		{"a surname, and another first name", asked(surname("Hawthorne"), forename("Beatrix")), nil, true},
		{"a date of birth, and another address", asked(born(1989, 10, 11), lives("9 Elsewhere Lane", "N16 5ZZ")), nil, true},
		{"a surname and an address", asked(surname("Hawthorne"), lives("12 Orchard Road", "E8 1EA")), nil, true},
		{"a surname and an address, and a first name and a date that are not on file", asked(surname("Hawthorne"), forename("Adaline"), born(1989, 10, 11), lives("12 Orchard Road", "E8 1EA")), []change{unknown("date"), forename("")}, true},
		{"nothing that agrees", asked(surname("Quarles")), nil, true},

		{"an NI number", asked(number("QQ123456C")), nil, false},
		{"an NI number without its suffix", asked(number("QQ123456")), nil, false},
		{"a phone number", asked(contact("phone", "020 7946 0123")), nil, false},
		{"an e-mail address", asked(contact("email", "ada@example.org")), nil, false},
		{"both names", asked(forename("Adaline"), surname("Hawthorne")), nil, false},
		{"both names and a date that is not on file", asked(forename("Adaline"), surname("Hawthorne"), born(1989, 10, 11)), []change{unknown("date")}, false},
		{"a surname and a date of birth", asked(surname("Hawthorne"), born(1989, 10, 11)), nil, false},
		{"a surname, an address and a date of birth", asked(surname("Hawthorne"), born(1989, 10, 11), lives("12 Orchard Road", "E8 1EA")), nil, false},
		{"a first name and a postcode", asked(forename("Adaline"), lives("", "E8 1EA")), nil, false},
	}
	m := DefaultModel()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found := altered(ada(), test.found)
			score := m.Score(&test.asked, &found)
			if weak := m.Weak(&score); weak != test.weak {
				t.Errorf("weak is %t: %v", weak, m.Explain(score))
			}
		})
	}
}

func TestWhatWasAskedIsComparedOrMissing(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := Standardise(anyPerson().Draw(t, "asked")), Standardise(anyPerson().Draw(t, "found"))
		score := m.Score(&a, &b)
		c := m.Coverage(&a, &score)
		for field := range Bearer {
			in := func(list []Field) int { return count(slices.Contains(list, field)) }
			if in(c.Compared)+in(c.Missing) != count(a.has(field)) {
				t.Fatalf("%s is compared %d and missing %d times", field, in(c.Compared), in(c.Missing))
			}
			if in(c.Disagree) > in(c.Compared) {
				t.Fatalf("%s disagrees and is not compared", field)
			}
			// What disagrees is what lowers the weight of a score.
			if against := m.bits(field, score.Level(field)) < 0; in(c.Disagree) != count(against) {
				t.Fatalf("%s disagrees: %v", field, c.Disagree)
			}
		}
	})
}

func TestCoverageSaysWhatTheRecordLacksAndContradicts(t *testing.T) {
	t.Parallel()
	q := asked(forename("Adaline"), surname("Quarles"), born(1989, 10, 11), lives("12 Orchard Road", ""))
	found := altered(ada(), []change{unknown("date"), lives("", "E8 1EA")})
	m := DefaultModel()
	score := m.Score(&q, &found)
	c := m.Coverage(&q, &score)
	if !slices.Equal(c.Compared, []Field{Forename, Surname}) || !slices.Equal(c.Missing, []Field{DateOfBirth, HomeAddress}) || !slices.Equal(c.Disagree, []Field{Surname}) {
		t.Errorf("coverage is %v", c)
	}
}
