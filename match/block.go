package match

import (
	"strings"

	"personindex/normalise"
	"personindex/person"
)

// BlockingKey is a value that two records of one person probably share: equal
// keys make two records candidates for comparison.
type BlockingKey struct {
	// Value is unique across kinds of key, lower-case and short.
	Value string
	// Contact marks a key made of an address, phone or e-mail: some callers may
	// not find some people by those.
	Contact bool
	// Weight is roughly what sharing the key speaks for one person, in bits. It
	// ranks candidates where nothing better is at hand.
	Weight float64
}

// maxKeys bounds the keys of a hostile record; a resident has 30 to 60.
const maxKeys = 160

// BlockingKeys returns the keys of a record, each once. Every key but a few is
// made of two values, such as how a name sounds and a year of birth, so that
// the people who share it stay few as the register grows. Together they find a
// person when any one field asked is wrong: a name misheard, names swapped, a
// surname changed by marriage, day and month swapped, a digit wrong in a date or
// NI number, or an old address; and by NI number, phone, e-mail, postcode and
// house number, or name alone.
func BlockingKeys(r Record) []BlockingKey {
	b := keyBuilder{seen: map[string]bool{}}
	b.numbers(r)
	b.births(r, r.Birth)
	b.names(r)
	b.sounds(r)
	b.addresses(r)
	return b.keys
}

// ProbeKeys returns the keys to look for when r is asked about: its blocking
// keys, and those of what may have been meant instead.
func ProbeKeys(r Record) []BlockingKey {
	b := keyBuilder{seen: map[string]bool{}}
	b.numbers(r)
	b.births(r, r.Birth)
	if swapped, ok := swapDayMonth(r.Birth); ok {
		b.births(r, swapped)
	}
	b.names(r)
	if r.NamesOnly() {
		b.sounds(r)
	}
	b.addresses(r)
	return b.keys
}

// NamesOnly reports whether nothing is known that narrows a search down but
// names: then, and only then, somebody must be found by one misheard name alone.
func (r Record) NamesOnly() bool {
	return !r.Birth.Full() && len(r.NI)+len(r.Addresses)+len(r.Phones)+len(r.Emails) == 0
}

type keyBuilder struct {
	keys    []BlockingKey
	seen    map[string]bool
	contact bool
}

func (b *keyBuilder) add(weight float64, parts ...string) {
	for _, part := range parts[1:] {
		if part == "" {
			return
		}
	}
	value := strings.Join(parts, "|")
	if len(value) > 120 || b.seen[value] || len(b.keys) >= maxKeys {
		return
	}
	b.seen[value] = true
	b.keys = append(b.keys, BlockingKey{Value: value, Contact: b.contact, Weight: weight})
}

// numbers adds keys of what identifies a person by itself. An NI number has six
// further keys, each blind to some of its characters, so that any one wrong
// character and any two neighbours exchanged leave at least one of them equal.
func (b *keyBuilder) numbers(r Record) {
	for _, ni := range r.NI {
		prefix, digits := ni.Number[:2], ni.Number[2:]
		b.add(24, "ni", ni.Number)
		b.add(10, "ni1", prefix, digits[2:])
		b.add(10, "ni2", prefix, digits[:2]+digits[4:])
		b.add(10, "ni3", prefix, digits[:4])
		b.add(12, "nid", digits)
		b.add(10, "nis", prefix, sortedDigits(digits))
	}
	b.contact = true
	for _, phone := range r.Phones {
		b.add(16, "ph", phone)
	}
	for _, email := range r.Emails {
		b.add(18, "em", email)
	}
	b.contact = false
}

func sortedDigits(digits string) string {
	var count [10]int
	for _, d := range digits {
		if d >= '0' && d <= '9' {
			count[d-'0']++
		}
	}
	var sorted strings.Builder
	for d, n := range count {
		sorted.WriteString(strings.Repeat(string(rune('0'+d)), n))
	}
	return sorted.String()
}

// births adds keys of the date of birth: the whole date alone, unless systems
// store it when nobody asked; and the year, and the day and month, each with how
// each name sounds, so that one of them holds when the other is wrong.
func (b *keyBuilder) births(r Record, birth person.Date) {
	if birth.IsZero() {
		return
	}
	iso := birth.Iso()
	if birth.Full() && !IsDefaultDate(birth) {
		b.add(14, "d", iso)
	}
	for _, code := range r.nameCodes() {
		if birth.Full() {
			b.add(11, "md", iso[5:], code)
		}
		b.add(10, "y", iso[:4], code)
	}
}

// names adds keys of the names alone: every name by itself, as spelt, which tells
// much of somebody with a rare one; every given name with every surname by sound
// or family of spellings, in either order; and by sound of the one with the
// beginning and the end of the other, since a slip of the tongue or finger leaves
// one of them whole.
func (b *keyBuilder) names(r Record) {
	for _, token := range r.NameTokens() {
		if len(token) > 1 {
			b.add(6, "w", token)
		}
	}
	for _, given := range r.givenTokens() {
		for _, surname := range r.surnameTokens() {
			b.namePair(given, surname)
		}
	}
}

