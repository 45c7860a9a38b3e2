package normalise

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

const (
	maxPhoneLength = 64  // "+44 (0)20 7946 0000 ext 123, ask for Ada" fits
	maxEmailLength = 254 // RFC 5321, section 4.5.3.1.3
	minPhoneDigits = 7   // shorter ones are extensions and short codes, no evidence of a person
)

// Phone returns the number in s in E.164 form (+447700900123), read as a British
// one unless it says otherwise, and "" when it is no valid number. The numbers
// Ofcom keeps for drama, which samples and tests use, count as valid. An extension
// is dropped: it is of a switchboard and not of a person.
func Phone(s string) string {
	if len(s) > maxPhoneLength {
		return ""
	}
	s = dialled(s)
	if digitCount(s) < minPhoneDigits {
		return ""
	}
	number, err := phonenumbers.Parse(s, "GB")
	if err != nil {
		return ""
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	// Parse alone takes any few figures after 44 for a number: only IsValid tells.
	if !isDramaNumber(e164) && !phonenumbers.IsValidNumber(number) {
		return ""
	}
	return e164
}

// dialled returns the first run of what a dialled number is written with: "tel:",
// "(mum)", "ext 12" and the second of two numbers are none of it.
func dialled(s string) string {
	start := strings.IndexAny(s, "+0123456789")
	if start < 0 {
		return ""
	}
	s = s[start:]
	for i, r := range s {
		if !strings.ContainsRune("+0123456789 -.()\u00a0\u2010\u2011\u2013", r) {
			return s[:i]
		}
	}
	return s
}

// isDramaNumber reports whether a number is in one of the three of Ofcom's drama
// ranges that are in no operator's: 07700 900000 to 900999, 01632 960000 to 960999
// and 0115 496 0000 to 0999. The others are valid numbers to phonenumbers.
func isDramaNumber(e164 string) bool {
	return len(e164) == len("+447700900000") && (strings.HasPrefix(e164, "+447700900") ||
		strings.HasPrefix(e164, "+441632960") || strings.HasPrefix(e164, "+441154960"))
}

func digitCount(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}

// Email returns an e-mail address trimmed and in lower case, or "" when s is none.
// A tag after a plus is kept: whether ada+council@ and ada@ are one mailbox is
// for its provider to say.
//
// Email is idempotent. It asks for one @, a name before it and a dotted domain
// after it, and no spaces; it does not ask whether the mailbox exists.
func Email(s string) string {
	if len(s) > maxEmailLength+16 {
		return ""
	}
	s = strings.ToLower(strings.Trim(strings.Map(withoutFormat, s), " \t\r\n<>,;.\"'"))
	s = strings.TrimPrefix(s, "mailto:")
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > maxEmailLength || !isMailbox(local) || !isDomain(domain) {
		return ""
	}
	return s
}

func withoutFormat(r rune) rune {
	if r > unicode.MaxASCII && unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

func isMailbox(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(`@,;:<>()[]\"`, r) || r == '\uFFFD'
	})
}

func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || !isMailbox(label) {
			return false
		}
	}
	return len(labels) > 1
}
