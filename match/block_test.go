package match

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"personindex/person"
)

// ada is on file; the tests ask about her with one thing wrong.
func ada() person.Person {
	return person.Person{
		Forename: "Adaline", MiddleName: "Ruth", Surname: "Hawthorne", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11},
		Identification: []person.Identifier{{Type: "NI", Value: "QQ123456C"}},
		Addresses:      []person.Address{{Line1: "12 Orchard Road", Postcode: "E8 1EA", UPRN: "999900001234"}},
		Communication:  []person.Contact{{Channel: "phone", Value: "020 7946 0123"}, {Channel: "email", Value: "ada@example.org"}},
	}
}

func TestAPersonIsACandidateWithAnyOneThingWrong(t *testing.T) {
	t.Parallel()
	names := person.Person{Forename: "Adaline", Surname: "Hawthorne"}
	dated := func(p person.Person, year, month, day int) person.Person {
		p.DateOfBirth = person.Date{Year: year, Month: month, Day: day}
		return p
	}
	lives := func(p person.Person, line, postcode string) person.Person {
		p.Addresses = []person.Address{{Line1: line, Postcode: postcode}}
		return p
	}
	ni := func(value string) person.Person {
		return person.Person{Identification: []person.Identifier{{Type: "NI", Value: value}}}
	}
	tests := []struct {
		name  string
		asked person.Person
	}{
		{"nothing wrong", ada()},
		{"names alone", names},
		{"names swapped", person.Person{Forename: "Hawthorne", Surname: "Adaline"}},
		{"one name alone", person.Person{Surname: "Hawthorne"}},
		{"one name alone, misheard", person.Person{Surname: "Hawthorn"}},
		{"first name misheard, names alone", person.Person{Forename: "Atalime", Surname: "Hawthorne"}},
		{"surname misspelt at its end, names alone", person.Person{Forename: "Adaline", Surname: "Hawthonre"}},
		{"surname misspelt at its beginning, names alone", person.Person{Forename: "Adaline", Surname: "Wahthorne"}},
		{"initial only", person.Person{Forename: "A", Surname: "Hawthorne"}},
		{"middle name as first", person.Person{Forename: "Ruth", Surname: "Hawthorne"}},
		{"surname changed by marriage", dated(person.Person{Forename: "Adaline", Surname: "Other"}, 1989, 10, 11)},
		{"both names wrong, date right", dated(person.Person{Forename: "Xena", Surname: "Other"}, 1989, 10, 11)},
		{"day and month swapped", dated(person.Person{Surname: "Hawthorne"}, 1989, 11, 10)},
		{"day and month swapped, no name right", dated(person.Person{Surname: "Other"}, 1989, 11, 10)},
		{"one digit of the day wrong", dated(person.Person{Surname: "Hawthorne"}, 1989, 10, 17)},
		{"one digit of the year wrong", dated(person.Person{Surname: "Hawthorne"}, 1969, 10, 11)},
		{"year of birth only", dated(person.Person{Forename: "Adaline"}, 1989, 0, 0)},
		{"a moved person", lives(names, "99 Elsewhere Lane", "N16 5ZZ")},
		{"postcode wrong, street and number right", lives(person.Person{Surname: "Other"}, "12 Orchard Rd", "E9 9ZZ")},
		{"postcode and number alone", lives(person.Person{}, "12", "E8 1EA")},
		{"postcode alone", lives(person.Person{}, "", "e81ea")},
		{"NI number alone", ni("qq 12 34 56")},
		{"NI number, a digit wrong", ni("QQ123457C")},
		{"NI number, digits transposed within a pair", ni("QQ213456C")},
		{"NI number, digits transposed across pairs", ni("QQ132456C")},
		{"phone alone", person.Person{Communication: []person.Contact{{Channel: "mobile", Value: "+44 20 7946 0123"}}}},
		{"e-mail alone", person.Person{Communication: []person.Contact{{Channel: "email", Value: "ADA@example.org"}}}},
		{"UPRN alone", person.Person{Addresses: []person.Address{{UPRN: "999900001234"}}}},
	}
	filed := values(BlockingKeys(Standardise(ada())))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, key := range values(ProbeKeys(Standardise(test.asked))) {
				if slices.Contains(filed, key) {
					return
				}
			}
			t.Error("no blocking key is shared")
		})
	}
}

