package normalise

import "strings"

// Address is what an address says, each part folded and "" when it says nothing
// of it. The postcode is not part of it: see [FindPostcode].
type Address struct {
	Number       string   // of the house, with its letter or as a range: "99b", "12-14"
	Flat         string   // within the building: "60", "b", "gff"
	Building     string   // its name: "whimbrel house"
	Street       string   // its kind of street in full: "shearling close"
	StreetTokens []string // the words of Street
	Tokens       []string // every word and number but the postcode, "flat" and the like, and London or England at an end
}

const (
	maxAddressLength = 1024
	maxAddressTokens = 48
)

// ParseAddress reads an address given as the lines it is stored in or as one line
// of free text, with or without commas and postcode. Kinds of street and building
// are written in full (rd is road, hse house), and the words for a flat are one.
//
// A number before the name of a building is that of a flat (60 Whimbrel House is
// Flat 60), and of two numbers in a row the first is (3, 99B Orchardly Lane).
// A street whose kind is misspelt or missing is still the street. Parsing is by
// rule, not by a register of streets: match should also compare Tokens.
func ParseAddress(lines ...string) Address {
	_, text := FindPostcode(truncate(strings.Join(lines, ", "), maxAddressLength))
	var r addressReader
	for _, segment := range addressSegments(text) {
		r.read(segment)
	}
	return r.address()
}

// IsPOBox reports whether one of the lines of an address is a post office box,
// where nobody lives and whose postcode is the box's.
func IsPOBox(lines ...string) bool {
	for _, segment := range addressSegments(truncate(strings.Join(lines, ", "), maxAddressLength)) {
		if strings.HasPrefix(strings.Join(segment, ""), "pobox") {
			return true
		}
	}
	return false
}

// addressReader collects the parts of an address in the order they come.
type addressReader struct {
	flat    string
	number  string // the last number read, until what it numbers is known
	phrases []phrase
	tokens  []string
}

// phrase is a run of words that names one thing, and the number before it.
type phrase struct {
	number string
	words  []string
	kind   placeKind
}

func (r *addressReader) read(tokens []string) {
	for len(tokens) > 0 && len(r.tokens) < maxAddressTokens {
		n := r.readUnit(tokens)
		if n == 0 {
			n = r.readNumber(tokens[0])
		}
		if n == 0 {
			n = r.readPhrase(tokens)
		}
		tokens = tokens[n:]
	}
}

// readUnit takes a flat off the front of tokens and returns how many it took.
func (r *addressReader) readUnit(tokens []string) int {
	unit, n := unitAt(tokens)
	if unit == "" {
		return n
	}
	r.tokens = append(r.tokens, unit)
	if r.flat == "" {
		r.flat = unit
	}
	return n
}

func (r *addressReader) readNumber(token string) int {
	if !isHouseNumber(token) {
		return 0
	}
	if r.number != "" && r.flat == "" {
		r.flat = r.number
	}
	r.number = token
	r.tokens = append(r.tokens, token)
	return 1
}

// readPhrase takes a phrase off the front of tokens with the number before it. An
// estate leaves the number to the street or building that follows.
func (r *addressReader) readPhrase(tokens []string) int {
	words, kind := phraseAt(tokens)
	p := phrase{words: words, kind: kind}
	if kind != kindLocality {
		p.number, r.number = r.number, ""
	}
	r.phrases = append(r.phrases, p)
	r.tokens = append(r.tokens, words...)
	return len(words)
}

func (r *addressReader) address() Address {
	a := Address{Flat: r.flat, Number: r.number, Tokens: atMost(r.tokens, maxAddressTokens)}
	street := r.streetIndex()
	if street >= 0 {
		p := r.phrases[street]
		a.Street, a.StreetTokens = strings.Join(p.words, " "), p.words
		a.setNumber(p.number)
	}
	if building := r.buildingIndex(street); building >= 0 {
		p := r.phrases[building]
		a.Building = strings.Join(p.words, " ")
		a.setUnit(p.number)
	}
	return a
}

// setNumber takes the number before the street. 3/99b is flat 3 at 99b, unless
// the flat is known, when 12/14 is a range.
func (a *Address) setNumber(number string) {
	if number == "" {
		return
	}
	a.Number = number
	flat, house, ok := strings.Cut(number, "/")
	switch {
	case !ok:
	case a.Flat == "":
		a.Flat, a.Number = flat, house
	default:
		a.Number = flat + "-" + house
	}
}

// setUnit takes the number before a building's name, which is the flat's unless
// the flat was named.
func (a *Address) setUnit(number string) {
	switch {
	case number == "":
	case a.Flat == "":
		a.Flat = number
	case a.Number == "":
		a.Number = number
	}
}

// streetIndex returns which phrase is the street, or -1: the most street-like,
// a numbered one before one without a number, and of equals the last if it has a
// street's kind and the first if none has.
func (r *addressReader) streetIndex() int {
	best, bestRank := -1, 0
	for i, p := range r.phrases {
		rank := p.streetRank()
		if rank > bestRank || rank == bestRank && p.kind >= kindEither {
			best, bestRank = i, rank
		}
	}
	return best
}

// streetRank orders phrases by how likely they are to be the street; 0 is none.
// A name of no kind with a number before it is rather a street misspelt than a
// hill or a court without one, which are parts of town and buildings.
func (p phrase) streetRank() int {
	numbered := p.number != ""
	switch {
	case p.kind == kindStreet && numbered:
		return 8
	case p.kind == kindStreet:
		return 7
	case p.kind == kindOutdoor && numbered, p.kind == kindEither && numbered:
		return 6
	case p.kind == kindUnknown && numbered:
		return 5
	case p.kind == kindOutdoor:
		return 4
	case p.kind == kindEither:
		return 3
	case p.kind == kindUnknown:
		return 2
	}
	return 0
}

// buildingIndex returns which phrase is the building, or -1: the last before the
// street that names one, or else whatever stands directly before the street.
func (r *addressReader) buildingIndex(street int) int {
	before := street
	if street < 0 {
		before = len(r.phrases)
	}
	for i := before - 1; i >= 0; i-- {
		if k := r.phrases[i].kind; k == kindBuilding || k == kindEither {
			return i
		}
	}
	for i := street + 1; i < len(r.phrases); i++ {
		if r.phrases[i].kind == kindBuilding {
			return i
		}
	}
	if street > 0 && r.phrases[street-1].kind == kindUnknown {
		return street - 1
	}
	return -1
}
