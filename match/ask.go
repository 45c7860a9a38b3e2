package match

import (
	"math/rand/v2"
	"unicode/utf8"
)

// How often a question lacks or shortens a field, of the questions that could
// have it. They are judgement, not counts: what people are asked for is not
// logged. u and m are counted on the same questions, so that a share that is off
// moves both, and their ratio little.
const (
	asksForename  = 0.95
	asksInitial   = 0.04 // of the forenames
	asksMiddle    = 0.15
	asksSurname   = 0.95
	asksBirth     = 0.75
	asksYear      = 0.03 // of the dates
	asksMonth     = 0.02 // of the dates, with the year
	asksGender    = 0.2
	asksNI        = 0.3
	asksNoSuffix  = 0.15 // of the NI numbers
	asksAddress   = 0.6
	asksUPRN      = 0.1  // of the addresses that have one
	asksPostcode  = 0.15 // of the addresses, alone
	asksStreet    = 0.1  // of the addresses, without the postcode
	asksContact   = 0.25
	asksPreferred = 0.2 // of the names where there is another than the current one
)

// ask makes a question of a record: the same person, of whom less is known.
func ask(r Record, rng *rand.Rand) Record {
	chance := func(share float64) bool { return rng.Float64() < share }
	q := Record{
		Given:    askName(r.Given, asksForename, chance),
		Surnames: askName(r.Surnames, asksSurname, chance),
	}
	if len(q.Given) > 0 && chance(asksInitial) {
		_, size := utf8.DecodeRuneInString(q.Given[0].Tokens[0])
		first := q.Given[0].Tokens[0][:size]
		q.Given = []Name{{Text: first, Tokens: []string{first}}}
	}
	if chance(asksMiddle) {
		q.Middle = r.Middle
	}
	if chance(asksBirth) {
		q.Birth = r.Birth
		switch {
		case chance(asksYear):
			q.Birth.Month, q.Birth.Day = 0, 0
		case chance(asksMonth):
			q.Birth.Day = 0
		}
	}
	if chance(asksGender) {
		q.Gender = r.Gender
	}
	if len(r.NI) > 0 && chance(asksNI) {
		ni := r.NI[0]
		if chance(asksNoSuffix) {
			ni.Suffix = ""
		}
		q.NI = []NI{ni}
	}
	if len(r.Addresses) > 0 && chance(asksAddress) {
		q.Addresses = []Address{askAddress(r.Addresses[rng.IntN(len(r.Addresses))], chance)}
	}
	if chance(asksContact) {
		q.Phones = r.Phones
	}
	if chance(asksContact) {
		q.Emails = r.Emails
	}
	return q
}

// askName picks the current name, or sometimes another.
func askName(names []Name, share float64, chance func(float64) bool) []Name {
	switch {
	case len(names) == 0 || !chance(share):
		return nil
	case len(names) > 1 && chance(asksPreferred):
		return names[1:2]
	}
	return names[:1]
}

func askAddress(a Address, chance func(float64) bool) Address {
	if !chance(asksUPRN) {
		a.UPRN = ""
	}
	switch {
	case a.Postcode != "" && chance(asksPostcode):
		return Address{Text: a.Postcode, Postcode: a.Postcode, Outward: a.Outward}
	case len(a.Tokens) > 0 && chance(asksStreet):
		a.Postcode, a.Outward = "", ""
	}
	return a
}
