package person

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The limits of a record. They are wide enough for any real person and keep one
// hostile record from costing what a thousand honest ones do.
const (
	MaxText  = 200 // characters of a name or other short text
	MaxLine  = 300 // characters of an address line, contact or document link
	MaxItems = 50  // entries of a list
	maxUPRN  = 12  // digits, by the national standard
)

// Rules are the council's own limits on top of the common ones.
type Rules struct {
	// PersonTypes are the types a person may have; empty allows any.
	PersonTypes []string
}

var (
	idForm   = regexp.MustCompile(`^[A-Za-z0-9\-_.=~]{1,64}$`)
	uprnForm = regexp.MustCompile(`^[0-9]{1,12}$`)
)

// ParseID reads an id that a caller chose. It refuses `.`, `..` and `search`,
// which mean something else in a URL.
func ParseID(text string) (ID, error) {
	if !idForm.MatchString(text) || text == "." || text == ".." || text == "search" {
		return "", FieldError{"id", "must be 1 to 64 letters, digits or any of -_.=~ and not ., .. or search"}
	}
	return ID(text), nil
}

// Validate returns a *ValidationError with everything wrong with p, in the
// order of its fields, or nil. now bounds dates, which may not lie ahead.
func (p Person) Validate(rules Rules, now time.Time) error {
	c := &checker{now: now}
	p.checkTexts(c)
	p.checkNames(c)
	p.checkDates(c)
	p.checkIdentification(c)
	p.checkContacts(c)
	p.checkAddresses(c)
	p.checkTies(c, rules)
	p.checkRestriction(c)
	if len(c.fields) == 0 && p.empty() {
		c.add("", "at least one field must be given")
	}
	if len(c.fields) > 0 {
		return &ValidationError{c.fields}
	}
	return nil
}

// empty reports whether p says nothing about anybody.
func (p Person) empty() bool {
	texts := []string{p.Title, p.Forename, p.PreferredForename, p.MiddleName, p.Surname, p.PreferredSurname,
		p.PlaceOfBirth, p.Nationality, p.Gender, p.EthnicOrigin}
	lists := len(p.PreviousNames) + len(p.Identification) + len(p.Languages) + len(p.Communication) +
		len(p.CommunicationRequirements) + len(p.Addresses) + len(p.CrossReferences) + len(p.PersonTypes) + len(p.Relations)
	return strings.TrimSpace(strings.Join(texts, "")) == "" && lists == 0 && p.DateOfBirth.IsZero() && p.DateOfDeath.IsZero()
}

func (p Person) checkTexts(c *checker) {
	c.text("title", p.Title, MaxText)
	c.text("forename", p.Forename, MaxText)
	c.text("preferredForename", p.PreferredForename, MaxText)
	c.text("middleName", p.MiddleName, MaxText)
	c.text("surname", p.Surname, MaxText)
	c.text("preferredSurname", p.PreferredSurname, MaxText)
	c.text("placeOfBirth", p.PlaceOfBirth, MaxText)
	c.text("nationality", p.Nationality, MaxText)
	c.text("gender", p.Gender, MaxText)
	c.text("ethnicOrigin", p.EthnicOrigin, MaxText)
}

func (p Person) checkNames(c *checker) {
	c.items("previousNames", len(p.PreviousNames))
	for i, n := range p.PreviousNames {
		at := fmt.Sprintf("previousNames[%d]", i)
		c.text(at+".forename", n.Forename, MaxText)
		c.text(at+".middleName", n.MiddleName, MaxText)
		c.text(at+".surname", n.Surname, MaxText)
		c.period(at, n.From, n.To)
		if n.Forename+n.MiddleName+n.Surname == "" {
			c.add(at, "must have a forename, middleName or surname")
		}
	}
}

func (p Person) checkDates(c *checker) {
	c.past("dateOfBirth", p.DateOfBirth)
	c.past("dateOfDeath", p.DateOfDeath)
	if p.DateOfBirth.Full() && p.DateOfDeath.Full() && p.DateOfDeath.Earliest().Before(p.DateOfBirth.Earliest()) {
		c.add("dateOfDeath", "must not be before dateOfBirth")
	}
}

func (p Person) checkIdentification(c *checker) {
	c.items("identification", len(p.Identification))
	for i, id := range p.Identification {
		at := fmt.Sprintf("identification[%d]", i)
		c.required(at+".type", id.Type, MaxText)
		c.required(at+".value", id.Value, MaxText)
		c.text(at+".linkToDocument", id.LinkToDocument, MaxLine)
	}
}

