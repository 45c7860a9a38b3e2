package normalise

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// addressSegments splits an address at commas, line ends and free-standing
// dashes and returns the folded words of each part that has any.
func addressSegments(text string) [][]string {
	var segments [][]string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\n\r\t", r) }) {
		var tokens []string
		for _, word := range strings.Fields(part) {
			if word == "-" || word == "–" || word == "—" {
				segments = appendSegment(segments, tokens)
				tokens = nil
				continue
			}
			tokens = appendAddressWord(tokens, word)
		}
		segments = appendSegment(segments, tokens)
	}
	return segments
}

func appendSegment(segments [][]string, tokens []string) [][]string {
	if tokens = withoutTown(joinLetters(tokens)); len(tokens) == 0 {
		return segments
	}
	return append(segments, tokens)
}

// appendAddressWord appends the folded words of one written word. Two numbers in
// one stay together as a range (12-14) or a flat in a flat (1/2), unless they can
// be no range, when the first is a flat's (6-170 Pellham Place).
func appendAddressWord(tokens []string, word string) []string {
	if strings.EqualFold(word, "c/o") {
		return tokens
	}
	if at := strings.IndexAny(word, "-–/"); at > 0 {
		mark, size := utf8.DecodeRuneInString(word[at:])
		from, to := Fold(word[:at]), Fold(word[at+size:])
		switch {
		case !isPlainNumber(from) || !isPlainNumber(to):
		case mark == '/':
			return append(tokens, from+"/"+to)
		case isRange(from, to):
			return append(tokens, from+"-"+to)
		}
	}
	for token := range strings.FieldsSeq(Fold(word)) {
		if token == "saint" {
			token = "st"
		}
		tokens = appendUnitWord(tokens, truncate(token, maxTokenLength))
	}
	return tokens
}

// isRange reports whether two numbers can be the first and last house of one
// address: on the same side of the street and at most fifteen houses apart.
func isRange(from, to string) bool {
	first, last := leadingNumber(from), leadingNumber(to)
	return first <= last && last-first <= 30 && (last-first)%2 == 0
}

func leadingNumber(token string) int {
	n := 0
	for i := 0; i < len(token) && isDigit(token[i]); i++ {
		n = 10*n + int(token[i]-'0')
	}
	return n
}

// appendUnitWord splits flat60 and flat3a in two.
func appendUnitWord(tokens []string, token string) []string {
	if rest, ok := strings.CutPrefix(token, "flat"); ok && isHouseNumber(rest) {
		return append(tokens, "flat", rest)
	}
	return append(tokens, token)
}

// joinLetters joins a number and the lone letter after it (99 b is 99b) and drops
// the word "no" before a number.
func joinLetters(tokens []string) []string {
	joined := tokens[:0]
	for i, token := range tokens {
		last := len(joined) - 1
		switch {
		case last >= 0 && len(token) == 1 && "a" <= token && token <= "k" && isDigits(joined[last]):
			joined[last] += token
		case (token == "no" || token == "number" || token == "num") && i+1 < len(tokens) && isHouseNumber(tokens[i+1]):
		default:
			joined = append(joined, token)
		}
	}
	return joined
}

// withoutTown drops London and the country from the end of a segment, where they
// name no street (London Lane does).
func withoutTown(tokens []string) []string {
	for n := len(tokens); n > 0; n = len(tokens) {
		switch tokens[n-1] {
		case "london", "england", "uk", "gb":
			tokens = tokens[:n-1]
		case "kingdom", "britain":
			tokens = tokens[:max(n-2, 0)]
		default:
			return tokens
		}
	}
	return tokens
}

// isHouseNumber reports whether a token can number a house or a flat: 12, 99b,
// 12-14, 12a-12c, 1/2.
func isHouseNumber(token string) bool {
	if from, to, ok := strings.Cut(token, "-"); ok {
		return isPlainNumber(from) && isPlainNumber(to)
	}
	if from, to, ok := strings.Cut(token, "/"); ok {
		return isPlainNumber(from) && isPlainNumber(to)
	}
	return isPlainNumber(token)
}

