package match

import (
	"testing"

	"personindex/person"
)

func TestDatesOfBirthAreComparedAsTheyGoWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		asked, found string
		want         Level
	}{
		{"1989-10-11", "1989-10-11", BirthExact},
		{"1989-01-01", "1989-01-01", BirthExactDefault},
		{"1989-10-11", "1989-11-10", BirthSwapped},
		{"1989-10-21", "1989-10-12", BirthTransposed},
		{"1998-10-11", "1989-10-11", BirthTransposed},
		{"1989-10-11", "1989-10-17", BirthOneDigit},
		{"1989-10-11", "1949-10-11", BirthOneDigitYear},
		{"1989-10-11", "1982-10-15", BirthTwoDigits},
		{"1989-01-01", "1981-01-01", BirthTwoDefaults},
		{"1989-01-01", "1990-01-01", BirthTwoDefaults},
		{"1989-10-11", "1989-01-01", BirthDefaulted},
		{"1989-10-11", "1990-10-11", BirthYearOff1},
		{"1989-10-11", "1999-10-11", BirthYearOff10},
		{"1989-10-30", "1989-11-01", BirthDayNear},
		{"1989-10-11", "1989-10", BirthPartial},
		{"1989", "1989-10-11", BirthPartialYear},
		{"1989-10-11", "1989-10-25", BirthMonthOfYear},
		{"1989-10-11", "1954-10-11", BirthDayOfYear},
		{"1989-10-11", "1989-03-25", BirthYear},
		{"1989-10-11", "1989-03", BirthYear},
		{"1989-10-11", "1954-03-25", BirthDifferent},
		{"1989", "1990", BirthDifferent},
	}
	for _, test := range tests {
		t.Run(test.asked+" "+test.found, func(t *testing.T) {
			t.Parallel()
			a, b := date(t, test.asked), date(t, test.found)
			for _, pair := range [][2]person.Date{{a, b}, {b, a}} {
				if got := compareBirth(pair[0], pair[1]).level; got != test.want {
					t.Errorf("%s: level %q, want %q", pair[0].Iso(), levelNames[DateOfBirth][got-1], levelNames[DateOfBirth][test.want-1])
				}
			}
		})
	}
}

func date(t *testing.T, text string) person.Date {
	t.Helper()
	d, err := person.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNamesAreComparedAsTheyAreSaidAndWritten(t *testing.T) {
	t.Parallel()
	tests := []struct {
		askedFirst, askedLast, foundFirst, foundMiddle, foundLast string
		first, last                                               Level
	}{
		{"Ada", "Example", "Ada", "", "Example", ForenameExact, SurnameExact},
		{"ADA", "EXAMPLE", "Ada", "", "Example", ForenameExact, SurnameExact},
		{"Zoe", "Celik", "Zoë", "", "Çelik", ForenameExact, SurnameExact},
		{"Dr Ada", "OBrien", "Ada", "", "O’Brien", ForenameExact, SurnameExact},
		{"Maryjane", "Example", "Mary Jane", "", "Example", ForenameJoined, SurnameExact},
		{"Mary", "Berg", "Mary Jane", "", "van der Berg", ForenamePart, SurnameJoined},
		{"Bill", "Hussain", "William", "", "Hussein", ForenameNickname, SurnameVariant},
		{"Ruth", "Example", "Ada", "Ruth", "Example", ForenameMiddle, SurnameExact},
		{"Example", "Ada", "Ada", "", "Example", ForenameSwapped, SurnameSwapped},
		{"Exampel", "Ada", "Ada", "", "Example", ForenameSwappedNear, SurnameSwapped},
		{"Exampel", "Adda", "Ada", "", "Example", ForenameSwappedNear, SurnameSwappedNear},
		{"Hawthorne", "Sample", "Ada", "", "Hawthorne", ForenameSwapped, SurnameDifferent},
		{"Ada", "Example", "Baby", "", "Example", NotCompared, SurnameExact},
		{"Male Child", "Example", "Ada", "", "Example", NotCompared, SurnameExact},
		{"Lady Of The House", "Example", "Ada", "", "Example", NotCompared, SurnameExact},
		{"Ada", "Not Known", "Ada", "", "Example", ForenameExact, NotCompared},
		{"Baby", "Example", "Baby", "", "Example", ForenameExact, SurnameExact},
		{"Baby Ada", "Example", "Ruth", "", "Example", ForenameDifferent, SurnameExact},
		{"Ada", "Guest", "Ada", "", "Example", ForenameExact, SurnameDifferent},
		{"Gregoyr", "Exampel", "Gregory", "", "Example", ForenameSlip, SurnameSlip},
		{"Gregoryy", "Exmple", "Gregory", "", "Example", ForenameClose, SurnameClose},
		{"Tyn", "Hoang", "Tin", "", "Hoang", ForenameCloseShort, SurnameExact},
		{"Gre9ory", "0'Brien", "Gregory", "", "O'Brien", ForenameSlip, SurnameSlip},
		{"Agnyszka", "Catherina", "Agnieszka", "", "Katharina", ForenameNear, SurnameNear},
		{"Chri", "Hawthornwood", "Chrisanthemum", "", "Hawthorn", ForenameBegins, SurnameBegins},
		{"Lan Li", "Smith-Brown", "Huong Yan", "", "Smith-Jones", ForenameDifferent, SurnamePartly},
		{"Jordon Quillon", "Marblewood", "Jarden Quillan", "", "Garblowond", ForenameNear, SurnameDistant},
		{"Steven", "Smyth", "Stephen", "", "Smith", ForenameNickname, SurnameVariant},
		{"A", "Smith", "Ada", "", "Smith-Example", ForenameInitial, SurnamePart},
		{"Ada", "Kowalski", "Ada", "", "Kowalska", ForenameExact, SurnameVariant},
		{"Beatrix", "Sample", "Ada", "", "Hawthorne", ForenameDifferent, SurnameDifferent},
	}
	m := DefaultModel()
	for _, test := range tests {
		t.Run(test.askedFirst+" "+test.askedLast, func(t *testing.T) {
			t.Parallel()
			asked := Standardise(person.Person{Forename: test.askedFirst, Surname: test.askedLast})
			found := Standardise(person.Person{Forename: test.foundFirst, MiddleName: test.foundMiddle, Surname: test.foundLast})
			score := m.Score(&asked, &found)
			if first, last := score.Level(Forename), score.Level(Surname); first != test.first || last != test.last {
				t.Errorf("levels %q and %q", m.levels[Forename][first].Level, m.levels[Surname][last].Level)
			}
		})
	}
}

func TestNINumbersAreComparedCharacterByCharacter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		asked, found string
		want         Level
	}{
		{"QQ123456C", "qq 12 34 56 c", NIExact},
		{"QQ123456", "QQ123456C", NINoSuffix},
		{"QQ124356C", "QQ123456C", NITransposed},
		{"QQ123459C", "QQ123456C", NIOneCharacter},
		{"QQ123456D", "QQ123456C", NIOneCharacter},
		{"QQ987654C", "QQ123456C", NIDifferent},
		{"1234A", "QQ123456C", NotCompared},
		{"OO123456C", "QQ123456C", NotCompared}, // administrative
	}
	for _, test := range tests {
		t.Run(test.asked, func(t *testing.T) {
			t.Parallel()
			asked := Standardise(person.Person{Identification: []person.Identifier{{Type: "NI", Value: test.asked}}})
			found := Standardise(person.Person{Identification: []person.Identifier{{Type: "NI", Value: test.found}}})
			o := compareNI(asked.NI, found.NI)
			if o.level != test.want {
				t.Errorf("level %d, want %d", o.level, test.want)
			}
			if o.level > NINoSuffix && o.found == "QQ123456C" {
				t.Error("a search with a typo reveals the right number")
			}
		})
	}
}

