package normalise

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds on what is read as one name. They are far above any real name (twelve
// given names, a token of 64 letters) and keep a comparison of two names cheap
// whatever somebody pastes into the box.
const (
	maxTokens      = 12
	maxTokenLength = 64
	maxNameLength  = 1024
)

// GivenNames returns the given names in s, folded, in the order written, at most
// twelve. Titles that lead are dropped, and Jr or Snr at the end. A title that is
// also a name (Major, Lady, Master) stays when nothing else is left; one that is
// not (Mr, Dr) leaves no name. Prince, Princess, Earl, Duke and King are given
// names in London far more often than titles, and are always kept.
//
// GivenNames of its own result joined by spaces is that result.
func GivenNames(s string) []string {
	tokens := nameTokens(s)
	for len(tokens) > 0 && isTitle(tokens[0]) && (len(tokens) > 1 || !isAlsoName(tokens[0])) {
		tokens = tokens[1:]
	}
	for len(tokens) > 1 && isGenerational(tokens[len(tokens)-1]) {
		tokens = tokens[:len(tokens)-1]
	}
	return atMost(tokens, maxTokens)
}

// Surnames returns the parts of the surname in s, folded, in the order written,
// at most twelve. Both halves of a double-barrelled name are tokens, and so are
// particles ("van", "der", "berg"); suffixes (Jr, III, OBE) are dropped. Prefixes
// that belong to the name are joined to it: Mc Donald, Mac Donald and MacDonald
// are mcdonald, O Brien is obrien, Saint John and St. John are stjohn.
//
// Surnames of its own result joined by spaces is that result.
func Surnames(s string) []string {
	tokens := nameTokens(s)
	for len(tokens) > 1 && isSuffix(tokens[len(tokens)-1]) {
		tokens = tokens[:len(tokens)-1]
	}
	return atMost(joinPrefixes(tokens), maxTokens)
}

// atMost returns the first n tokens, and nil for none.
func atMost(tokens []string, n int) []string {
	if len(tokens) == 0 {
		return nil
	}
	return tokens[:min(len(tokens), n)]
}

// nameTokens returns the folded words of a name, or nil.
func nameTokens(s string) []string {
	s = Fold(splitJoined(truncate(s, maxNameLength)))
	if s == "" {
		return nil
	}
	tokens := strings.Split(s, " ")
	for i, token := range tokens {
		tokens[i] = truncate(token, maxTokenLength)
	}
	return tokens
}

// truncate cuts s to at most n bytes without cutting a character in two.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// splitJoined puts a space where two names were run together (RussoMoreau,
// MaryJane) and the capital still shows it. Each must have three letters or
// more, so that LaToya, DeShawn and McDonald stay whole.
func splitJoined(s string) string {
	word, previous := -1, rune(0) // where the word began, and its last letter
	for i, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case !unicode.IsLetter(r):
			word = -1
		case word < 0:
			word = i
		case unicode.IsUpper(r) && unicode.IsLower(previous) && isWhole(s[word:i]) && isWhole(leadingLetters(s[i:])):
			return s[:i] + " " + splitJoined(s[i:])
		}
		previous = r
	}
	return s
}

func leadingLetters(s string) string {
	if end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) }); end >= 0 {
		return s[:end]
	}
	return s
}

func isWhole(s string) bool {
	if utf8.RuneCountInString(s) < 3 {
		return false
	}
	switch strings.ToLower(s) {
	case "mac", "fitz", "van", "von", "del", "des", "dos", "das", "den", "ter", "saint", "bin", "ibn", "abu", "ben":
		return false
	}
	return true
}

// joinPrefixes joins each prefix that is part of a name to the token after it, the
// last first, so that D O Brien is one name whether or not it was read before.
func joinPrefixes(tokens []string) []string {
	for i := len(tokens) - 2; i >= 0; i-- {
		if whole, ok := joinPrefix(tokens[i], tokens[i+1]); ok {
			tokens[i] = truncate(whole, maxTokenLength)
			tokens = slices.Delete(tokens, i+1, i+2)
		}
	}
	for i, token := range tokens {
		tokens[i] = standardMac(token)
	}
	return tokens
}

