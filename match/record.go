package match

import (
	"strings"

	"personindex/normalise"
	"personindex/person"
)

// Version numbers the rules of the standard form and of the blocking keys. It is
// part of the index's name, so that an index built by other rules is never
// searched. Raise rules with every change of [Standardise] or [BlockingKeys].
const Version = 1000*normalise.Version + rules

const rules = 2

// Record is a person, or a question about one, reduced to the standardised
// fields that are compared. Both sides of every comparison are made by the same
// functions. A field with several values holds them all: the best pair counts.
type Record struct {
	Given     []Name      `json:"g,omitempty"` // forename, then preferred, then previous
	Middle    []string    `json:"m,omitempty"` // tokens of every middle name
	Surnames  []Name      `json:"s,omitempty"` // surname, then preferred, then previous
	Birth     person.Date `json:"b,omitzero"`
	Gender    string      `json:"x,omitempty"` // F, M, other or unknown
	NI        []NI        `json:"i,omitempty"`
	Addresses []Address   `json:"a,omitempty"`
	Phones    []string    `json:"p,omitempty"` // E.164
	Emails    []string    `json:"e,omitempty"`
	Deceased  bool        `json:"d,omitempty"`
}

// Name is one form of a person's given name or surname.
type Name struct {
	Text   string   `json:"t"` // as recorded or asked
	Tokens []string `json:"k"` // folded, in order
	Use    NameUse  `json:"u,omitempty"`
}

// NameUse says which of a person's names a name is.
type NameUse string

// The uses of a name. Most are current, which is therefore the empty one.
const (
	CurrentName   NameUse = ""
	PreferredName NameUse = "preferred"
	PreviousName  NameUse = "previous"
)

// NI is a National Insurance number that may count as evidence, split from its
// suffix, which callers often leave out.
type NI struct {
	Number string `json:"n"` // two letters and six digits
	Suffix string `json:"s,omitempty"`
	Test   bool   `json:"t,omitempty"` // prefix QQ, never issued: evidence only where a setting allows it
}

// Address is one address, reduced to what is compared.
type Address struct {
	Text     string   `json:"l"` // as recorded or asked, in one line
	Number   string   `json:"n,omitempty"`
	Flat     string   `json:"f,omitempty"`
	Building string   `json:"b,omitempty"`
	Street   string   `json:"s,omitempty"`
	Tokens   []string `json:"k,omitempty"` // every word but the postcode
	Postcode string   `json:"p,omitempty"` // standardised, or the text given where it is no UK postcode
	Outward  string   `json:"o,omitempty"` // empty where it is no UK postcode
	UPRN     string   `json:"u,omitempty"`
	Previous bool     `json:"x,omitempty"`
}

// Standardise reduces a person to what is compared and searched by. It is pure:
// the same person gives the same record for one [Version].
func Standardise(p person.Person) Record {
	r := Record{
		Birth:    p.DateOfBirth,
		Gender:   normalise.Gender(p.Gender),
		Deceased: !p.DateOfDeath.IsZero(),
	}
	if r.Gender == "" {
		r.Gender = normalise.TitleGender(p.Title)
	}
	r.addGiven(p.Forename, CurrentName)
	r.addGiven(p.PreferredForename, PreferredName)
	r.addMiddle(p.MiddleName)
	r.addSurname(p.Surname, CurrentName)
	r.addSurname(p.PreferredSurname, PreferredName)
	for _, n := range p.PreviousNames {
		r.addGiven(n.Forename, PreviousName)
		r.addMiddle(n.MiddleName)
		r.addSurname(n.Surname, PreviousName)
	}
	for _, id := range p.Identification {
		if id.IsNI() {
			r.addNI(id.Value)
		}
	}
	for _, a := range p.Addresses {
		r.addAddress(a)
	}
	for _, c := range p.Communication {
		r.addContact(c)
	}
	return r
}

