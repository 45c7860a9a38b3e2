package normalise

// metaphoneLength is how many sounds a code holds. Philips used four, for which
// Alexander and Alexandra, or Katarzyna and Kateryna, are one; six tells most such
// pairs apart and still leaves endings out.
const metaphoneLength = 6

// DoubleMetaphone returns how a folded token most likely sounds and, when it may
// be spoken in a second way (Schmidt as SMT beside XMT), that too; the second is
// "" when the two are equal. Codes are at most six characters of
// "0AFHJKLMNPRSTX", where 0 is the th of Smith, X the sh of Shaw and A any vowel,
// kept at the start only. Characters other than letters have no sound.
//
// The rules are those Lawrence Philips published ("The Double Metaphone Search
// Algorithm", C/C++ Users Journal, June 2000).
func DoubleMetaphone(token string) (primary, secondary string) {
	m := metaphone{
		word:    lettersOnly(token),
		primary: make([]byte, 0, metaphoneLength), secondary: make([]byte, 0, metaphoneLength),
	}
	m.slavoGermanic = m.contains("w", "k", "cz")
	m.encode()
	primary, secondary = string(m.primary), string(m.secondary)
	if primary == secondary {
		secondary = ""
	}
	return primary, secondary
}

func lettersOnly(token string) string {
	token = truncate(token, maxTokenLength)
	for i := 0; i < len(token); i++ {
		if !isLower(token[i]) {
			return dropOthers(token)
		}
	}
	return token
}

func dropOthers(token string) string {
	letters := make([]byte, 0, len(token))
	for i := 0; i < len(token); i++ {
		if isLower(token[i]) {
			letters = append(letters, token[i])
		}
	}
	return string(letters)
}

// metaphone is the encoding of one word under way.
type metaphone struct {
	word               string
	slavoGermanic      bool
	primary, secondary []byte
}

func (m *metaphone) encode() {
	i := 0
	if m.has(0, "gn", "kn", "pn", "wr", "ps") {
		i = 1 // the first letter is silent
	}
	for i < len(m.word) && (len(m.primary) < metaphoneLength || len(m.secondary) < metaphoneLength) {
		i += m.letter(i)
	}
}

// letter encodes the sound that begins at i and returns how many letters it took.
func (m *metaphone) letter(i int) int {
	switch m.word[i] {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		if i == 0 {
			m.add("A")
		}
		return 1
	case 'b':
		return m.sound(i, "P", "b")
	case 'c':
		return m.letterC(i)
	case 'd':
		return m.letterD(i)
	case 'f':
		return m.sound(i, "F", "f")
	case 'g':
		return m.letterG(i)
	case 'h':
		return m.letterH(i)
	case 'j':
		return m.letterJ(i)
	case 'k':
		return m.sound(i, "K", "k")
	case 'l':
		return m.letterL(i)
	case 'm':
		return m.letterM(i)
	case 'n':
		return m.sound(i, "N", "n")
	case 'p':
		return m.letterP(i)
	case 'q':
		return m.sound(i, "K", "q")
	case 'r':
		return m.letterR(i)
	case 's':
		return m.letterS(i)
	case 't':
		return m.letterT(i)
	case 'v':
		return m.sound(i, "F", "v")
	case 'w':
		return m.letterW(i)
	case 'x':
		return m.letterX(i)
	}
	return m.letterZ(i)
}

// sound adds a code that does not depend on its surroundings and swallows one of
// the letters in next after it.
func (m *metaphone) sound(i int, code string, next ...string) int {
	m.add(code)
	if m.has(i+1, next...) {
		return 2
	}
	return 1
}

// add adds the same code to both results.
func (m *metaphone) add(code string) { m.addBoth(code, code) }

// addBoth adds a code to each result; "" adds none.
func (m *metaphone) addBoth(primary, secondary string) {
	m.primary = appendCode(m.primary, primary)
	m.secondary = appendCode(m.secondary, secondary)
}

func appendCode(codes []byte, code string) []byte {
	return append(codes, code[:min(len(code), metaphoneLength-len(codes))]...)
}

// at returns the letter at i, and 0 outside the word.
func (m *metaphone) at(i int) byte {
	if i < 0 || i >= len(m.word) {
		return 0
	}
	return m.word[i]
}

// has reports whether any of the texts stands at i.
func (m *metaphone) has(i int, texts ...string) bool {
	if i < 0 || i > len(m.word) {
		return false
	}
	rest := m.word[i:]
	for _, text := range texts {
		if len(rest) >= len(text) && rest[:len(text)] == text {
			return true
		}
	}
	return false
}

func (m *metaphone) contains(texts ...string) bool {
	for i := range m.word {
		if m.has(i, texts...) {
			return true
		}
	}
	return false
}

// vowelAt reports whether a vowel stands at i; y is one here.
func (m *metaphone) vowelAt(i int) bool {
	c := m.at(i)
	return isVowel(c) || c == 'y'
}

func (m *metaphone) last(i int) bool { return i == len(m.word)-1 }

// germanic reports whether the word begins as German ones do.
func (m *metaphone) germanic() bool { return m.has(0, "sch") }
