package layout

import (
	"fmt"
	"regexp"
	"strings"

	"personindex/person"
)

// draft is a person being read, with the parts that become list entries.
type draft struct {
	person    person.Person
	reference string
	ni        string
	email     string
	phone     string
	mobile    string
	language  string
	kind      string
	address   person.Address
	post      person.Address
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
	if d.mobile != "" && d.mobile != d.phone {
		p.Communication = append(p.Communication, person.Contact{Channel: "phone", Value: d.mobile})
	}
	if d.language != "" {
		p.Languages = []person.Language{{Language: d.language}}
	}
	if d.kind != "" {
		p.PersonTypes = []string{d.kind}
	}
	if d.address != (person.Address{}) {
		p.Addresses = []person.Address{d.address}
	}
	if d.post != (person.Address{}) {
		d.post.Type = person.CorrespondenceAddress
		p.Addresses = append(p.Addresses, d.post)
	}
	if d.previous != (person.PreviousName{}) {
		p.PreviousNames = []person.PreviousName{d.previous}
	}
	return p
}

// covers names the fields of a person, as in the JSON, that a field of a map fills.
func covers(field string) string {
	switch field {
	case "ni":
		return "identification"
	case "email", "phone", "mobile":
		return "communication"
	case "language":
		return "languages"
	case "personType":
		return "personTypes"
	case "line1", "line2", "line3", "line4", "town", "postcode", "uprn":
		return "addresses"
	}
	switch {
	case strings.HasPrefix(field, "correspondence"):
		return "addresses"
	case strings.HasPrefix(field, "previous"):
		return "previousNames"
	}
	return field
}

// setters put the text of a column into the field it is mapped to.
var setters = map[string]func(*draft, string) error{
	"reference":              into(func(d *draft) *string { return &d.reference }),
	"title":                  into(func(d *draft) *string { return &d.person.Title }),
	"forename":               into(func(d *draft) *string { return &d.person.Forename }),
	"preferredForename":      into(func(d *draft) *string { return &d.person.PreferredForename }),
	"middleName":             into(func(d *draft) *string { return &d.person.MiddleName }),
	"surname":                into(func(d *draft) *string { return &d.person.Surname }),
	"preferredSurname":       into(func(d *draft) *string { return &d.person.PreferredSurname }),
	"previousForename":       into(func(d *draft) *string { return &d.previous.Forename }),
	"previousSurname":        into(func(d *draft) *string { return &d.previous.Surname }),
	"previousMiddleName":     into(func(d *draft) *string { return &d.previous.MiddleName }),
	"mobile":                 into(func(d *draft) *string { return &d.mobile }),
	"language":               into(func(d *draft) *string { return &d.language }),
	"personType":             into(func(d *draft) *string { return &d.kind }),
	"correspondenceLine1":    into(func(d *draft) *string { return &d.post.Line1 }),
	"correspondenceLine2":    into(func(d *draft) *string { return &d.post.Line2 }),
	"correspondenceLine3":    into(func(d *draft) *string { return &d.post.Line3 }),
	"correspondenceLine4":    into(func(d *draft) *string { return &d.post.Line4 }),
	"correspondenceTown":     into(func(d *draft) *string { return &d.post.Town }),
	"correspondencePostcode": into(func(d *draft) *string { return &d.post.Postcode }),
	"gender":                 into(func(d *draft) *string { return &d.person.Gender }),
	"placeOfBirth":           into(func(d *draft) *string { return &d.person.PlaceOfBirth }),
	"nationality":            into(func(d *draft) *string { return &d.person.Nationality }),
	"ethnicOrigin":           into(func(d *draft) *string { return &d.person.EthnicOrigin }),
	"ni":                     into(func(d *draft) *string { return &d.ni }),
	"email":                  into(func(d *draft) *string { return &d.email }),
	"phone":                  into(func(d *draft) *string { return &d.phone }),
	"line1":                  into(func(d *draft) *string { return &d.address.Line1 }),
	"line2":                  into(func(d *draft) *string { return &d.address.Line2 }),
	"line3":                  into(func(d *draft) *string { return &d.address.Line3 }),
	"line4":                  into(func(d *draft) *string { return &d.address.Line4 }),
	"town":                   into(func(d *draft) *string { return &d.address.Town }),
	"postcode":               into(func(d *draft) *string { return &d.address.Postcode }),
	"uprn":                   into(func(d *draft) *string { return &d.address.UPRN }),
	"restriction":            intoRestriction,
	"restrictionReason":      into(func(d *draft) *string { return &d.person.RestrictionReason }),
	"dateOfBirth":            intoDate(func(d *draft) *person.Date { return &d.person.DateOfBirth }),
	"dateOfDeath":            intoDate(func(d *draft) *person.Date { return &d.person.DateOfDeath }),
}

func into(field func(*draft) *string) func(*draft, string) error {
	return func(d *draft, value string) error {
		*field(d) = value
		return nil
	}
}

// intoRestriction reads how closely somebody is kept, in any case, with a space or a
// hyphen. Who has another word there is kept out: their address is not to stand open for
// a misspelling.
func intoRestriction(d *draft, value string) (err error) {
	d.person.Restriction, err = person.ParseRestriction(strings.ReplaceAll(strings.ToLower(value), " ", "-"))
	return err
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

// ColumnOf names the columns that a field of p came from, which was read by this
// map; field is as in the JSON, such as addresses[0].postcode. Of a field that
// came from none it returns the name itself.
func (m Map) ColumnOf(p person.Person, field string) string {
	if columns, ok := m[mappedName(p, field)]; ok {
		return bound{columns: columns}.name()
	}
	return field
}

// listed is a field of a list entry in the JSON.
var listed = regexp.MustCompile(`^(\w+)\[(\d+)\](?:\.(\w+))?$`)

// mappedName is what a map calls a field that the JSON calls field.
func mappedName(p person.Person, field string) string {
	parts := listed.FindStringSubmatch(field)
	if parts == nil {
		return field
	}
	first := parts[2] == "0"
	switch list, inner := parts[1], parts[3]; list {
	case "crossReferences":
		return "reference"
	case "identification":
		return "ni"
	case "languages":
		return "language"
	case "personTypes":
		return "personType"
	case "communication":
		for i, contact := range p.Communication {
			if parts[2] == fmt.Sprint(i) {
				return contactField(p, i, contact)
			}
		}
	case "previousNames":
		return "previous" + strings.ToUpper(inner[:min(1, len(inner))]) + inner[min(1, len(inner)):]
	case "addresses":
		if !first || len(p.Addresses) == 1 && p.Addresses[0].Type == person.CorrespondenceAddress {
			return "correspondence" + strings.ToUpper(inner[:min(1, len(inner))]) + inner[min(1, len(inner)):]
		}
		return inner
	}
	return field
}

// contactField is what a map calls the ith contact: the second phone is the mobile.
func contactField(p person.Person, i int, contact person.Contact) string {
	if contact.Channel == "phone" && i > 0 && p.Communication[i-1].Channel == "phone" {
		return "mobile"
	}
	return contact.Channel
}
