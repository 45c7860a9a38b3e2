package normalise

import (
	"slices"
	"strings"
)

// IsParticle reports whether a folded token is a word that links names, such as
// van, de, bin or el: two people who share it share no name. Some are whole names
// too (Le, Do and Van are Vietnamese surnames): see [WithoutParticles].
func IsParticle(token string) bool {
	switch token {
	case "aan", "ab", "abu", "af", "al", "ap", "ar", "bar", "bat", "ben", "bin", "bint", "binte", "binti", "da", "dal", "dalla", "das", "de",
		"degli", "dei", "del", "della", "delle", "dello", "den", "der", "des", "di", "do", "dos", "du", "el", "en", "het", "ibn", "la", "las",
		"le", "les", "lo", "los", "mac", "mc", "ni", "nic", "of", "op", "os", "ould", "san", "st", "te", "ten", "ter", "ul", "umm", "ur", "und",
		"van", "vande", "vander", "ver", "vom", "von", "zu", "zum", "zur":
		return true
	}
	return false
}

// WithoutParticles returns the tokens that are not particles, in order. A name of
// nothing but particles is a name and is returned whole.
func WithoutParticles(tokens []string) []string {
	if !slices.ContainsFunc(tokens, IsParticle) {
		return tokens
	}
	var names []string
	for _, token := range tokens {
		if !IsParticle(token) {
			names = append(names, token)
		}
	}
	if names == nil {
		return tokens
	}
	return names
}

// StripParticle returns a folded surname without the article or preposition that
// was written as one word with it: elsayed is sayed, alhassan hassan, vandenberg
// berg. A token where that would cut into the name itself (alan, deacon, vance)
// is returned unchanged, and so is one without a particle.
//
// StripParticle is idempotent.
func StripParticle(token string) string {
	for _, p := range attached {
		if rest, ok := strings.CutPrefix(token, p.particle); ok && p.leaves(rest) {
			return StripParticle(rest)
		}
	}
	return token
}

// attachedParticle is a particle that is written together with the name, and the
// least number of letters a name must then have. after, unless empty, lists the
// names it is written with.
type attachedParticle struct {
	particle string
	least    int
	after    []string
}

func (p attachedParticle) leaves(rest string) bool {
	if len(rest) < p.least || !hasVowel(rest) {
		return false
	}
	return len(p.after) == 0 || slices.ContainsFunc(p.after, func(name string) bool { return isFormOf(rest, name) })
}

// isFormOf reports whether token is name or, since a short beginning proves
// nothing, a longer one that begins with its five letters or more (Khalid, Khalidi).
func isFormOf(token, name string) bool {
	return token == name || len(name) >= 5 && strings.HasPrefix(token, name)
}

// attached is in the order in which it is tried: the longer before its own
// beginning. Those that begin many other names (al, el, de, da) ask for a name
// that is known to follow them.
var attached = []attachedParticle{
	{"vanden", 4, nil}, {"vander", 4, nil}, {"vande", 4, nil}, {"vonder", 4, nil},
	{"abdul", 5, nil}, {"abdel", 5, nil}, {"abdal", 5, nil},
	{"della", 5, nil}, {"delos", 5, nil}, {"dela", 4, []string{"cruz", "rosa", "torre", "vega", "fuente", "pena", "cour"}},
	{"ibn", 4, nil}, {"bint", 4, nil},
	{"al", 3, afterArticle}, {"el", 3, afterArticle}, {"ul", 3, afterArticle},
	{"van", 4, []string{"dyke", "dijk", "dyck", "leeuwen", "rooyen", "niekerk", "zyl", "buren", "houten", "damme", "heerden", "vliet", "gogh"}},
	{"de", 5, []string{"souza", "sousa", "silva", "freitas", "lacruz", "jesus", "oliveira", "castro", "groot", "witt", "vries", "costa"}},
	{"da", 5, []string{"silva", "souza", "sousa", "costa", "cunha", "rocha", "veiga"}},
	{"do", 5, []string{"santos", "rosario", "nascimento", "carmo"}},
	{"dos", 6, []string{"santos", "ramos", "passos"}},
	{"d", 4, []string{"souza", "sousa", "silva", "cruz", "costa", "mello", "cunha", "rozario", "rosario", "angelo", "almeida", "abreu"}},
}

// afterArticle are Arabic names that take the article.
var afterArticle = []string{
	"abbas", "abdul", "abdallah", "adawi", "agha", "ahmad", "ahmed", "amin", "amir", "ansari", "arab", "asad", "ashraf", "asmar", "atrash",
	"azhar", "aziz", "bahar", "bakr", "bakri", "banna", "basha", "bashir", "bayati", "bitar", "dabbagh", "din", "dosari", "farouk", "farsi",
	"fayed", "gamal", "ghamdi", "ghazali", "habib", "haddad", "haj", "hajj", "hakim", "hamad", "hamdan", "hamid", "hamza", "harbi", "haroun",
	"hasan", "hashimi", "hassan", "hazmi", "hilali", "hindi", "husain", "hussain", "hussein", "hussaini", "husseini", "ibrahim", "idrissi",
	"jaber", "jabri", "jamal", "janabi", "jazairi", "jubouri", "juburi", "kaabi", "kader", "karim", "khalid", "khalidi", "khalil", "khan", "kharraz",
	"khatib", "khattab", "khoury", "kurdi", "maliki", "mahdi", "mahmoud", "majid", "malik", "mansour", "mansouri", "masri", "matar",
	"mazrouei", "mohamed", "mohammed", "muhammad", "mousa", "moussa", "mutairi", "naggar", "najjar", "nasser", "nasir", "nasri", "nimr", "nour", "obeidi",
	"omar", "omari", "otaibi", "othman", "qadi", "qahtani", "qasim", "qasimi", "qureshi", "rashid", "rahman", "rahim", "rubaie", "saadi", "sabah", "sabbagh", "sadat",
	"sadiq", "saeed", "safi", "said", "saidi", "salam", "saleh", "salih", "salem", "salim", "samarrai", "sayed", "sayyid", "shaikh", "shami",
	"shammari", "sharif", "shehri", "sheikh", "shukri", "siddiq", "sisi", "sudani", "suleiman", "tamimi", "tayeb", "tikriti", "turki", "wahab",
	"yasin", "yassin", "yousef", "zahra", "zahrani", "zaidi", "zubaidi",
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}

func hasVowel(s string) bool { return strings.ContainsAny(s, "aeiouy") }
