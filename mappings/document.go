package mappings

import (
	"slices"

	"personindex/match"
	"personindex/person"
)

// Document is one person as indexed: readable fields to search by and blocking
// keys, not the record. Its id is the person's, its version the revision's.
//
// What is not for everybody to search by is in fields of its own. A search that
// may not know of it does not name them; and as Elasticsearch weighs a word by
// those who have it in that very field, no score tells of it either.
type Document struct {
	ID          person.ID `json:"id"`
	Version     int64     `json:"version"`
	Tombstone   bool      `json:"tombstone,omitempty"`
	Deceased    bool      `json:"deceased,omitempty"`
	Restriction int       `json:"restriction,omitempty"` // as person.Restriction
	Fields
	RestrictedFields
}

// Fields are what anybody may search a person by.
type Fields struct {
	Name         []string `json:"name,omitempty"`
	NamePhonetic []string `json:"namePhonetic,omitempty"`
	DateOfBirth  string   `json:"dateOfBirth,omitempty"`
	NI           []string `json:"ni,omitempty"`
	Keys         []string `json:"keys,omitempty"`
	Address      []string `json:"address,omitempty"`
	Postcode     []string `json:"postcode,omitempty"`
	UPRN         []string `json:"uprn,omitempty"`
	Phone        []string `json:"phone,omitempty"`
	Email        []string `json:"email,omitempty"`
}

// RestrictedFields are their twins: what only those may search by who are cleared.
type RestrictedFields struct {
	Name         []string `json:"restrictedName,omitempty"`
	NamePhonetic []string `json:"restrictedNamePhonetic,omitempty"`
	DateOfBirth  string   `json:"restrictedDateOfBirth,omitempty"`
	NI           []string `json:"restrictedNi,omitempty"`
	Keys         []string `json:"restrictedKeys,omitempty"`
	Address      []string `json:"restrictedAddress,omitempty"`
	Postcode     []string `json:"restrictedPostcode,omitempty"`
	UPRN         []string `json:"restrictedUprn,omitempty"`
	Phone        []string `json:"restrictedPhone,omitempty"`
	Email        []string `json:"restrictedEmail,omitempty"`
}

// NewDocument is the document of one entry, whose record is the whole one. Somebody
// gone leaves a tombstone: an id and a version without any value, since
// Elasticsearch forgets a deleted version after a minute and an older write would
// then bring the person back.
func NewDocument(e match.Entry) Document {
	d := Document{ID: e.ID, Version: e.Version}
	if e.Gone {
		d.Tombstone = true
		return d
	}
	d.Deceased, d.Restriction = e.Record.Deceased, int(e.Restriction)
	d.Fields = newFields(e.Record.Open(e.Restriction))
	if e.Restriction > person.Unrestricted {
		d.RestrictedFields = RestrictedFields(newFields(e.Record).without(d.Fields))
	}
	return d
}

func newFields(r match.Record) Fields {
	filing := match.File(r)
	f := Fields{
		Name: filing.Names, NamePhonetic: filing.Sounds, DateOfBirth: r.Birth.Iso(), Phone: r.Phones, Email: r.Emails,
	}
	for _, ni := range r.NI {
		f.NI = append(f.NI, ni.Number)
	}
	f.Keys = slices.Grow(f.Keys, len(filing.Keys))
	for _, key := range filing.Keys {
		f.Keys = append(f.Keys, key.Value)
	}
	f.addAddresses(r)
	return f
}

func (f *Fields) addAddresses(r match.Record) {
	for _, a := range r.Addresses {
		f.Address = append(f.Address, a.Tokens...)
		if a.Postcode != "" {
			f.Postcode = append(f.Postcode, a.Postcode)
		}
		if a.UPRN != "" {
			f.UPRN = append(f.UPRN, a.UPRN)
		}
	}
}

// without leaves out what others hold too.
func (f Fields) without(others Fields) Fields {
	if f.DateOfBirth == others.DateOfBirth {
		f.DateOfBirth = ""
	}
	f.Name = less(f.Name, others.Name)
	f.NamePhonetic = less(f.NamePhonetic, others.NamePhonetic)
	f.NI = less(f.NI, others.NI)
	f.Keys = less(f.Keys, others.Keys)
	f.Address = less(f.Address, others.Address)
	f.Postcode = less(f.Postcode, others.Postcode)
	f.UPRN = less(f.UPRN, others.UPRN)
	f.Phone = less(f.Phone, others.Phone)
	f.Email = less(f.Email, others.Email)
	return f
}

// less is list without what others hold too; nil if nothing is left.
func less(list, others []string) []string {
	var rest []string
	for _, text := range list {
		if !slices.Contains(others, text) {
			rest = append(rest, text)
		}
	}
	return rest
}
