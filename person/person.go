// Package person is the domain: the one record a council keeps of a resident,
// and the errors that keeping it can meet.
//
// It knows no database, no index and no HTTP. It validates what it is given and
// changes nothing it is given: what an officer typed is kept as typed.
package person

import (
	"log/slog"
	"time"
)

// ID names one person for ever. It is 1-64 of letters, digits and `-_.=~`: a
// UUIDv7 where this service made it, a caller's own text otherwise. An ID is
// never reused, not even after erasure.
type ID string

// Person is the golden record: the values the council holds to be true of one
// resident. Any field may be empty, which means unknown, but not all of them.
//
// ID, Version, CreatedAt, UpdatedAt and Links are set by the service; what a
// caller sends in them is ignored.
type Person struct {
	ID                        ID               `json:"id"`
	Title                     string           `json:"title"`
	Forename                  string           `json:"forename"`
	PreferredForename         string           `json:"preferredForename"`
	MiddleName                string           `json:"middleName"`
	Surname                   string           `json:"surname"`
	PreferredSurname          string           `json:"preferredSurname"`
	PreviousNames             []PreviousName   `json:"previousNames"`
	DateOfBirth               Date             `json:"dateOfBirth,omitzero"`
	PlaceOfBirth              string           `json:"placeOfBirth"`
	Nationality               string           `json:"nationality"`
	Gender                    string           `json:"gender"`
	EthnicOrigin              string           `json:"ethnicOrigin"`
	Identification            []Identifier     `json:"identification"`
	Languages                 []Language       `json:"languages"`
	Communication             []Contact        `json:"communication"`
	CommunicationRequirements []string         `json:"communicationRequirements"`
	Addresses                 []Address        `json:"addresses"`
	CrossReferences           []CrossReference `json:"crossReferences"`
	PersonTypes               []string         `json:"personTypes"`
	Relations                 []Relation       `json:"relations"`
	DateOfDeath               Date             `json:"dateOfDeath,omitzero"`
	Version                   int64            `json:"version"`
	CreatedAt                 time.Time        `json:"createdAt,omitzero"`
	UpdatedAt                 time.Time        `json:"updatedAt,omitzero"`
	Links                     []Link           `json:"links"`
}

// PreviousName is a name the person was known by, and when, as far as known.
type PreviousName struct {
	Forename   string `json:"forename,omitempty"`
	MiddleName string `json:"middleName,omitempty"`
	Surname    string `json:"surname,omitempty"`
	From       Date   `json:"from,omitzero"`
	To         Date   `json:"to,omitzero"`
}

// Language is one that the person speaks; at most one is primary.
type Language struct {
	Language  string `json:"language"`
	IsPrimary bool   `json:"isPrimary"`
}

// Contact is one way to reach the person. Channel is free text, `phone` and
// `email` being those that can be searched by.
type Contact struct {
	Channel string `json:"channel"`
	Value   string `json:"value"`
}

// Address is where the person lives, lived or takes post.
type Address struct {
	Type     AddressType `json:"type,omitempty"` // empty means current
	Line1    string      `json:"line1,omitempty"`
	Line2    string      `json:"line2,omitempty"`
	Line3    string      `json:"line3,omitempty"`
	Line4    string      `json:"line4,omitempty"`
	Town     string      `json:"town,omitempty"`
	Postcode string      `json:"postcode,omitempty"`
	UPRN     string      `json:"uprn,omitempty"` // unique property reference number, 1-12 digits
	From     Date        `json:"from,omitzero"`
	To       Date        `json:"to,omitzero"`
}

// AddressType says what an address is to the person.
type AddressType string

// The address types. An address without one is current.
const (
	CurrentAddress        AddressType = "current"
	PreviousAddress       AddressType = "previous"
	CorrespondenceAddress AddressType = "correspondence"
)

// CrossReference is what another system calls this person. A pair of system and
// reference belongs to one person only.
type CrossReference struct {
	System    string `json:"system"`
	Reference string `json:"reference"`
}

// Relation ties the person to another: a household or contact role, to a person
// on file (PersonID) or to one known only by Name.
type Relation struct {
	PersonID ID     `json:"personId,omitempty"`
	Name     string `json:"name,omitempty"`
	Type     string `json:"type"`
}

// Link leads to what another service holds about the person.
type Link struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
	Type string `json:"type"`
}

// LogValue keeps a person's data out of logs: only the id is written.
func (p Person) LogValue() slog.Value { return slog.StringValue(string(p.ID)) }

// String keeps a person's data out of formatted text, as LogValue does of logs.
func (p Person) String() string { return "person " + string(p.ID) }

// GoString is String, so that %#v cannot leak either.
func (p Person) GoString() string { return p.String() }

// WithLists returns p with every absent list empty and every NI number judged,
// as it is stored and answered: a client never meets null where it iterates.
func (p Person) WithLists() Person {
	p.PreviousNames = orEmpty(p.PreviousNames)
	p.Languages = orEmpty(p.Languages)
	p.Communication = orEmpty(p.Communication)
	p.CommunicationRequirements = orEmpty(p.CommunicationRequirements)
	p.Addresses = orEmpty(p.Addresses)
	p.CrossReferences = orEmpty(p.CrossReferences)
	p.PersonTypes = orEmpty(p.PersonTypes)
	p.Relations = orEmpty(p.Relations)
	p.Links = orEmpty(p.Links)
	judged := make([]Identifier, len(p.Identification))
	for i, id := range p.Identification {
		judged[i] = id.judged()
	}
	p.Identification = judged
	return p
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
