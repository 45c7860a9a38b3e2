package mappings

import (
	"personindex/match"
	"personindex/normalise"
	"personindex/person"
)

// Document is one person as indexed: readable fields to search by and blocking
// keys, not the record. Its id is the person's, its version the revision's.
//
// The restricted fields are the twins of the contact fields and keys, for people
// who may not be found by where they live or how they are reached.
type Document struct {
	ID           person.ID `json:"id"`
	Version      int64     `json:"version"`
	Tombstone    bool      `json:"tombstone,omitempty"`
	Deceased     bool      `json:"deceased,omitempty"`
	Name         []string  `json:"name,omitempty"`
	NamePhonetic []string  `json:"namePhonetic,omitempty"`
	DateOfBirth  string    `json:"dateOfBirth,omitempty"`
	NI           []string  `json:"ni,omitempty"`
	Keys         []string  `json:"keys,omitempty"`

	Address  []string `json:"address,omitempty"`
	Postcode []string `json:"postcode,omitempty"`
	UPRN     []string `json:"uprn,omitempty"`
	Phone    []string `json:"phone,omitempty"`
	Email    []string `json:"email,omitempty"`

	RestrictedKeys     []string `json:"restrictedKeys,omitempty"`
	RestrictedAddress  []string `json:"restrictedAddress,omitempty"`
	RestrictedPostcode []string `json:"restrictedPostcode,omitempty"`
	RestrictedUPRN     []string `json:"restrictedUprn,omitempty"`
	RestrictedPhone    []string `json:"restrictedPhone,omitempty"`
	RestrictedEmail    []string `json:"restrictedEmail,omitempty"`
}

// NewDocument is the document of one entry. Somebody gone leaves a tombstone: an
// id and a version without any value, since Elasticsearch forgets a deleted
// version after a minute and an older write would then bring the person back.
func NewDocument(e match.Entry) Document {
	d := Document{ID: e.ID, Version: e.Version}
	if e.Gone {
		d.Tombstone = true
		return d
	}
	d.Deceased = e.Record.Deceased
	d.DateOfBirth = e.Record.Birth.Iso()
	d.addNames(e.Record)
	for _, ni := range e.Record.NI {
		d.NI = append(d.NI, ni.Number)
	}
	for _, key := range match.BlockingKeys(e.Record) {
		d.Keys = append(d.Keys, key.Value)
	}
	d.addAddresses(e.Record)
	d.Phone = e.Record.Phones
	d.Email = e.Record.Emails
	return d
}

func (d *Document) addNames(r match.Record) {
	seen := map[string]bool{}
	for _, token := range r.NameTokens() {
		d.Name = append(d.Name, token)
		primary, secondary := normalise.DoubleMetaphone(token)
		for _, code := range []string{primary, secondary} {
			if code != "" && !seen[code] {
				seen[code] = true
				d.NamePhonetic = append(d.NamePhonetic, code)
			}
		}
	}
}

func (d *Document) addAddresses(r match.Record) {
	for _, a := range r.Addresses {
		d.Address = append(d.Address, a.Tokens...)
		if a.Postcode != "" {
			d.Postcode = append(d.Postcode, a.Postcode)
		}
		if a.UPRN != "" {
			d.UPRN = append(d.UPRN, a.UPRN)
		}
	}
}
