package storagetest

import (
	"testing"

	"personindex/internal/generate"
	"personindex/person"
)

// Residents are n generated people, as a file of theirs would be read.
func Residents(tb testing.TB, n int) []person.Person {
	tb.Helper()
	var people []person.Person
	for r := range generate.Residents(generate.Options{N: n, Seed: 1}) {
		born, err := person.ParseDate(r.DateOfBirth)
		if err != nil {
			tb.Fatalf("a generated date of birth %v", err)
		}
		people = append(people, person.Person{
			Title: r.Title, Forename: r.Forename, PreferredForename: r.PreferredForename, MiddleName: r.MiddleName,
			Surname: r.Surname, PreferredSurname: r.PreferredSurname, DateOfBirth: born, Gender: r.Gender,
			PlaceOfBirth: r.PlaceOfBirth, Nationality: r.Nationality,
			Identification: given(r.NI, func(ni string) person.Identifier { return person.Identifier{Type: "NI", Value: ni} }),
			Addresses: given(r.Address.Line1, func(line1 string) person.Address {
				return person.Address{Line1: line1, Line2: r.Address.Line2, Town: r.Address.Town, Postcode: r.Address.Postcode, UPRN: r.Address.UPRN}
			}),
			Communication:   append(given(r.Email, contact("email")), given(r.Phone, contact("phone"))...),
			CrossReferences: []person.CrossReference{{System: "sample", Reference: r.ID}},
		})
	}
	return people
}

func given[T any](text string, entry func(string) T) []T {
	if text == "" {
		return nil
	}
	return []T{entry(text)}
}

func contact(channel string) func(string) person.Contact {
	return func(value string) person.Contact { return person.Contact{Channel: channel, Value: value} }
}
