package normalise

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

const (
	maxPhoneLength = 64  // "+44 (0)20 7946 0000 ext 123, ask for Ada" fits
	maxEmailLength = 254 // RFC 5321, section 4.5.3.1.3
	minPhoneDigits = 7   // shorter ones are extensions and short codes, no evidence of a person
)

// Phone returns the number in s in E.164 form (+447700900123), read as a British
// one unless it says otherwise, and "" when it is no valid number. The numbers
// Ofcom keeps for drama, which samples and tests use, count as valid.
func Phone(s string) string {
	if len(s) > maxPhoneLength || digitCount(s) < minPhoneDigits {
		return ""
	}
	// Parse alone would make "ext 4421" a number, +444421: only IsValid tells.
	number, err := phonenumbers.Parse(s, "GB")
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return ""
	}
	number.Extension = nil
	return phonenumbers.Format(number, phonenumbers.E164)
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
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), "<>,;\"' "))
	s = strings.TrimPrefix(s, "mailto:")
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > maxEmailLength || !isMailbox(local) || !isDomain(domain) {
		return ""
	}
	return s
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