func joinPrefix(prefix, name string) (whole string, ok bool) {
	switch prefix {
	case "mc", "mac":
		return "mc" + name, true
	case "fitz":
		return prefix + name, true
	case "st", "saint", "sainte", "ste":
		return "st" + name, true
	case "o":
		return "o" + name, len(name) > 1
	case "d":
		return "d" + name, len(name) > 2 && (isVowel(name[0]) || slices.Contains(afterD, name))
	}
	return "", false
}

// afterD are the surnames that Goan and Sri Lankan families write with D',
// beside those that begin with a vowel.
var afterD = []string{"costa", "cruz", "cunha", "lima", "mello", "melo", "rozario", "rosario", "sa", "silva", "souza", "sousa"}

// standardMac writes MacDonald and Macdonald as mcdonald, as half of their bearers
// are recorded, and Saint- as St-. Machado, Macias and Macey are no Mac names.
func standardMac(token string) string {
	if rest, ok := strings.CutPrefix(token, "mac"); ok && followsMac(rest) {
		return "mc" + rest
	}
	if rest, ok := strings.CutPrefix(token, "saint"); ok && len(rest) > 2 {
		return "st" + rest
	}
	return token
}

// followsMac reports whether Mac before rest is "son of". Before most consonants
// it can be nothing else; before a vowel, h or k, and in short names, the Gaelic
// ones are listed.
func followsMac(rest string) bool {
	if len(rest) > 3 && strings.IndexByte("bcdfglmnpqrstvw", rest[0]) >= 0 {
		return true
	}
	return slices.Contains(afterMac, rest)
}

var afterMac = []string{
	"alister", "allister", "andrew", "ardle", "arthur", "askill", "aulay", "auley", "elroy", "enroe", "entee", "evoy", "ewan", "ewen",
	"gee", "hale", "hugh", "innes", "intosh", "intyre", "inerney", "iver", "ivor", "kay", "keever", "kellar", "kenna", "kenzie", "kinlay",
	"kinley", "kinney", "kinnon", "nab", "nee", "rae", "vay", "vey",
}

func isTitle(token string) bool {
	switch token {
	case "mr", "mrs", "ms", "miss", "mx", "mister", "dr", "doctor", "prof", "professor", "rev", "revd", "reverend",
		"fr", "cllr", "councillor", "capt", "sgt", "lt", "hon", "mme", "mlle", "sra", "srta", "hrh", "messrs", "ind", "misc":
		return true
	}
	return isAlsoName(token)
}

// isAlsoName reports whether a title is borne as a name too.
func isAlsoName(token string) bool {
	switch token {
	case "sir", "dame", "lord", "lady", "master", "madam", "major", "captain", "colonel", "col", "sergeant", "father", "sister",
		"brother", "pastor", "canon", "imam", "rabbi", "haji", "hajji", "hajj", "hajja", "hajia", "alhaji", "alhaja", "chief",
		"baroness", "baron", "justice", "senor", "senora", "bishop":
		return true
	}
	return false
}

func isGenerational(token string) bool {
	switch token {
	case "jr", "jnr", "snr", "sr":
		return true
	}
	return false
}

func isSuffix(token string) bool {
	switch token {
	case "junior", "senior", "esq", "esquire", "ii", "iii", "iv", "2nd", "3rd", "4th", "obe", "mbe", "cbe", "kbe", "dbe", "bem", "kc",
		"qc", "jp", "mp", "phd", "dphil", "md", "msc", "bsc", "ba", "ma", "mba", "frcs", "frcp", "mrcp", "rn", "deceased", "decd":
		return true
	}
	return isGenerational(token)
}
