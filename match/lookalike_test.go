package match

import (
	"testing"

	"personindex/person"
)

// change makes a person another in one respect.
type change func(*person.Person)

func forename(name string) change { return func(p *person.Person) { p.Forename = name } }

func surname(name string) change { return func(p *person.Person) { p.Surname = name } }

func gender(g string) change { return func(p *person.Person) { p.Gender = g } }

func born(year, month, day int) change {
	return func(p *person.Person) { p.DateOfBirth = person.Date{Year: year, Month: month, Day: day} }
}

func lives(line, postcode string) change {
	return func(p *person.Person) { p.Addresses = []person.Address{{Line1: line, Postcode: postcode}} }
}

func formerly(surname string) change {
	return func(p *person.Person) { p.PreviousNames = []person.PreviousName{{Surname: surname}} }
}

// movedFrom keeps the present address and adds a previous one.
func movedFrom(line, postcode string) change {
	return func(p *person.Person) {
		p.Addresses = append(p.Addresses[:len(p.Addresses):len(p.Addresses)],
			person.Address{Type: person.PreviousAddress, Line1: line, Postcode: postcode})
	}
}

func unknown(field string) change {
	return func(p *person.Person) {
		switch field {
		case "forename":
			p.Forename = ""
		case "date":
			p.DateOfBirth = person.Date{}
		case "address":
			p.Addresses = nil
		}
	}
}