func (p Person) checkContacts(c *checker) {
	primary := 0
	c.items("languages", len(p.Languages))
	for i, l := range p.Languages {
		c.required(fmt.Sprintf("languages[%d].language", i), l.Language, MaxText)
		if l.IsPrimary {
			primary++
		}
	}
	if primary > 1 {
		c.add("languages", "must have at most one primary language")
	}
	c.items("communication", len(p.Communication))
	for i, m := range p.Communication {
		c.required(fmt.Sprintf("communication[%d].channel", i), m.Channel, MaxText)
		c.required(fmt.Sprintf("communication[%d].value", i), m.Value, MaxLine)
	}
	c.items("communicationRequirements", len(p.CommunicationRequirements))
	for i, r := range p.CommunicationRequirements {
		c.required(fmt.Sprintf("communicationRequirements[%d]", i), r, MaxLine)
	}
}

func (p Person) checkAddresses(c *checker) {
	c.items("addresses", len(p.Addresses))
	for i, a := range p.Addresses {
		at := fmt.Sprintf("addresses[%d]", i)
		switch a.Type {
		case "", CurrentAddress, PreviousAddress, CorrespondenceAddress:
		default:
			c.add(at+".type", "must be current, previous or correspondence")
		}
		c.text(at+".line1", a.Line1, MaxLine)
		c.text(at+".line2", a.Line2, MaxLine)
		c.text(at+".line3", a.Line3, MaxLine)
		c.text(at+".line4", a.Line4, MaxLine)
		c.text(at+".town", a.Town, MaxLine)
		c.text(at+".postcode", a.Postcode, MaxText)
		if a.UPRN != "" && !uprnForm.MatchString(a.UPRN) {
			c.add(at+".uprn", fmt.Sprintf("must be 1 to %d digits", maxUPRN))
		}
		if a.Line1+a.Line2+a.Line3+a.Line4+a.Town+a.Postcode+a.UPRN == "" {
			c.add(at, "must have a line, town, postcode or uprn")
		}
		c.period(at, a.From, a.To)
	}
}

func (p Person) checkTies(c *checker, rules Rules) {
	c.items("crossReferences", len(p.CrossReferences))
	seen := map[CrossReference]bool{}
	for i, x := range p.CrossReferences {
		at := fmt.Sprintf("crossReferences[%d]", i)
		c.required(at+".system", x.System, MaxText)
		c.required(at+".reference", x.Reference, MaxText)
		if seen[x] {
			c.add(at, "is given twice")
		}
		seen[x] = true
	}
	c.items("personTypes", len(p.PersonTypes))
	for i, t := range p.PersonTypes {
		at := fmt.Sprintf("personTypes[%d]", i)
		c.required(at, t, MaxText)
		if !rules.allow(t) {
			c.add(at, "must be one of "+strings.Join(rules.PersonTypes, ", "))
		}
	}
	c.items("relations", len(p.Relations))
	for i, r := range p.Relations {
		at := fmt.Sprintf("relations[%d]", i)
		c.required(at+".type", r.Type, MaxText)
		c.text(at+".name", r.Name, MaxText)
		if (r.PersonID == "") == (r.Name == "") {
			c.add(at, "must have either personId or name")
		} else if r.PersonID != "" && !idForm.MatchString(string(r.PersonID)) {
			c.add(at+".personId", "must be the id of a person")
		}
	}
}

func (p Person) checkRestriction(c *checker) {
	c.text("restrictionReason", p.RestrictionReason, MaxLine)
	if p.Restriction == Unrestricted && p.RestrictionReason != "" {
		c.add("restrictionReason", "must go with a restriction")
	}
}

func (r Rules) allow(personType string) bool {
	for _, t := range r.PersonTypes {
		if strings.EqualFold(t, personType) {
			return true
		}
	}
	return len(r.PersonTypes) == 0
}

// checker gathers field errors in the order in which they are found.
type checker struct {
	now    time.Time
	fields []FieldError
}

func (c *checker) add(field, message string) {
	// A hostile record can hold more errors than anybody reads.
	if len(c.fields) < 100 {
		c.fields = append(c.fields, FieldError{field, message})
	}
}

func (c *checker) items(field string, n int) {
	if n > MaxItems {
		c.add(field, fmt.Sprintf("must have at most %d entries", MaxItems))
	}
}

func (c *checker) required(field, value string, limit int) {
	if strings.TrimSpace(value) == "" {
		c.add(field, "must be given")
		return
	}
	c.text(field, value, limit)
}

func (c *checker) text(field, value string, limit int) {
	switch {
	case !utf8.ValidString(value):
		c.add(field, "must be valid UTF-8")
	case utf8.RuneCountInString(value) > limit:
		c.add(field, fmt.Sprintf("must be at most %d characters", limit))
	case strings.ContainsFunc(value, unicode.IsControl):
		// NUL cannot be stored at all, and the others only serve to deceive.
		c.add(field, "must not contain control characters")
	}
}

func (c *checker) past(field string, d Date) {
	if d.Earliest().After(c.now) {
		c.add(field, "must not be in the future")
	}
}

func (c *checker) period(at string, from, to Date) {
	if from.Full() && to.Full() && to.Earliest().Before(from.Earliest()) {
		c.add(at+".to", "must not be before from")
	}
}
