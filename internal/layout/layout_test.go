package layout

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
)

func TestARowBecomesAPerson(t *testing.T) {
	t.Parallel()
	row := map[string]any{
		"id": "R1", "forename": " Ada ", "surname": "Example", "dateOfBirth": "11/10/1989", "gender": "Female", "ni": "QQ123456C",
		"phone": "020 7946 0123", "email": nil, "unmapped": []any{1},
		"address": map[string]any{"line1": "12 Orchard Road", "postcode": "E8 1EA", "uprn": float64(12)},
	}
	p, reference, err := Flat().Person(row)
	if err != nil || reference != "R1" {
		t.Fatalf("reference %q, error %v", reference, err)
	}
	want := person.Person{
		Forename: "Ada", Surname: "Example", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}, Gender: "Female",
		Identification: []person.Identifier{{Type: "NI", Value: "QQ123456C"}},
		Communication:  []person.Contact{{Channel: "phone", Value: "020 7946 0123"}},
		Addresses:      []person.Address{{Line1: "12 Orchard Road", Postcode: "E8 1EA", UPRN: "12"}},
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAnotherSystemsColumnsAreMapped(t *testing.T) {
	t.Parallel()
	m, err := Read(strings.NewReader("forename: vornaam\nsurname: naam.achternaam\ndateOfBirth: geboren\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := m.Person(map[string]any{"vornaam": "Ada", "naam": map[string]any{"achternaam": "Example"}, "geboren": "1989"})
	if err != nil || p.Forename != "Ada" || p.Surname != "Example" || p.DateOfBirth.Iso() != "1989" {
		t.Errorf("person is %q %q born %s, error %v", p.Forename, p.Surname, p.DateOfBirth.Iso(), err)
	}
}

func TestAMapThatNamesNoFieldIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"forname: x", "- a", ""} {
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestOfAnImpossibleDateWhatMakesSenseIsKept(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"1956-02-31": "1956-02", "1956-13-05": "1956", "yesterday": "", "0012-01-01": ""} {
		p, _, err := Flat().Person(map[string]any{"dateOfBirth": text, "surname": "Example"})
		var field person.FieldError
		if !errors.As(err, &field) || field.Field != "dateOfBirth" || strings.Contains(err.Error(), text) {
			t.Errorf("%q: error is %v", text, err)
		}
		if p.DateOfBirth.Iso() != want || p.Surname != "Example" {
			t.Errorf("%q is kept as %q, want %q", text, p.DateOfBirth.Iso(), want)
		}
	}
}

func TestTheDigitsOfAnImpossibleDateAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]person.Date{
		"1989-10-11": {Year: 1989, Month: 10, Day: 11},
		"1956-13-05": {Year: 1956, Month: 13, Day: 5},
		"1974-01-64": {Year: 1974, Month: 1, Day: 64},
		"11/10/1989": {Year: 1989, Month: 10, Day: 11},
		"never":      {},
		"":           {},
	} {
		if got := Digits(text); got != want {
			t.Errorf("%q is read as %s", text, got.Iso())
		}
	}
}