// Each case asks about one resident with something wrong or missing. She must
// come before somebody who resembles her and agrees with what was asked in
// whatever she does not. What is said of her and of the other is how their
// records differ from hers as first given; of the question likewise.
func TestTheResidentIsPreferredToALookAlike(t *testing.T) {
	t.Parallel()
	ada := person.Person{
		Forename: "Adaline", Surname: "Hawthorne", Gender: "F", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11},
		Addresses: []person.Address{{Line1: "12 Orchard Road", Postcode: "E8 1EA"}},
	}
	twin := []change{forename("Beatrix")}
	parent := []change{born(1961, 3, 5)}
	sibling := []change{forename("Beatrix"), born(1991, 2, 3)}
	spouse := []change{forename("Edmund"), born(1987, 6, 24), gender("M")}
	namesake := []change{born(1971, 3, 5), lives("9 Elsewhere Lane", "N16 5ZZ")}
	occupant := []change{forename("Ruth"), surname("Quarles"), born(1975, 8, 30)}
	sameSurnameAndDate := []change{forename("Beatrix"), lives("9 Elsewhere Lane", "N16 5ZZ")}
	sameFirstNameAndDate := []change{surname("Quarles"), lives("9 Elsewhere Lane", "N16 5ZZ")}
	moved := lives("3 Farther Close", "N1 7AA")

	tests := []struct {
		name              string
		asked, her, other []change
	}{
		{"a twin, when the first name is misspelt", []change{forename("Adalyne")}, nil, twin},
		{"a twin, when a nickname is asked", []change{forename("Ada")}, nil, twin},
		{"a twin, when an initial is asked", []change{forename("A")}, nil, twin},
		{"a twin, when she moved away", nil, []change{moved}, twin},
		{"a twin, when a digit of the date is wrong", []change{born(1989, 10, 17)}, nil, twin},
		{"a twin brother, when the surname is misspelt", []change{surname("Hawthron")}, nil, []change{forename("Edmund"), gender("M")}},

		{"a parent of her name, when day and month are swapped", []change{born(1989, 11, 10)}, nil, parent},
		{"a parent of her name, when a digit of the date is wrong", []change{born(1989, 10, 17)}, nil, parent},
		{"a parent of her name, when only the year is asked", []change{born(1989, 0, 0)}, nil, parent},
		{"a parent of her name, when she moved out", nil, []change{moved}, parent},
		{"a child of her name, when the surname is misspelt", []change{surname("Hawthorn")}, nil, []change{born(2014, 7, 29)}},

		{"a sibling, when the date is off by days", []change{born(1989, 10, 13)}, nil, sibling},
		{"a sibling, when no date is asked", []change{unknown("date"), forename("Adelin")}, nil, sibling},
		{"a sibling, when the year is off by ten", []change{born(1999, 10, 11)}, nil, sibling},
		{"a sibling, when she moved out", nil, []change{moved}, sibling},

		{"her spouse, when no first name is asked", []change{unknown("forename")}, nil, spouse},
		{"her spouse, when the date is not on her record", nil, []change{unknown("date")}, spouse},
		{"her spouse, when first name and date have a slip", []change{forename("Adalien"), born(1989, 10, 17)}, nil, spouse},

		{"a namesake, when day and month are swapped", []change{born(1989, 11, 10)}, nil, namesake},
		{"a namesake, when no date is asked", []change{unknown("date")}, nil, namesake},
		{"a namesake, when no address is asked and the year is off by one", []change{unknown("address"), born(1990, 10, 11)}, nil, namesake},
		{"a namesake, when the first name is misspelt", []change{forename("Adalyne")}, nil, namesake},

		{"a new occupant, when she moved", nil, []change{moved}, occupant},
		{"a new occupant, when she moved and her name is misspelt", []change{surname("Hawthron")}, []change{moved}, occupant},
		{"a new occupant, when she moved and no date is asked", []change{unknown("date")}, []change{moved}, occupant},

		{"one of her surname and date, when the first name is misspelt", []change{forename("Adalyne"), unknown("address")}, nil, sameSurnameAndDate},
		{"one of her surname and date, when a digit of the date is wrong on her record", nil, []change{born(1989, 10, 17)}, sameSurnameAndDate},
		{"one of her surname and date, when she moved", nil, []change{moved}, sameSurnameAndDate},

		{"one of her first name and date, when the surname is misspelt", []change{surname("Hawthron"), unknown("address")}, nil, sameFirstNameAndDate},
		{"one of her first name and date, when half a surname is asked", []change{unknown("address")}, []change{surname("Hawthorne-Bell")}, sameFirstNameAndDate},
		{"one of her first name and date, when she married", nil, []change{surname("Ashdown")}, sameFirstNameAndDate},

		{"a namesake, when she married", nil, []change{surname("Ashdown")}, namesake},
		{"a sister, when she married", nil, []change{surname("Ashdown")}, sibling},
		{"her mother, when she married and moved", nil, []change{surname("Ashdown"), formerly("Hawthorne"), moved}, []change{forename("Beatrix"), born(1961, 3, 5)}},
		{"a stranger of her new name, when her former one is on file", []change{unknown("address")}, []change{surname("Ashdown"), formerly("Hawthorne")}, []change{surname("Ashdown")}},

		{"a namesake, when she moved", nil, []change{moved}, namesake},
		{"a namesake, when her old address is on file", []change{unknown("date")}, []change{moved, movedFrom("12 Orchard Road", "E8 1EA")}, namesake},
		{"a neighbour of her old home, when she moved", nil, []change{moved}, []change{forename("Ruth"), surname("Quarles"), born(1989, 2, 3), lives("14 Orchard Road", "E8 1EA")}},
	}
	m := DefaultModel()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			asked := question(ada, test.asked)
			her, other := altered(ada, test.her), altered(ada, test.other)
			better, worse := m.Score(&asked, &her), m.Score(&asked, &other)
			if better.Bits <= worse.Bits {
				t.Errorf("%v bits against %v\nshe: %v\nthe other: %v", better.Bits, worse.Bits, m.Explain(better), m.Explain(worse))
			}
		})
	}
}

func altered(p person.Person, changes []change) Record {
	for _, c := range changes {
		c(&p)
	}
	return Standardise(p)
}

// question is what is asked about p: seldom the gender.
func question(p person.Person, changes []change) Record {
	p.Gender = ""
	return altered(p, changes)
}
