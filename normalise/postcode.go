package normalise

import (
	"slices"
	"strings"
)

// Postcode is a postcode in standard form. Three cases are told apart:
//
//   - a whole British one: Valid, Text "E8 1EA", Outward "E8";
//   - the first half alone: not Valid, Text "", Outward "E8";
//   - anything else, a foreign one among them: not Valid, Text what was given in
//     upper case without spaces or marks ("4223"), good for comparing alone.
//     Outward is still set where a right first half leads ("E8 1E9").
//
// The zero Postcode is no postcode at all.
type Postcode struct {
	Text    string
	Outward string
	Valid   bool
}

const (
	maxPostcodeLength = 32
	inwardLength      = 3
	girobank          = "GIR0AA" // the one postcode of a form of its own
)

// ParsePostcode reads a postcode in any case, spaced or not. A letter where only
// a figure can stand is read as the figure it looks like, and the reverse (EI as
// E1, N16 ORQ as N16 0RQ). The first letters must be one of the 124 postcode
// areas, and the last two none of C, I, K, M, O and V, which are not used there.
// Figures alone are another country's: 5047 would else be SO47, in Southampton.
func ParsePostcode(s string) Postcode {
	if len(s) > maxPostcodeLength {
		return Postcode{}
	}
	words := strings.Fields(strings.ToUpper(Fold(s)))
	text := truncate(strings.Join(words, ""), maxPostcodeLength)
	if isDigits(text) {
		return Postcode{Text: text}
	}
	if p, _, ok := wholePostcode(text); ok {
		return p
	}
	if outward, ok := firstHalf(words, text); ok {
		return Postcode{Outward: outward}
	}
	return Postcode{Text: text, Outward: leadingOutward(text)}
}

// firstHalf reads the first half of a postcode that stands alone, or with the figure
// of its sector, which says little more: "E8 1" is E8. Where that is no reading, or one
// that needs more corrections, the figure is the district's own: "HA 0" is HA0.
func firstHalf(words []string, text string) (outward string, ok bool) {
	outward, corrected, ok := outwardCode(text)
	if len(words) == 2 && len(words[1]) == 1 && len(words[0]) > 1 && isDigits(words[1]) {
		if sector, n, fits := outwardCode(words[0]); fits && (!ok || n <= corrected) {
			return sector, true
		}
	}
	return outward, ok
}

// leadingOutward returns the first half of a postcode whose second is misread.
func leadingOutward(text string) string {
	cut := len(text) - inwardLength
	if cut < 2 || !isDigits(text[cut:cut+1]) {
		return ""
	}
	outward, corrected, ok := outwardCode(text[:cut])
	if !ok || corrected > 0 {
		return ""
	}
	return outward
}

// wholePostcode reads a postcode without spaces and says how many characters had
// to be corrected.
func wholePostcode(text string) (p Postcode, corrected int, ok bool) {
	if text == girobank {
		return Postcode{Text: "GIR 0AA", Outward: "GIR", Valid: true}, 0, true
	}
	cut := len(text) - inwardLength
	if cut < 2 {
		return Postcode{}, 0, false
	}
	outward, outwardCorrected, ok := outwardCode(text[:cut])
	if !ok {
		return Postcode{}, 0, false
	}
	inward, inwardCorrected, ok := fit(text[cut:], "9AA")
	if !ok || strings.ContainsAny(inward[1:], "CIKMOV") {
		return Postcode{}, 0, false
	}
	return Postcode{Text: outward + " " + inward, Outward: outward, Valid: true}, outwardCorrected + inwardCorrected, true
}

// outwardCode reads the first half of a postcode, in the form that needs the
// fewest corrections.
func outwardCode(text string) (outward string, corrected int, ok bool) {
	for _, form := range [...]string{"A9", "A99", "AA9", "A9A", "AA99", "AA9A"} {
		fitted, n, fits := fit(text, form)
		if fits && (!ok || n < corrected) && isArea(fitted[:strings.IndexByte(form, '9')]) {
			outward, corrected, ok = fitted, n, true
		}
	}
	return outward, corrected, ok
}