// sounds adds how each name sounds by itself. Many share one, so it is looked for
// only when there is nothing better.
func (b *keyBuilder) sounds(r Record) {
	for _, token := range r.NameTokens() {
		if len(token) > 1 {
			b.add(4, "v", soundOf(token))
		}
	}
}

func (b *keyBuilder) namePair(given, surname string) {
	b.add(5, "i", soundOf(surname), given[:1])
	if len(given) < 2 {
		return
	}
	for _, s := range codesOf(surname) {
		for _, g := range codesOf(given) {
			b.add(14, "n", min(g, s), max(g, s))
		}
	}
	b.add(9, "nb", soundOf(surname), head(given, 2))
	b.add(10, "ne", soundOf(surname), tail(given, 3))
	b.add(10, "sb", soundOf(given), head(surname, 3))
	b.add(10, "se", soundOf(given), tail(surname, 3))
}

// addresses adds keys of each address: UPRN, postcode, postcode and house
// number, and street and house number.
func (b *keyBuilder) addresses(r Record) {
	b.contact = true
	defer func() { b.contact = false }()
	codes := r.nameCodes()
	for _, a := range r.Addresses {
		b.add(16, "up", a.UPRN)
		if a.Outward != "" {
			b.add(10, "pc", a.Postcode)
		} else {
			// Where a postcode covers a town, as abroad, it needs a name or a street
			// beside it.
			for _, code := range codes {
				b.add(11, "pn", a.Postcode, code)
			}
			for _, place := range a.places() {
				b.add(11, "pp", a.Postcode, place)
			}
		}
		for _, unit := range a.units() {
			b.add(14, "pu", a.Postcode, unit)
			for _, place := range a.places() {
				b.add(12, "su", place, unit)
			}
		}
	}
}

// units are what distinguishes one home among its neighbours.
func (a Address) units() []string {
	var units []string
	for _, unit := range []string{a.Number, a.Flat} {
		if unit != "" {
			units = addOnce(units, unit)
		}
	}
	return units
}

// places are how the street and the building sound by their first word.
func (a Address) places() []string {
	var places []string
	for _, name := range []string{a.Street, a.Building} {
		word, _, _ := strings.Cut(name, " ")
		if code := soundOf(word); code != "" {
			places = addOnce(places, code)
		}
	}
	return places
}

// NameTokens returns every word of every name but particles, each once.
func (r Record) NameTokens() []string {
	tokens := r.givenTokens()
	for _, token := range r.surnameTokens() {
		tokens = addOnce(tokens, token)
	}
	return tokens
}

// givenTokens returns the words of given and middle names, each once, and given
// names of several words also joined: Mary Jane is also Maryjane.
func (r Record) givenTokens() []string {
	var tokens []string
	for _, n := range r.Given {
		tokens = n.addTo(tokens)
	}
	for _, token := range r.Middle {
		tokens = addOnce(tokens, token)
	}
	return tokens
}

func (r Record) surnameTokens() []string {
	var tokens []string
	for _, n := range r.Surnames {
		tokens = n.addTo(tokens)
	}
	return tokens
}

// addTo adds the words of a name that are evidence, and all of them joined.
func (n Name) addTo(tokens []string) []string {
	for _, token := range normalise.WithoutParticles(n.Tokens) {
		tokens = addOnce(tokens, token)
	}
	if len(n.Tokens) > 1 {
		tokens = addOnce(tokens, strings.Join(n.Tokens, ""))
	}
	return tokens
}

func (r Record) nameCodes() []string {
	var codes []string
	for _, token := range r.NameTokens() {
		for _, code := range codesOf(token) {
			codes = addOnce(codes, code)
		}
	}
	return codes
}

// codesOf returns the codes under which a name is filed: how it sounds, and the
// families of nicknames and spellings it belongs to.
func codesOf(token string) []string {
	var codes []string
	if code := soundOf(token); code != "" {
		codes = append(codes, code)
	}
	for _, class := range normalise.Nicknames(token) {
		codes = addOnce(codes, "g:"+class)
	}
	for _, class := range normalise.SurnameVariants(token) {
		codes = addOnce(codes, "s:"+class)
	}
	return codes[:min(len(codes), 4)]
}

// soundOf is how a word sounds, and the word itself where it has no sound code,
// as a number or a single vowel has none.
func soundOf(token string) string {
	primary, _ := normalise.DoubleMetaphone(token)
	if primary == "" {
		return token
	}
	return strings.ToLower(primary)
}

func head(token string, n int) string { return token[:min(n, len(token))] }

func tail(token string, n int) string { return token[max(0, len(token)-n):] }
