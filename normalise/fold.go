package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s as lower-case ASCII letters and digits, its words separated by
// single spaces, with none at either end.
//
// Diacritics are dropped (Nguyễn is nguyen, Ọláwálé olawale, Łukasz lukasz),
// letters of their own are spelt out (Straße is strasse, Þór thor), other
// scripts are transliterated, apostrophes vanish (O’Brien is obrien) and every
// other mark separates words (Smith-Jones is smith jones). Invisible characters
// such as U+200B and U+200F leave no trace, and bytes that are no UTF-8 are read
// as the Latin-1 they most often were.
//
// Fold(Fold(s)) equals Fold(s), and the composed and the decomposed spelling of
// one text fold alike. Text that is folded already is returned without copying.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	if !isASCII(s) {
		s = transliterate(compose(s))
	}
	return foldASCII(s)
}

func isFolded(s string) bool {
	previous := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isLower(c) || isDigit(c):
		case c == ' ' && previous != ' ':
		default:
			return false
		}
		previous = c
	}
	return s == "" || previous != ' '
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func foldASCII(s string) string {
	folded := make([]byte, 0, len(s))
	gap := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isLower(c) || isDigit(c):
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '\'' || c == '`':
			continue
		default:
			gap = true
			continue
		}
		if gap && len(folded) > 0 {
			folded = append(folded, ' ')
		}
		gap = false
		folded = append(folded, c)
	}
	return string(folded)
}

// compose drops what has no place in a name's spelling and composes the rest.
// The spacing accents go first, since composing would split them into a space
// and a mark, and so split the name.
func compose(s string) string {
	if !utf8.ValidString(s) {
		s = readLatin1(s)
	}
	return norm.NFKC.String(strings.Map(visible, s))
}

func visible(r rune) rune {
	switch {
	case r < utf8.RuneSelf || 'À' <= r && r <= 'ɏ' || 'Ḁ' <= r && r <= 'ỿ':
		return r // nearly every character of nearly every name: spared the tables
	case r == utf8.RuneError, isApostrophe(r), unicode.In(r, unicode.Cf, unicode.Sk):
		return -1
	}
	return r
}

func isApostrophe(r rune) bool {
	switch r {
	case '‘', '’', '‚', '‛', 'ʹ', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', 'ˈ', '′', '‵', '＇', 'ꞌ', '՚', '׳':
		return true
	}
	return false
}

// readLatin1 reads each byte that is no UTF-8 as the Latin-1 character it is in
// files that never were UTF-8, where most of such names come from.
func readLatin1(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/2)
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			r = rune(s[0])
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
