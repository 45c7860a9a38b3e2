// Package person is the domain: the one record a council keeps of a resident,
// and the errors that keeping it can meet.
//
// It knows no database, no index and no HTTP. It validates what it is given and
// changes nothing it is given: what an officer typed is kept as typed.
package person

import (
	"fmt"
	"io"
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
// ID, Version, CreatedAt, UpdatedAt, RestrictedBy, RestrictedAt, Links, Unavailable
// and Provenance are set by the service; what a caller sends in them is ignored.
type Person struct {
	ID                        ID               `json:"id" readOnly:"true" doc:"Names the person for ever."`
	Title                     string           `json:"title" maxLength:"200"`
	Forename                  string           `json:"forename" maxLength:"200"`
	PreferredForename         string           `json:"preferredForename" maxLength:"200"`
	MiddleName                string           `json:"middleName" maxLength:"200"`
	Surname                   string           `json:"surname" maxLength:"200"`
	PreferredSurname          string           `json:"preferredSurname" maxLength:"200"`
	PreviousNames             []PreviousName   `json:"previousNames" maxItems:"50" doc:"Names the person was known by, such as before a marriage."`
	DateOfBirth               Date             `json:"dateOfBirth,omitzero" doc:"ISO 8601, as precise as known; taken in the forms people write in the UK."`
	PlaceOfBirth              string           `json:"placeOfBirth" maxLength:"200"`
	Nationality               string           `json:"nationality" maxLength:"200"`
	Gender                    string           `json:"gender" maxLength:"200" doc:"As recorded."`
	EthnicOrigin              string           `json:"ethnicOrigin" maxLength:"200"`
	Identification            []Identifier     `json:"identification" maxItems:"50" doc:"Numbers and documents, kept as given."`
	Languages                 []Language       `json:"languages" maxItems:"50" doc:"At most one of them is primary."`
	Communication             []Contact        `json:"communication" maxItems:"50" doc:"Ways to reach the person."`
	CommunicationRequirements []string         `json:"communicationRequirements" maxItems:"50" doc:"What to mind, such as sign language."`
	Addresses                 []Address        `json:"addresses" maxItems:"50"`
	CrossReferences           []CrossReference `json:"crossReferences" maxItems:"50" doc:"What other systems call the person."`
	PersonTypes               []string         `json:"personTypes" maxItems:"50" doc:"Such as resident or leaseholder: the council's own list."`
	Relations                 []Relation       `json:"relations" maxItems:"50" doc:"Household and contact roles."`
	DateOfDeath               Date             `json:"dateOfDeath,omitzero" doc:"As of dateOfBirth."`
	// Restriction keeps the person from those who have no right to know; who is not
	// cleared for it sees the rest without what Redacted takes away.
	Restriction       Restriction `json:"restriction" doc:"How closely the person is kept from those who have no right to know. Anybody who may write may raise it; lowering it takes clearance."`
	RestrictionReason string      `json:"restrictionReason,omitempty" maxLength:"300" doc:"Why, for those who are cleared."`
	RestrictedBy      string      `json:"restrictedBy,omitempty" readOnly:"true" doc:"Who set the restriction, for those who are cleared."`
	RestrictedAt      time.Time   `json:"restrictedAt,omitzero" readOnly:"true" doc:"When it was set, for those who are cleared."`

	Version     int64     `json:"version" readOnly:"true" doc:"Begins at 1 and grows by one with each change."`
	CreatedAt   time.Time `json:"createdAt,omitzero" readOnly:"true"`
	UpdatedAt   time.Time `json:"updatedAt,omitzero" readOnly:"true"`
	Links       []Link    `json:"links" readOnly:"true" doc:"What other services hold about the person, as far as you may follow. In the results of a search only with include=links."`
	Unavailable []string  `json:"unavailable" readOnly:"true" doc:"The rels of links that are left out since their service does not answer at present: sorted, each once."`
	// Provenance is by the name of a field in the JSON, of those that say something.
	Provenance map[string]Provenance `json:"provenance,omitempty" readOnly:"true" doc:"Where the value of each field comes from; only with include=provenance."`
}

// PreviousName is a name the person was known by, and when, as far as known.
type PreviousName struct {
	Forename   string `json:"forename,omitempty" maxLength:"200"`
	MiddleName string `json:"middleName,omitempty" maxLength:"200"`
	Surname    string `json:"surname,omitempty" maxLength:"200"`
	From       Date   `json:"from,omitzero"`
	To         Date   `json:"to,omitzero"`
}

// Language is one that the person speaks; at most one is primary.
type Language struct {
	Language  string `json:"language" maxLength:"200"`
	IsPrimary bool   `json:"isPrimary" required:"false"`
}

// Contact is one way to reach the person. Channel is free text, `phone` and
// `email` being those that can be searched by.
type Contact struct {
	Channel string `json:"channel" maxLength:"200" doc:"Free text; phone and email are searched by."`
	Value   string `json:"value" maxLength:"300"`
}

// Address is where the person lives, lived or takes post.
type Address struct {
	Type     AddressType `json:"type,omitempty" enum:"current,previous,correspondence" doc:"Current where not given."` // empty means current
	Line1    string      `json:"line1,omitempty" maxLength:"300"`
	Line2    string      `json:"line2,omitempty" maxLength:"300"`
	Line3    string      `json:"line3,omitempty" maxLength:"300"`
	Line4    string      `json:"line4,omitempty" maxLength:"300"`
	Town     string      `json:"town,omitempty" maxLength:"300"`
	Postcode string      `json:"postcode,omitempty" maxLength:"200"`
	UPRN     string      `json:"uprn,omitempty" pattern:"^[0-9]{1,12}$" doc:"Unique property reference number."` // unique property reference number, 1-12 digits
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
	System    string `json:"system" maxLength:"200"`
	Reference string `json:"reference" maxLength:"200"`
}

// Relation ties the person to another: a household or contact role, to a person
// on file (PersonID) or to one known only by Name.
type Relation struct {
	PersonID ID     `json:"personId,omitempty" doc:"Of a person on file; or else name. Shown to those who may know of that person."`
	Name     string `json:"name,omitempty" maxLength:"200" doc:"Of somebody not on file; or else personId."`
	Type     string `json:"type"`
}

// Link leads to what another service holds about the person.
type Link struct {
	Href  string `json:"href" doc:"Where it is, as a URL."`
	Rel   string `json:"rel" doc:"What it is, such as vulnerabilities. Several links may be the same thing in several systems."`
	Type  string `json:"type" doc:"The HTTP method to follow it with." example:"GET"`
	Title string `json:"title,omitempty" doc:"What it is, for people."`
}

// LogValue keeps a person's data out of logs: only the id is written.
func (p Person) LogValue() slog.Value { return slog.StringValue(string(p.ID)) }

// Format keeps a person's data out of formatted text, whatever the verb.
func (p Person) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, "person "+string(p.ID)) }

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
	p.Unavailable = orEmpty(p.Unavailable)
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
