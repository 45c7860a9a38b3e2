package match

import (
	"slices"
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
func BlockingKeys(r Record) []BlockingKey { return newKeyBuilder(r).all() }

// Filing is what an index holds of a record's names, and its blocking keys.
type Filing struct {
	Names  []string // as [Record.NameTokens]
	Sounds []string // every code of theirs by [normalise.DoubleMetaphone], each once
	Keys   []BlockingKey
}

// File returns how a record is filed in an index.
func File(r Record) Filing {
	b := newKeyBuilder(r)
	f := Filing{Keys: b.all()}
	for _, word := range b.words {
		f.Names = append(f.Names, word.token)
		for _, sound := range word.sounds {
			if sound != "" {
				f.Sounds = addOnce(f.Sounds, sound)
			}
		}
	}
	return f
}

// ProbeKeys returns the keys to look for when r is asked about: its blocking
// keys, and those of what may have been meant instead.
func ProbeKeys(r Record) []BlockingKey {
	b := newKeyBuilder(r)
	b.numbers()
	b.births(r.Birth)
	if swapped, ok := swapDayMonth(r.Birth); ok {
		b.births(swapped)
	}
	b.names()
	if r.NamesOnly() {
		b.sounds()
	}
	b.addresses()
	return b.keys
}

// NamesOnly reports whether nothing is known that narrows a search down but
// names: then, and only then, somebody must be found by one misheard name alone.
func (r Record) NamesOnly() bool {
	return !r.Birth.Full() && len(r.NI)+len(r.Addresses)+len(r.Phones)+len(r.Emails) == 0
}

// keyBuilder makes the keys of one record. An index is filled as fast as they are
// made, so a name, which takes part in ten kinds of key, is filed once, and the
// values share their memory.
type keyBuilder struct {
	Record
	given, surnames []filedWord
	words           []filedWord // both, each once
	codes           []string    // under which any of them is filed, each once
	keys            []BlockingKey
	values          strings.Builder
	contact         bool
}

// filedWord is a word of a name and what it is filed under.
type filedWord struct {
	token  string
	sounds [2]string // by [normalise.DoubleMetaphone]
	sound  string    // as [soundOf]
	codes  []string  // as [codesOf]
}

func newKeyBuilder(r Record) *keyBuilder {
	b := &keyBuilder{Record: r, keys: make([]BlockingKey, 0, 48)} // a resident has some 44, of 14 characters
	b.values.Grow(640)
	b.given, b.surnames = b.file(r.givenTokens()), b.file(r.surnameTokens())
	return b
}

// file finds what words are filed under, and notes those not seen before.
func (b *keyBuilder) file(tokens []string) []filedWord {
	words := make([]filedWord, len(tokens))
	for n, token := range tokens {
		if i := slices.IndexFunc(b.words, func(w filedWord) bool { return w.token == token }); i >= 0 {
			words[n] = b.words[i]
			continue
		}
		words[n] = newFiledWord(token)
		b.words = append(b.words, words[n])
		for _, code := range words[n].codes {
			b.codes = addOnce(b.codes, code)
		}
	}
	return words
}

func newFiledWord(token string) filedWord {
	primary, secondary := normalise.DoubleMetaphone(token)
	sound := sounding(token, primary)
	return filedWord{token, [2]string{primary, secondary}, sound, codesOf(token, sound)}
}

// all adds every key that somebody on file has.
func (b *keyBuilder) all() []BlockingKey {
	b.numbers()
	b.births(b.Birth)
	b.names()
	b.sounds()
	b.addresses()
	return b.keys
}

func (b *keyBuilder) add(weight float64, kind string, parts ...string) {
	size := len(kind)
	for _, part := range parts {
		if part == "" {
			return
		}
		size += 1 + len(part)
	}
	if size > 120 || len(b.keys) >= maxKeys {
		return
	}
	start := b.values.Len()
	b.values.WriteString(kind)
	for _, part := range parts {
		b.values.WriteByte('|')
		b.values.WriteString(part)
	}
	key := BlockingKey{Value: b.values.String()[start:], Contact: b.contact, Weight: weight}
	// Comparing with the few dozen before it takes less than filling a map.
	if !slices.ContainsFunc(b.keys, func(k BlockingKey) bool { return k.Value == key.Value }) {
		b.keys = append(b.keys, key)
	}
}

// numbers adds keys of what identifies a person by itself. An NI number has six
// further keys, each blind to some of its characters, so that any one wrong
// character and any two neighbours exchanged leave at least one of them equal.
func (b *keyBuilder) numbers() {
	for _, ni := range b.NI {
		prefix, digits := ni.Number[:2], ni.Number[2:]
		b.add(24, "ni", ni.Number)
		b.add(10, "ni1", prefix, digits[2:])
		b.add(10, "ni2", prefix, digits[:2]+digits[4:])
		b.add(10, "ni3", prefix, digits[:4])
		b.add(12, "nid", digits)
		b.add(10, "nis", prefix, sortedDigits(digits))
	}
	b.contact = true
	for _, phone := range b.Phones {
		b.add(16, "ph", phone)
	}
	for _, email := range b.Emails {
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
func (b *keyBuilder) births(birth person.Date) {
	if birth.IsZero() {
		return
	}
	iso := birth.Iso()
	if birth.Full() && !IsDefaultDate(birth) {
		b.add(14, "d", iso)
	}
	for _, code := range b.codes {
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
func (b *keyBuilder) names() {
	for _, name := range b.words {
		if len(name.token) > 1 {
			b.add(6, "w", name.token)
		}
	}
	for _, given := range b.given {
		for _, surname := range b.surnames {
			b.namePair(given, surname)
		}
	}
}

// sounds adds how each name sounds by itself. Many share one, so it is looked for
// only when there is nothing better.
func (b *keyBuilder) sounds() {
	for _, name := range b.words {
		if len(name.token) > 1 {
			b.add(4, "v", name.sound)
		}
	}
}

func (b *keyBuilder) namePair(given, surname filedWord) {
	b.add(5, "i", surname.sound, given.token[:1])
	if len(given.token) < 2 {
		return
	}
	for _, s := range surname.codes {
		for _, g := range given.codes {
			b.add(14, "n", min(g, s), max(g, s))
		}
	}
	b.add(9, "nb", surname.sound, head(given.token, 2))
	b.add(10, "ne", surname.sound, tail(given.token, 3))
	b.add(10, "sb", given.sound, head(surname.token, 3))
	b.add(10, "se", given.sound, tail(surname.token, 3))
}

// addresses adds keys of each address: UPRN, postcode, postcode and house
// number, and street and house number.
func (b *keyBuilder) addresses() {
	b.contact = true
	defer func() { b.contact = false }()
	for _, a := range b.Addresses {
		places := a.places()
		b.add(16, "up", a.UPRN)
		if a.Outward != "" {
			b.add(10, "pc", a.Postcode)
		} else {
			// Where a postcode covers a town, as abroad, it needs a name or a street
			// beside it.
			for _, code := range b.codes {
				b.add(11, "pn", a.Postcode, code)
			}
			for _, place := range places {
				b.add(11, "pp", a.Postcode, place)
			}
		}
		for _, unit := range a.units() {
			b.add(14, "pu", a.Postcode, unit)
			for _, place := range places {
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

// codesOf returns the codes under which a name is filed: how it sounds, and the
// families of nicknames and spellings it belongs to.
func codesOf(token, sound string) []string {
	var codes []string
	if sound != "" {
		codes = append(codes, sound)
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
	return sounding(token, primary)
}

func sounding(token, primary string) string {
	if primary == "" {
		return token
	}
	return strings.ToLower(primary)
}

func head(token string, n int) string { return token[:min(n, len(token))] }

func tail(token string, n int) string { return token[max(0, len(token)-n):] }
