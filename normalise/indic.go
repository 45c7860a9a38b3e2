package normalise

import (
	"strings"

	"github.com/mozillazg/go-unidecode"
)

// The nine major scripts of India, from Devanagari and Bengali to Malayalam, lie
// in Unicode one after the other in blocks of 128, each letter at the same place
// of its block, since all were encoded after ISCII. One table serves them all.
const (
	indicFirst = 0x0900
	indicLast  = 0x0D7F
	indicBlock = 0x80
)

func isIndic(r rune) bool { return indicFirst <= r && r <= indicLast }

// spellIndic spells one word. A consonant carries an "a" of its own unless a
// vowel sign or the sign that silences it follows. At the end of a word and
// between two syllables that have vowels, the languages of the north do not speak
// it and names leave it out in English: Rahman is written ra-ha-ma-na.
func spellIndic(b *strings.Builder, s string) {
	letters := []rune(s)
	inherent, afterVowel := false, false // of the consonant just written
	for i, r := range letters {
		place := r % indicBlock
		consonant, vowel := indicConsonants[place], indicVowels[place]
		if inherent && (consonant != "" || isNasal(place)) && !(afterVowel && speaksVowel(letters[i:])) {
			b.WriteByte('a')
			afterVowel = true
		} else if inherent {
			afterVowel = false
		}
		switch {
		case consonant != "":
			b.WriteString(consonant)
			inherent = true
		case vowel != "":
			b.WriteString(vowel)
			inherent, afterVowel = false, true
		case isNasal(place):
			b.WriteByte('n')
			inherent, afterVowel = false, false
		case place == indicVirama:
			inherent, afterVowel = false, false
		case place == indicNukta || place == indicVisarga:
		default:
			b.WriteString(unidecode.Unidecode(string(r)))
			inherent, afterVowel = false, false
		}
	}
}

// speaksVowel reports whether the consonant at the front of letters is followed
// by a vowel that is spoken: its sign, or an "a" that does not end the word.
func speaksVowel(letters []rune) bool {
	if indicConsonants[letters[0]%indicBlock] == "" || len(letters) == 1 {
		return false
	}
	next := letters[1] % indicBlock
	return indicVowels[next] != "" || indicConsonants[next] != ""
}

func isNasal(place rune) bool { return place == indicNasal || place == indicCandrabindu }

const (
	indicCandrabindu = 0x01
	indicNasal       = 0x02
	indicVisarga     = 0x03
	indicNukta       = 0x3C
	indicVirama      = 0x4D
)

var indicConsonants = [indicBlock]string{
	0x15: "k", 0x16: "kh", 0x17: "g", 0x18: "gh", 0x19: "ng", 0x1A: "ch", 0x1B: "chh", 0x1C: "j", 0x1D: "jh", 0x1E: "n",
	0x1F: "t", 0x20: "th", 0x21: "d", 0x22: "dh", 0x23: "n", 0x24: "t", 0x25: "th", 0x26: "d", 0x27: "dh", 0x28: "n", 0x29: "n",
	0x2A: "p", 0x2B: "f", 0x2C: "b", 0x2D: "bh", 0x2E: "m", 0x2F: "y", 0x30: "r", 0x31: "r", 0x32: "l", 0x33: "l", 0x34: "l",
	0x35: "v", 0x36: "sh", 0x37: "sh", 0x38: "s", 0x39: "h",
	0x58: "q", 0x59: "kh", 0x5A: "gh", 0x5B: "z", 0x5C: "r", 0x5D: "rh", 0x5E: "f", 0x5F: "y",
}

var indicVowels = [indicBlock]string{
	0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "ri", 0x0D: "e", 0x0E: "e", 0x0F: "e", 0x10: "ai",
	0x11: "o", 0x12: "o", 0x13: "o", 0x14: "au",
	0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x45: "e", 0x46: "e", 0x47: "e", 0x48: "ai",
	0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "au",
}