func isPlainNumber(token string) bool {
	digits := strings.TrimRight(token, "abcdefghijklmnopqrstuvwxyz")
	return len(digits) <= 5 && len(token) <= len(digits)+1 && isDigits(digits)
}

// isUnitWord reports whether a word says that the number of a flat follows.
func isUnitWord(token string) bool {
	switch token {
	case "flat", "flt", "fl", "apt", "appt", "apartment", "unit", "room", "rm", "studio", "maisonette", "bedsit", "suite", "plot":
		return true
	}
	return false
}

// unitAt reads a flat at the front of tokens and returns its standard form and
// how many tokens it takes; ("", 1) for the word alone and ("", 0) for none.
func unitAt(tokens []string) (unit string, n int) {
	if unit, n := floorAt(tokens); n > 0 {
		return unit, n
	}
	if !isUnitWord(tokens[0]) {
		return "", 0
	}
	if len(tokens) > 1 && isUnitID(tokens[1]) {
		return tokens[1], 2
	}
	return "", 1
}

func isUnitID(token string) bool {
	if isHouseNumber(token) || len(token) == 1 {
		return true
	}
	return len(token) <= 4 && isLower(token[0]) && isDigits(token[1:])
}

// floorAt reads a flat that is named by its floor.
func floorAt(tokens []string) (unit string, n int) {
	switch tokens[0] {
	case "gff", "fff", "sff", "tff", "lgff", "bf":
		return tokens[0], 1
	}
	for _, f := range floors {
		n = len(f.words)
		switch {
		case n > len(tokens) || !slices.Equal(f.words, tokens[:n]):
		case n < len(tokens) && isUnitWord(tokens[n]):
			return f.unit, n + 1
		case f.words[n-1] == "floor":
			return f.unit, n
		}
	}
	return "", 0
}

// floors are the words for a floor, which "flat" or the like follows; after the
// word floor itself it may be missing.
var floors = []struct {
	words []string
	unit  string
}{
	{[]string{"lower", "ground", "floor"}, "lgff"}, {[]string{"ground", "floor"}, "gff"}, {[]string{"grd", "floor"}, "gff"},
	{[]string{"first", "floor"}, "fff"}, {[]string{"1st", "floor"}, "fff"}, {[]string{"second", "floor"}, "sff"}, {[]string{"2nd", "floor"}, "sff"},
	{[]string{"third", "floor"}, "tff"}, {[]string{"3rd", "floor"}, "tff"}, {[]string{"top", "floor"}, "top"}, {[]string{"top"}, "top"},
	{[]string{"basement"}, "bf"}, {[]string{"garden"}, "garden"}, {[]string{"rear"}, "rear"}, {[]string{"front"}, "front"},
}

// phraseAt returns the words at the front of tokens that name one thing: up to
// the next number or flat, or to a word for a kind of place with another name
// after it ("whimbrel house shearling close" is two).
func phraseAt(tokens []string) (words []string, kind placeKind) {
	for i, token := range tokens {
		if i > 0 && (isHouseNumber(token) || isUnitWord(token)) {
			break
		}
		p, known := places[token]
		if !known || i == 0 { // the word a name begins with says nothing of its kind: Court Road
			words, kind = append(words, token), kindUnknown
			continue
		}
		words, kind = append(words, p.name), p.kind
		if p.ends && !continues(tokens[i+1:]) {
			break
		}
	}
	return words, kind
}

// continues reports whether a name goes on after a word for a kind of place: with
// another such word (manor house road) or with a point of the compass at the end.
func continues(rest []string) bool {
	if len(rest) == 0 {
		return false
	}
	if _, isPlace := places[rest[0]]; isPlace {
		return true
	}
	switch rest[0] {
	case "north", "south", "east", "west":
		return len(rest) == 1
	}
	return false
}