func TestAddressesAreComparedByTheirParts(t *testing.T) {
	t.Parallel()
	home := person.Address{Line1: "12 Orchard Road", Postcode: "E8 1EA", UPRN: "999900001234"}
	tests := []struct {
		name  string
		asked person.Address
		want  Level
	}{
		{"the property number", person.Address{UPRN: "999900001234"}, AddressUPRN},
		{"the same, abbreviated", person.Address{Line1: "12 Orchard Rd", Postcode: "e81ea"}, AddressHome},
		{"no postcode", person.Address{Line1: "12 Orchard Road"}, AddressStreet},
		{"the postcode a slip apart", person.Address{Line1: "12 Orchard Road", Postcode: "E8 1AE"}, AddressNearHome},
		{"the postcode alone", person.Address{Postcode: "E8 1EA"}, AddressPostcode},
		{"the postcode alone, two letters exchanged", person.Address{Postcode: "E8 1AE"}, AddressNearPostcode},
		{"a neighbour", person.Address{Line1: "14 Orchard Road", Postcode: "E8 1EA"}, AddressNeighbour},
		{"the street alone", person.Address{Line1: "Orchard Road"}, AddressPart},
		{"the outward half", person.Address{Line1: "99 Elsewhere Lane", Postcode: "E8 4ZZ"}, AddressOutward},
		{"another place", person.Address{Line1: "99 Elsewhere Lane", Postcode: "N16 5ZZ"}, AddressDifferent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			asked := Standardise(person.Person{Addresses: []person.Address{test.asked}})
			found := Standardise(person.Person{Addresses: []person.Address{{Type: person.PreviousAddress, Line1: "1 Former Close", Postcode: "E9 9ZZ"}, home}})
			best, _, _ := compareAddresses(asked.Addresses, found.Addresses)
			if got := best.level; got != test.want {
				t.Errorf("level %d, want %d", got, test.want)
			}
		})
	}
}

func TestEditDistanceCountsSlips(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"ada", "ada", 0}, {"ada", "adda", 1}, {"ada", "dad", 2}, {"example", "exampel", 1},
		{"example", "exmapel", 2}, {"example", "sample", 2}, {"example", "", 3}, {"abcdef", "fedcba", 3},
	}
	for _, test := range tests {
		if got := editDistance(test.a, test.b, 2); got != test.want {
			t.Errorf("%q to %q is %d, want %d", test.a, test.b, got, test.want)
		}
		if got := editDistance(test.b, test.a, 2); got != test.want {
			t.Errorf("%q to %q is %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
