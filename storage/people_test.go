package storage_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"personindex/person"
	"personindex/storage"
)

// cleared is the clearance of those who see all people.
const cleared = person.VeryRestricted

// clerk makes the changes of these tests.
var clerk = storage.Change{Actor: "clerk", Clearance: cleared, RequestID: "r-1", Reason: "a test"}

// ada says something in every field.
func ada() person.Person {
	return person.Person{
		Title: "Ms", Forename: "Ada", PreferredForename: "Addie", MiddleName: "May", Surname: "Example", PreferredSurname: "Exampel",
		PreviousNames: []person.PreviousName{{Forename: "Ada", Surname: "Sample", From: date("1989-10"), To: date("2011-05-07")}},
		DateOfBirth:   date("1989-10-11"), PlaceOfBirth: "Rabat", Nationality: "Moroccan", Gender: "F", EthnicOrigin: "Arab",
		Identification: []person.Identifier{
			{Type: "NI", Value: "QQ 12 34 56 C", OriginalDocumentSeen: true, LinkToDocument: "link"},
			{Type: "passport", Value: "A11111"},
		},
		Languages:                 []person.Language{{Language: "French"}, {Language: "English", IsPrimary: true}},
		Communication:             []person.Contact{{Channel: "email", Value: "ada@example.org"}, {Channel: "phone", Value: "07700 900000"}},
		CommunicationRequirements: []string{"sign language", "interpreter needed"},
		Addresses: []person.Address{
			{Line1: "Flat 2", Line2: "1 Test Street", Line3: "Estate", Line4: "Ward", Town: "London", Postcode: "E8 1AA", UPRN: "100021", From: date("2020")},
			{Type: person.PreviousAddress, Line1: "9 Old Road", Town: "Leeds", To: date("2019-12")},
		},
		CrossReferences: []person.CrossReference{{System: "housing", Reference: "H-9"}, {System: "council tax", Reference: "12"}},
		PersonTypes:     []string{"resident", "leaseholder"},
		Relations:       []person.Relation{{PersonID: "p-2", Type: "mother"}, {Name: "Grace Example", Type: "emergency contact"}},
		DateOfDeath:     date("2024"),
	}
}

// named is a person with two names and nothing else.
func named(forename, surname string) person.Person {
	return person.Person{Forename: forename, Surname: surname}
}

func date(text string) person.Date {
	d, err := person.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// create adds a person who must not be refused.
func create(tb testing.TB, s *storage.Store, p person.Person) person.Person {
	tb.Helper()
	created, err := s.Create(tb.Context(), clerk, p, nil)
	if err != nil {
		tb.Fatalf("create: %v", err)
	}
	return created
}

// diff compares people but for the times, of which tests do not speak.
func diff(want, got any) string {
	return cmp.Diff(want, got, cmpopts.IgnoreFields(person.Person{}, "CreatedAt", "UpdatedAt"), cmpopts.EquateComparable(person.Date{}))
}

// awkward draws text that software tends to spoil: quotes, backslashes, scripts
// of both directions, combining marks, characters beyond the basic plane.
func awkward(limit int) *rapid.Generator[string] {
	rare := rapid.SampledFrom([]rune("'\"\\%_$@{}[]<>&;\u00a0\u2028\ufeff\ufffd\u200d\u0301ıßﬁŁ𝒜😀ৎعبد"))
	runes := rapid.OneOf(rapid.Rune(), rare, rapid.RuneFrom([]rune("abcXYZ -'")))
	return rapid.StringOfN(runes.Filter(func(r rune) bool { return !unicode.IsControl(r) }), 0, limit, -1)
}

// said draws awkward text that says something.
func said(limit int) *rapid.Generator[string] {
	return awkward(limit).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
}

func anyDate() *rapid.Generator[person.Date] {
	return rapid.Custom(func(t *rapid.T) person.Date {
		year, month, day := rapid.IntRange(1000, 2020).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day")
		return rapid.SampledFrom([]person.Date{{}, {Year: year}, {Year: year, Month: month}, {Year: year, Month: month, Day: day}}).Draw(t, "date")
	})
}

func few[T any](entry *rapid.Generator[T]) *rapid.Generator[[]T] {
	return rapid.SliceOfN(entry, 0, 3)
}

// anyPerson draws people whom validation allows, in no way likely ones.
func anyPerson() *rapid.Generator[person.Person] {
	return rapid.Custom(func(t *rapid.T) person.Person {
		text := func(label string) string { return awkward(person.MaxText).Draw(t, label) }
		line := func(label string) string { return awkward(person.MaxLine).Draw(t, label) }
		p := person.Person{
			Title: text("title"), Forename: text("forename"), PreferredForename: text("preferredForename"), MiddleName: text("middleName"),
			Surname: said(person.MaxText).Draw(t, "surname"), PreferredSurname: text("preferredSurname"), PlaceOfBirth: text("placeOfBirth"),
			Nationality: text("nationality"), Gender: text("gender"), EthnicOrigin: text("ethnicOrigin"),
			DateOfBirth: anyDate().Draw(t, "dateOfBirth"), DateOfDeath: anyDate().Draw(t, "dateOfDeath"),
			CommunicationRequirements: few(said(person.MaxLine)).Draw(t, "communicationRequirements"),
			PersonTypes:               few(said(person.MaxText)).Draw(t, "personTypes"),
		}
		p.PreviousNames = few(rapid.Custom(func(*rapid.T) person.PreviousName {
			return person.PreviousName{Forename: text("forename"), MiddleName: text("middleName"), Surname: text("surname"), From: anyDate().Draw(t, "from"), To: anyDate().Draw(t, "to")}
		})).Draw(t, "previousNames")
		p.Identification = few(rapid.Custom(func(*rapid.T) person.Identifier {
			kind := rapid.OneOf(rapid.Just("NI"), said(20)).Draw(t, "type")
			return person.Identifier{Type: kind, Value: text("value"), OriginalDocumentSeen: rapid.Bool().Draw(t, "seen"), LinkToDocument: line("link")}
		})).Draw(t, "identification")
		p.Languages = few(rapid.Custom(func(*rapid.T) person.Language {
			return person.Language{Language: text("language"), IsPrimary: rapid.Bool().Draw(t, "primary")}
		})).Draw(t, "languages")
		p.Communication = few(rapid.Custom(func(*rapid.T) person.Contact {
			return person.Contact{Channel: text("channel"), Value: line("value")}
		})).Draw(t, "communication")
		p.Addresses = few(rapid.Custom(func(*rapid.T) person.Address {
			return person.Address{
				Type:  rapid.SampledFrom([]person.AddressType{"", person.CurrentAddress, person.PreviousAddress, person.CorrespondenceAddress}).Draw(t, "type"),
				Line1: line("line1"), Line2: line("line2"), Line3: line("line3"), Line4: line("line4"), Town: line("town"),
				Postcode: text("postcode"), UPRN: rapid.StringMatching(`[0-9]{0,12}`).Draw(t, "uprn"), From: anyDate().Draw(t, "from"), To: anyDate().Draw(t, "to"),
			}
		})).Draw(t, "addresses")
		p.Relations = few(rapid.Custom(func(*rapid.T) person.Relation {
			return person.Relation{Name: text("name"), Type: text("type")}
		})).Draw(t, "relations")
		for i := range rapid.IntRange(0, 3).Draw(t, "references") {
			p.CrossReferences = append(p.CrossReferences, person.CrossReference{
				System: said(person.MaxText).Draw(t, "system"), Reference: fmt.Sprintf("%d %s", i, awkward(person.MaxText-2).Draw(t, "reference")),
			})
		}
		return p
	})
}