func TestAnNINumberWithALetterWrongSharesItsDigits(t *testing.T) {
	t.Parallel()
	filed := values(BlockingKeys(Record{NI: []NI{{Number: "QQ123456"}}}))
	probed := values(ProbeKeys(Record{NI: []NI{{Number: "QZ123456"}}}))
	if !share(filed, probed) {
		t.Errorf("filed %v, looked for %v", filed, probed)
	}
}

func TestAYearOrAnInitialAloneMakesNoCandidates(t *testing.T) {
	t.Parallel()
	for _, p := range []person.Person{
		{DateOfBirth: person.Date{Year: 1989}},
		{Forename: "A"},
		{Gender: "F"},
		{DateOfBirth: person.Date{Year: 1989, Month: 1, Day: 1}},
		{},
	} {
		if keys := ProbeKeys(Standardise(p)); len(keys) > 0 {
			t.Errorf("keys that a large part of a register shares: %v", keys)
		}
	}
}

func TestOnlyContactKeysAreMarkedSo(t *testing.T) {
	t.Parallel()
	for _, key := range BlockingKeys(Standardise(ada())) {
		kind, _, _ := strings.Cut(key.Value, "|")
		contact := slices.Contains([]string{"ph", "em", "up", "pc", "pn", "pu", "su"}, kind)
		if key.Contact != contact {
			t.Errorf("%s is marked %t: some people may not be found by where they live", key.Value, key.Contact)
		}
	}
}

func TestKeysAreBoundedAndUnique(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := anyPerson().Draw(t, "person")
		keys := BlockingKeys(Standardise(p))
		if len(keys) > maxKeys {
			t.Fatalf("%d keys", len(keys))
		}
		seen := map[string]bool{}
		for _, key := range keys {
			if seen[key.Value] || len(key.Value) > 120 {
				t.Fatalf("key %q stands twice or is too long", key.Value)
			}
			seen[key.Value] = true
		}
	})
}

func TestEverybodySharesEveryKeyWithThemselves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		record := Standardise(anyPerson().Draw(t, "person"))
		probed := values(ProbeKeys(record))
		for _, key := range values(BlockingKeys(record)) {
			if !slices.Contains(probed, key) && !strings.HasPrefix(key, "v|") && len(probed) < maxKeys {
				t.Fatalf("key %q is filed and not looked for", key)
			}
		}
	})
}

func values(keys []BlockingKey) []string {
	texts := make([]string, len(keys))
	for i, key := range keys {
		texts[i] = key.Value
	}
	return texts
}

// anyPerson draws people with plausible and with awkward values.
func anyPerson() *rapid.Generator[person.Person] {
	name := rapid.OneOf(
		rapid.SampledFrom([]string{"", "Ada", "Mary Jane", "van der Example", "O'Example", "Nguyễn", "Example-Sample", "A", "\u202eadA", "🙂"}),
		rapid.StringN(0, 30, 60),
	)
	return rapid.Custom(func(t *rapid.T) person.Person {
		p := person.Person{
			Forename: name.Draw(t, "forename"), PreferredForename: name.Draw(t, "preferred"), MiddleName: name.Draw(t, "middle"),
			Surname: name.Draw(t, "surname"), Gender: rapid.SampledFrom([]string{"", "F", "Male", "other"}).Draw(t, "gender"),
			PreviousNames: []person.PreviousName{{Surname: name.Draw(t, "previous")}},
			Addresses: []person.Address{{
				Line1:    rapid.OneOf(rapid.SampledFrom([]string{"", "12 Example Road", "Flat 3, Sample House"}), rapid.StringN(0, 30, 60)).Draw(t, "line"),
				Town:     rapid.OneOf(rapid.SampledFrom([]string{"", "London", "Nether Wallop"}), rapid.StringN(0, 20, 40)).Draw(t, "town"),
				Postcode: rapid.SampledFrom([]string{"", "E8 1EA", "4223"}).Draw(t, "postcode"),
			}},
			Identification: []person.Identifier{{Type: "NI", Value: rapid.SampledFrom([]string{"QQ123456C", "1234A", "QQ654321"}).Draw(t, "ni")}},
		}
		if rapid.Bool().Draw(t, "born") {
			p.DateOfBirth = person.Date{Year: rapid.IntRange(1900, 2020).Draw(t, "year"), Month: rapid.IntRange(1, 12).Draw(t, "month"), Day: rapid.IntRange(1, 28).Draw(t, "day")}
		}
		return p
	})
}
