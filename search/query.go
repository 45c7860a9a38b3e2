package search

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"personindex/match"
	"personindex/normalise"
	"personindex/person"
)

// The limits of a query, in characters and in people.
const (
	maxCriterion = 200
	maxQ         = 500
	maxLimit     = 50
	defaultLimit = 10
)

// Query is what somebody knows of the resident they look for. All criteria are
// optional, but one must be given.
type Query struct {
	Q               string      `json:"q,omitempty" doc:"Anything known, in any order: names, a date, a postcode, an address, an NI number, a phone number or an e-mail address."`
	FirstName       string      `json:"firstName,omitempty" doc:"First, middle or preferred name, as heard."`
	LastName        string      `json:"lastName,omitempty" doc:"Present, preferred or former surname, as heard."`
	DateOfBirth     person.Date `json:"dateOfBirth,omitzero" doc:"As 1989-10-11, 11/10/1989, 11 Oct 1989, 11101989, 10/1989, 1989-10 or 1989."`
	Address         string      `json:"address,omitempty" doc:"House number, street and whatever else is known, in one line."`
	NI              string      `json:"ni,omitempty" doc:"National Insurance number; the suffix may be left out."`
	Postcode        string      `json:"postcode,omitempty" doc:"Whole, or only its first half."`
	UPRN            string      `json:"uprn,omitempty" doc:"Unique property reference number."`
	Email           string      `json:"email,omitempty" doc:"Whole."`
	Phone           string      `json:"phone,omitempty" doc:"With its area code."`
	Gender          string      `json:"gender,omitempty" doc:"F, M or other, or in words."`
	IncludeDeceased bool        `json:"includeDeceased,omitempty" doc:"Whether people who have died are shown."`
	Limit           int         `json:"limit,omitempty" minimum:"1" maximum:"50" doc:"People shown at most; 10 where not given."`
}

// String is which criteria were asked, never what: it may go into a log.
func (q Query) String() string {
	var asked []string
	for name, text := range q.texts() {
		if text != "" {
			asked = append(asked, name)
		}
	}
	if !q.DateOfBirth.IsZero() {
		asked = append(asked, "dateOfBirth")
	}
	slices.Sort(asked)
	return strings.Join(asked, ",")
}

// Format keeps what was asked out of formatted text, whatever the verb.
func (q Query) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, q.String()) }

func (q Query) texts() map[string]string {
	return map[string]string{
		"q": q.Q, "firstName": q.FirstName, "lastName": q.LastName, "address": q.Address, "ni": q.NI,
		"postcode": q.Postcode, "uprn": q.UPRN, "email": q.Email, "phone": q.Phone, "gender": q.Gender,
	}
}

// Validate returns a *person.ValidationError that names every criterion that
// cannot be read and says what would be, or nil. A criterion that was given and
// cannot be read must never count as one that was not given: the officer would
// take the answer for an answer to what was asked.
func (q Query) Validate() error {
	var fields []person.FieldError
	bad := func(field, message string) {
		fields = append(fields, person.FieldError{Field: field, Message: message})
	}
	given := !q.DateOfBirth.IsZero()
	for name, text := range q.texts() {
		given = given || strings.TrimSpace(text) != ""
		limit := maxCriterion
		if name == "q" {
			limit = maxQ
		}
		switch {
		case utf8.RuneCountInString(text) > limit:
			bad(name, fmt.Sprintf("must be at most %d characters", limit))
		case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
			bad(name, "must be valid UTF-8 without NUL")
		case strings.TrimSpace(text) != "":
			if message := unreadable(name, text); message != "" {
				bad(name, message)
			}
		}
	}
	slices.SortFunc(fields, func(a, b person.FieldError) int { return strings.Compare(a.Field, b.Field) })
	if !given {
		bad("", "at least one criterion must be given: q, firstName, lastName, dateOfBirth, address, ni, postcode, uprn, email, phone or gender")
	}
	if q.Limit < 0 || q.Limit > maxLimit {
		bad("limit", fmt.Sprintf("must lie between 1 and %d", maxLimit))
	}
	if len(fields) > 0 {
		return &person.ValidationError{Fields: fields}
	}
	return nil
}

// unreadable says what a criterion must look like, or "" if it does.
func unreadable(name, text string) string {
	switch name {
	case "ni":
		if normalise.ParseNI(text).Kind == normalise.NINone {
			return "must be a National Insurance number: two letters, six digits and perhaps a letter"
		}
	case "email":
		if normalise.Email(text) == "" {
			return "must be an e-mail address"
		}
	case "phone":
		if normalise.Phone(text) == "" {
			return "must be a phone number, with its area code"
		}
	case "gender":
		if normalise.Gender(text) == "" {
			return "must be F, M or other"
		}
	case "uprn":
		if strings.Trim(text, "0123456789") != "" || len(text) > 12 {
			return "must be 1 to 12 digits"
		}
	case "firstName", "lastName", "postcode", "address":
		if normalise.Fold(text) == "" {
			return "must contain a letter or digit"
		}
	}
	return ""
}

// limit is how many people are shown at most.
func (q Query) limit() int {
	if q.Limit == 0 {
		return defaultLimit
	}
	return q.Limit
}

// wanted is the question as somebody with this clearance asks it.
func (q Query) wanted(clearance person.Restriction) Wanted {
	return Wanted{Record: q.Record(), IncludeDeceased: q.IncludeDeceased, Clearance: clearance}
}

// Record is the query in the standard form of people on file: a person of whom
// only this is known. What is found in Q fills criteria that are not given.
func (q Query) Record() match.Record {
	q = q.withBox()
	asked := person.Person{
		Forename:    q.FirstName,
		Surname:     q.LastName,
		DateOfBirth: q.DateOfBirth,
		Gender:      q.Gender,
	}
	if q.Address != "" || q.Postcode != "" || q.UPRN != "" {
		asked.Addresses = []person.Address{{Line1: q.Address, Postcode: q.Postcode, UPRN: q.UPRN}}
	}
	if q.NI != "" {
		asked.Identification = []person.Identifier{{Type: "NI", Value: q.NI}}
	}
	for channel, value := range map[string]string{"email": q.Email, "phone": q.Phone} {
		if value != "" {
			asked.Communication = append(asked.Communication, person.Contact{Channel: channel, Value: value})
		}
	}
	return match.Standardise(asked)
}