// Open is what every caller may search a person by, and compare with them, whose
// record is r: without addresses, phones and e-mail addresses where they are
// restricted, and nothing where they are very restricted.
func (r Record) Open(restriction person.Restriction) Record {
	switch restriction {
	case person.Unrestricted:
		return r
	case person.Restricted:
		r.Addresses, r.Phones, r.Emails = nil, nil, nil
		return r
	}
	return Record{}
}

func (r *Record) addGiven(text string, use NameUse) {
	r.Given = addName(r.Given, text, normalise.GivenNames(text), use)
}

func (r *Record) addSurname(text string, use NameUse) {
	r.Surnames = addName(r.Surnames, text, normalise.Surnames(text), use)
}

// addName appends a name unless it says nothing, or nothing new.
func addName(names []Name, text string, tokens []string, use NameUse) []Name {
	if len(tokens) == 0 {
		return names
	}
	whole := strings.Join(tokens, " ")
	for _, n := range names {
		if strings.Join(n.Tokens, " ") == whole {
			return names
		}
	}
	return append(names, Name{Text: strings.TrimSpace(text), Tokens: tokens, Use: use})
}

func (r *Record) addMiddle(text string) {
	for _, token := range normalise.GivenNames(text) {
		r.Middle = addOnce(r.Middle, token)
	}
}

// addNI keeps a number only if it could be evidence: one that could not have
// been issued, an administrative, temporary or placeholder number says nothing.
func (r *Record) addNI(text string) {
	ni := normalise.ParseNI(text)
	if !ni.Evidence(true) {
		return
	}
	r.NI = addOnce(r.NI, NI{Number: ni.Number, Suffix: ni.Suffix, Test: ni.Kind == normalise.NITest})
}

func (r *Record) addAddress(a person.Address) {
	lines := []string{a.Line1, a.Line2, a.Line3, a.Line4}
	standard := newAddress(a.Postcode, lines...)
	standard.UPRN = strings.TrimLeft(a.UPRN, "0")
	standard.Previous = a.Type == person.PreviousAddress
	if standard.Postcode == "" && len(standard.Tokens) == 0 && standard.UPRN == "" {
		return // a town alone is no address
	}
	for _, word := range normalise.ParseAddress(a.Town).Tokens {
		standard.Tokens = addOnce(standard.Tokens, word)
	}
	r.Addresses = append(r.Addresses, standard)
}

// newAddress standardises address lines. A postcode among them counts where
// none is given apart, as in an address asked in one line.
func newAddress(postcode string, lines ...string) Address {
	text := joinLines(append(lines[:len(lines):len(lines)], postcode))
	found, rest := normalise.FindPostcode(joinLines(lines))
	code := normalise.ParsePostcode(postcode)
	if strings.TrimSpace(postcode) == "" {
		code = found
	}
	if normalise.IsPOBox(rest) {
		return Address{Text: text} // nobody lives in it
	}
	parsed := normalise.ParseAddress(rest)
	return Address{
		Text:     text,
		Number:   parsed.Number,
		Flat:     parsed.Flat,
		Building: parsed.Building,
		Street:   parsed.Street,
		Tokens:   parsed.Tokens,
		Postcode: code.Text,
		Outward:  code.Outward,
	}
}

func joinLines(lines []string) string {
	var given []string
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			given = append(given, line)
		}
	}
	return strings.Join(given, ", ")
}

// addContact keeps what is recognisably a phone number or an e-mail address,
// whatever its channel is called.
func (r *Record) addContact(c person.Contact) {
	if email := normalise.Email(c.Value); email != "" {
		r.Emails = addOnce(r.Emails, email)
		return
	}
	if phone := normalise.Phone(c.Value); phone != "" {
		r.Phones = addOnce(r.Phones, phone)
	}
}

func addOnce[T comparable](list []T, item T) []T {
	for _, have := range list {
		if have == item {
			return list
		}
	}
	return append(list, item)
}
