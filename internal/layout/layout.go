// Package layout reads people out of other systems' flat rows by a column map.
//
// A map says, for fields of a person, under which column a row holds them. The
// built-in map reads the flat form that `persons generate` writes.
package layout

import (
	_ "embed"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"personindex/person"
)

//go:embed flat.yaml
var flat []byte

// Map says where a row holds the fields of a person: the name of a field to the
// name of a column. A column within an object is written with a dot.
type Map map[string]string

// Flat returns the built-in map.
func Flat() Map {
	m, err := Read(strings.NewReader(string(flat)))
	if err != nil {
		panic(err) // the embedded file is tested
	}
	return m
}

// Read reads a map from YAML. The error names a field that no person has.
func Read(r io.Reader) (Map, error) {
	var m Map
	if err := yaml.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&m); err != nil {
		return nil, fmt.Errorf("read column map: %w", err)
	}
	for field := range m {
		if _, ok := setters[field]; !ok {
			return nil, fmt.Errorf("column map: no field is named %q; the fields are %s", field, strings.Join(Fields(), ", "))
		}
	}
	return m, nil
}

// Fields lists the fields that a map can name, sorted.
func Fields() []string { return slices.Sorted(maps.Keys(setters)) }

// Person reads one row, decoded from JSON or CSV. It returns the row's own
// reference besides, which may be empty. If a value cannot be read, the error is
// a person.FieldError naming the column, and the person has all else.
func (m Map) Person(row map[string]any) (p person.Person, reference string, err error) {
	var draft draft
	for _, field := range slices.Sorted(maps.Keys(m)) {
		value := lookUp(row, m[field])
		if value == "" {
			continue
		}
		if failed := setters[field](&draft, value); failed != nil && err == nil {
			err = person.FieldError{Field: m[field], Message: failed.Error()}
		}
	}
	return draft.finish(), draft.reference, err
}

// lookUp finds the text of a column, of which a dot leads into an object.
func lookUp(row map[string]any, column string) string {
	if value, ok := row[column]; ok {
		return text(value)
	}
	outer, inner, nested := strings.Cut(column, ".")
	if object, ok := row[outer].(map[string]any); nested && ok {
		return lookUp(object, inner)
	}
	return ""
}

func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case float64, bool:
		return fmt.Sprint(v)
	}
	return ""
}

// draft is a person being read, with the parts that become list entries.
type draft struct {
	person    person.Person
	reference string
	ni        string
	email     string
	phone     string
	address   person.Address
	previous  person.PreviousName
}

func (d *draft) finish() person.Person {
	p := d.person
	if d.ni != "" {
		p.Identification = []person.Identifier{{Type: "NI", Value: d.ni}}
	}
	if d.email != "" {
		p.Communication = append(p.Communication, person.Contact{Channel: "email", Value: d.email})
	}
	if d.phone != "" {
		p.Communication = append(p.Communication, person.Contact{Channel: "phone", Value: d.phone})
	}
	if d.address != (person.Address{}) {
		p.Addresses = []person.Address{d.address}
	}
	if d.previous != (person.PreviousName{}) {
		p.PreviousNames = []person.PreviousName{d.previous}
	}
	return p
}

// setters put the text of a column into the field it is mapped to.
var setters = map[string]func(*draft, string) error{
	"reference":         into(func(d *draft) *string { return &d.reference }),
	"title":             into(func(d *draft) *string { return &d.person.Title }),
	"forename":          into(func(d *draft) *string { return &d.person.Forename }),
	"preferredForename": into(func(d *draft) *string { return &d.person.PreferredForename }),
	"middleName":        into(func(d *draft) *string { return &d.person.MiddleName }),
	"surname":           into(func(d *draft) *string { return &d.person.Surname }),
	"preferredSurname":  into(func(d *draft) *string { return &d.person.PreferredSurname }),
	"previousForename":  into(func(d *draft) *string { return &d.previous.Forename }),
	"previousSurname":   into(func(d *draft) *string { return &d.previous.Surname }),
	"gender":            into(func(d *draft) *string { return &d.person.Gender }),
	"placeOfBirth":      into(func(d *draft) *string { return &d.person.PlaceOfBirth }),
	"nationality":       into(func(d *draft) *string { return &d.person.Nationality }),
	"ethnicOrigin":      into(func(d *draft) *string { return &d.person.EthnicOrigin }),
	"ni":                into(func(d *draft) *string { return &d.ni }),
	"email":             into(func(d *draft) *string { return &d.email }),
	"phone":             into(func(d *draft) *string { return &d.phone }),
	"line1":             into(func(d *draft) *string { return &d.address.Line1 }),
	"line2":             into(func(d *draft) *string { return &d.address.Line2 }),
	"line3":             into(func(d *draft) *string { return &d.address.Line3 }),
	"line4":             into(func(d *draft) *string { return &d.address.Line4 }),
	"town":              into(func(d *draft) *string { return &d.address.Town }),
	"postcode":          into(func(d *draft) *string { return &d.address.Postcode }),
	"uprn":              into(func(d *draft) *string { return &d.address.UPRN }),
	"dateOfBirth":       intoDate(func(d *draft) *person.Date { return &d.person.DateOfBirth }),
	"dateOfDeath":       intoDate(func(d *draft) *person.Date { return &d.person.DateOfDeath }),
}

func into(field func(*draft) *string) func(*draft, string) error {
	return func(d *draft, value string) error {
		*field(d) = value
		return nil
	}
}

// intoDate reads a date. Of one that no calendar has, the year and month are
// kept, or the year alone: registers hold such dates, and a year is still
// evidence.
func intoDate(field func(*draft) *person.Date) func(*draft, string) error {
	return func(d *draft, value string) (err error) {
		if *field(d), err = person.ParseDate(value); err == nil {
			return nil
		}
		digits := Digits(value)
		for _, part := range []person.Date{{Year: digits.Year, Month: digits.Month}, {Year: digits.Year}} {
			if readable, failed := person.ParseDate(part.Iso()); failed == nil {
				*field(d) = readable
				break
			}
		}
		return err
	}
}

// Digits reads a date without asking whether any calendar has it: 1956-13-05 is
// year 1956, month 13, day 5. It is for questions, which are compared digit by
// digit; text that is no date at all gives the unknown date.
func Digits(text string) person.Date {
	if d, err := person.ParseDate(text); err == nil {
		return d
	}
	var d person.Date
	if n, err := fmt.Sscanf(strings.TrimSpace(text), "%4d-%2d-%2d", &d.Year, &d.Month, &d.Day); err != nil || n != 3 || d.Year < 1000 {
		return person.Date{}
	}
	return d
}
