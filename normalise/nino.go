package normalise

import "strings"

// NI is a National Insurance number as HMRC writes it. Number is the two letters
// and six digits that identify the person ("QQ123456"); Suffix, "A" to "D" or "",
// only once said when a card was to be renewed, so two numbers are compared
// without it. Both are empty when Kind is NINone.
type NI struct {
	Number string
	Suffix string
	Kind   NIKind
}

// NIKind says what a text given as a National Insurance number can be.
type NIKind uint8

const (
	NINone           NIKind = iota // no NI number, or one HMRC's rules exclude
	NIIssued                       // could have been issued to a person
	NITest                         // prefix QQ, never issued: samples and tests
	NIAdministrative               // a prefix that offices use for cases, not for people
	NITemporary                    // prefix TN, or a temporary reference number (11A11111)
	NIPlaceholder                  // what is typed to get past a form: AB123456C, one digit repeated
)

// Evidence reports whether the number can tell people apart: one that could have
// been issued, or a test number where the caller allows those.
func (n NI) Evidence(allowTest bool) bool {
	return n.Kind == NIIssued || allowTest && n.Kind == NITest
}

// String returns the kind's name, for errors and tables; it holds no personal data.
func (k NIKind) String() string {
	switch k {
	case NIIssued:
		return "issued"
	case NITest:
		return "test"
	case NIAdministrative:
		return "administrative"
	case NITemporary:
		return "temporary"
	case NIPlaceholder:
		return "placeholder"
	}
	return "none"
}

const (
	niLength     = 8 // two letters, six digits
	maxNILength  = 64
	niNotFirst   = "DFIQUV"
	niNotSecond  = "DFIOQUV"
	niSuffixes   = "ABCD"
	niTestPrefix = "QQ"
)

// ParseNI reads a National Insurance number as people write it: in any case, with
// spaces, dashes or dots anywhere, with its label, with or without the suffix.
// Where only a letter can stand a figure that looks like it is read as the letter
// (0 as O, 1 as L), and where only a figure can, the reverse. A ninth character
// that is no suffix is dropped as misread, since it identifies nobody.
//
// The rules on prefixes are HMRC's (National Insurance Manual, NIM39110): D, F, I,
// Q, U and V are not used in the first two letters, O not in the second, and BG,
// GB, KN, NK, NT, TN and ZZ are not allocated.
func ParseNI(s string) NI {
	s = withoutNILabel(compact(s, maxNILength))
	if isTemporaryReference(s) {
		return NI{Number: s, Kind: NITemporary}
	}
	if isPlaceholderRun(s) {
		return NI{Number: s[:niLength], Kind: NIPlaceholder}
	}
	if len(s) != niLength && len(s) != niLength+1 {
		return NI{}
	}
	prefix, digits := strings.Map(asLetter, s[:2]), strings.Map(asDigit, s[2:niLength])
	kind := niKind(prefix, digits)
	if kind == NINone {
		return NI{}
	}
	return NI{Number: prefix + digits, Suffix: niSuffix(s[niLength:]), Kind: kind}
}

// compact returns the letters and digits of s in upper case, or "" when s is
// longer than anything it could be.
func compact(s string, limit int) string {
	if len(s) > limit {
		return ""
	}
	return strings.ToUpper(strings.ReplaceAll(Fold(s), " ", ""))
}

func withoutNILabel(s string) string {
	for _, label := range []string{"NATIONALINSURANCE", "NINO", "NI"} {
		if rest, ok := strings.CutPrefix(s, label); ok && len(rest) >= niLength {
			return strings.TrimPrefix(strings.TrimPrefix(rest, "NUMBER"), "NO")
		}
	}
	return s
}

// isTemporaryReference reports whether s has the form of the number HMRC gives
// until a real one is known.
func isTemporaryReference(s string) bool {
	return len(s) == niLength && isDigits(s[:2]) && 'A' <= s[2] && s[2] <= 'Z' && isDigits(s[3:])
}

// isPlaceholderRun reports whether s is figures only, all alike or in sequence.
func isPlaceholderRun(s string) bool {
	return len(s) >= niLength && len(s) <= niLength+2 && isDigits(s) && isRun(s)
}

// isRun reports whether the figures are those that are typed when none are known.
func isRun(digits string) bool {
	return strings.Count(digits, digits[:1]) == len(digits) ||
		strings.HasPrefix("1234567890", digits) || strings.HasPrefix("0123456789", digits) ||
		strings.HasPrefix("9876543210", digits) || digits == "654321"
}

func niKind(prefix, digits string) NIKind {
	switch {
	case !isLetters(prefix) || !isDigits(digits):
		return NINone
	case prefix == niTestPrefix:
		return NITest
	case prefix == "TN":
		return NITemporary
	case isAdministrative(prefix):
		return NIAdministrative
	case !isAllocated(prefix):
		return NINone
	case isRun(digits):
		return NIPlaceholder
	}
	return NIIssued
}

func isAdministrative(prefix string) bool {
	switch prefix {
	case "OO", "CR", "FY", "MW", "NC", "PP", "PY", "PZ":
		return true
	}
	return false
}

func isAllocated(prefix string) bool {
	switch prefix {
	case "BG", "GB", "KN", "NK", "NT", "ZZ":
		return false
	}
	return !strings.Contains(niNotFirst, prefix[:1]) && !strings.Contains(niNotSecond, prefix[1:])
}

func niSuffix(s string) string {
	if s = strings.Map(asLetter, s); s != "" && strings.Contains(niSuffixes, s) {
		return s
	}
	return ""
}

// asLetter reads a figure as the letter it is mistaken for. I is in no prefix, so
// what looks like it must be L.
func asLetter(r rune) rune {
	switch r {
	case '0':
		return 'O'
	case '1', 'I':
		return 'L'
	case '4':
		return 'A'
	case '5':
		return 'S'
	case '8':
		return 'B'
	}
	return r
}

// asDigit reads a letter as the figure it is mistaken for.
func asDigit(r rune) rune {
	switch r {
	case 'O', 'Q':
		return '0'
	case 'I', 'L':
		return '1'
	case 'Z':
		return '2'
	case 'S':
		return '5'
	case 'G':
		return '6'
	case 'B':
		return '8'
	}
	return r
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func isLetters(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return s != ""
}