// fit brings text into a form of A for a letter and 9 for a figure, replacing
// look-alikes, and says how many it replaced.
func fit(text, form string) (fitted string, corrected int, ok bool) {
	if len(text) != len(form) {
		return "", 0, false
	}
	b := []byte(text)
	for i, c := range b {
		switch {
		case form[i] == '9' && !isDigit(c):
			b[i] = byte(asDigit(rune(c)))
		case form[i] == 'A' && isDigit(c):
			b[i] = postcodeLetter(c)
		}
		if b[i] != c {
			corrected++
		}
		if isDigit(b[i]) != (form[i] == '9') {
			return "", 0, false
		}
	}
	return string(b), corrected, true
}

// postcodeLetter reads a figure as the letter it is mistaken for. Unlike in an NI
// number, 1 is rather I than L: no second half has an I, but eight areas do.
func postcodeLetter(c byte) byte {
	if c == '1' {
		return 'I'
	}
	return byte(asLetter(rune(c)))
}

func isArea(letters string) bool {
	_, found := slices.BinarySearch(postcodeAreas, letters)
	return found
}

// postcodeAreas are the areas of Royal Mail's postcodes, the Crown dependencies
// and BX, which banks use, among them; sorted.
var postcodeAreas = []string{
	"AB", "AL", "B", "BA", "BB", "BD", "BH", "BL", "BN", "BR", "BS", "BT", "BX", "CA", "CB", "CF", "CH", "CM", "CO", "CR", "CT", "CV",
	"CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY", "E", "EC", "EH", "EN", "EX", "FK", "FY", "G", "GL", "GU", "GY", "HA", "HD",
	"HG", "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP", "IV", "JE", "KA", "KT", "KW", "KY", "L", "LA", "LD", "LE", "LL", "LN", "LS",
	"LU", "M", "ME", "MK", "ML", "N", "NE", "NG", "NN", "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH", "RM",
	"S", "SA", "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS",
	"TW", "UB", "W", "WA", "WC", "WD", "WF", "WN", "WR", "WS", "WV", "YO", "ZE",
}

// FindPostcode finds the postcode in free text and returns it with the text that
// is left. Of several the last is taken, since addresses end with theirs. A first
// half alone counts only at the very end ("12 Mare Street E8") and not after a
// word such as Flat, which it would number. Without a postcode the text is
// returned as it was. At most one character is corrected: any more would make
// postcodes of street names.
func FindPostcode(s string) (Postcode, string) {
	words := splitWords(s)
	for i := len(words) - 1; i >= 0; i-- {
		for n := 2; n >= 1; n-- {
			if i+n > len(words) {
				continue
			}
			if p, ok := readPostcodeWords(words[i : i+n]); ok {
				return p, cutText(s, words[i].start, words[i+n-1].end)
			}
		}
	}
	if p, ok := trailingOutward(words); ok {
		last := words[len(words)-1]
		return p, cutText(s, last.start, last.end)
	}
	return Postcode{}, s
}

// readPostcodeWords reads one or two words as a postcode. One correction at most
// leaves a figure in it, so words without any need no reading.
func readPostcodeWords(words []textWord) (Postcode, bool) {
	text, figures := "", 0
	for _, w := range words {
		text += w.text
		figures += digitCount(w.text)
	}
	if figures == 0 || len(text) > maxPostcodeLength || len(words) == 2 && len(words[1].text) < inwardLength {
		return Postcode{}, false
	}
	p, corrected, ok := wholePostcode(strings.ToUpper(strings.ReplaceAll(Fold(text), " ", "")))
	return p, ok && corrected <= 1
}

func trailingOutward(words []textWord) (Postcode, bool) {
	if len(words) == 0 || len(words) > 1 && isUnitWord(Fold(words[len(words)-2].text)) {
		return Postcode{}, false
	}
	last := words[len(words)-1].text
	if len(last) > 4 {
		return Postcode{}, false
	}
	outward, corrected, ok := outwardCode(strings.ToUpper(last))
	return Postcode{Outward: outward}, ok && corrected == 0
}

// textWord is a word of a text and the bytes it stands at.
type textWord struct {
	text       string
	start, end int
}

func splitWords(s string) []textWord {
	var words []textWord
	start := -1
	for i, r := range s + " " {
		gap := r <= ' ' || r == ',' || r == ';' || r == '\u00a0'
		switch {
		case gap && start >= 0:
			words = append(words, textWord{s[start:i], start, i})
			start = -1
		case !gap && start < 0:
			start = i
		}
	}
	return words
}

func cutText(s string, start, end int) string {
	return strings.Trim(strings.TrimRight(s[:start], " ,;")+" "+strings.TrimLeft(s[end:], " "), " ,;")
}
