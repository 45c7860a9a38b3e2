package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
)

// transliterate spells composed text in ASCII. Scripts that go-unidecode reads
// letter by letter, and so without their vowels or with capitals for other
// letters, are read here by the word; the rest is left to it.
func transliterate(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	s = strings.ReplaceAll(s, "عبد ال", "عبدال")
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		if r < utf8.RuneSelf {
			b.WriteByte(s[0])
			s = s[size:]
			continue
		}
		spell, belongs := speller(r)
		end := runLength(s, belongs)
		spell(&b, s[:end])
		s = s[end:]
	}
	return b.String()
}

// runLength returns the length in bytes of the runes at the start of s, at least
// one, that belong together.
func runLength(s string, belongs func(rune) bool) int {
	for i, r := range s {
		if i > 0 && !belongs(r) {
			return i
		}
	}
	return len(s)
}

func speller(r rune) (spell func(*strings.Builder, string), belongs func(rune) bool) {
	switch {
	case isArabic(r):
		return spellArabic, isArabic
	case isHebrew(r):
		return spellHebrew, isHebrew
	case isIndic(r):
		return spellIndic, isIndic
	}
	return spellLetters, never
}

func never(rune) bool { return false }

func isArabic(r rune) bool {
	return 0x0610 <= r && r <= 0x06DC && r != '؛' && r != '؟' && !isArabicDigit(r)
}

func isArabicDigit(r rune) bool { return 0x0660 <= r && r <= 0x0669 }

func isHebrew(r rune) bool { return 0x0591 <= r && r <= 0x05F2 && r != '־' }

// spellLetters spells what is read letter by letter. A mark that did not compose
// with its letter is dropped, and what has no ASCII spelling separates words.
func spellLetters(b *strings.Builder, s string) {
	r, _ := utf8.DecodeRuneInString(s)
	switch spelt, own := letters[r]; {
	case own:
		b.WriteString(spelt)
	case unicode.Is(unicode.Mn, r):
	case unicode.In(r, unicode.L, unicode.N, unicode.Mc):
		b.WriteString(unidecode.Unidecode(s))
	default:
		b.WriteByte(' ')
	}
}

// letters holds the letters for which go-unidecode has no spelling, an unreadable
// one, or one no passport office uses. Cyrillic follows the English habit (Yulia,
// not Iuliia); the other spellings are classes in nicknames.txt.
var letters = map[rune]string{
	'ı': "i", 'ə': "a", 'Ə': "a", 'Ǝ': "e", 'ǝ': "e", 'ɂ': "", 'Ɂ': "", 'ʔ': "", 'ŉ': "n", 'Ʊ': "u", 'ʊ': "u",

	'ё': "yo", 'Ё': "yo", 'є': "ye", 'Є': "ye", 'й': "y", 'Й': "y", 'ю': "yu", 'Ю': "yu", 'я': "ya", 'Я': "ya",
	'ћ': "c", 'Ћ': "c", 'ђ': "dj", 'Ђ': "dj", 'ј': "j", 'Ј': "j", 'ә': "a", 'Ә': "a", 'ґ': "g", 'Ґ': "g",
	'ғ': "g", 'Ғ': "g", 'қ': "q", 'Қ': "q", 'ң': "n", 'Ң': "n", 'ұ': "u", 'Ұ': "u", 'ҳ': "h", 'Ҳ': "h",

	'χ': "ch", 'Χ': "ch", 'η': "i", 'Η': "i", 'ή': "i", 'Ή': "i",
	'φ': "f", 'Φ': "f", 'ξ': "x", 'Ξ': "x",
}

// spellArabic spells one word in the Arabic script of Arabic, Urdu, Persian,
// Kurdish or Somali. The script leaves short vowels out, so common names are
// spelt from a list and in any other word an "a" is put between consonants.
func spellArabic(b *strings.Builder, s string) {
	word := strings.Map(arabicLetter, s)
	if _, listed := arabicNames[word]; !listed {
		for _, prefix := range arabicPrefixes {
			if rest, ok := strings.CutPrefix(word, prefix.script); ok && rest != "" {
				b.WriteString(prefix.latin)
				word = rest
				break // one is read: a text of nothing but articles must not cost their square
			}
		}
	}
	if name, ok := arabicNames[word]; ok {
		b.WriteString(name)
		return
	}
	spellConsonants(b, word, arabicLetters)
}

// arabicPrefixes are written as one word with the name after them.
var arabicPrefixes = []struct{ script, latin string }{{"عبدال", "abdul "}, {"ال", "al "}}

// arabicLetter joins the forms of one letter and drops vowel marks and the
// stroke that only stretches a word.
func arabicLetter(r rune) rune {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ى', 'ی', 'ئ', 'ې':
		return 'ي'
	case 'ک', 'ڪ':
		return 'ك'
	case 'ہ', 'ۀ', 'ە', 'ھ', 'ۃ':
		return 'ه'
	case 'ؤ':
		return 'و'
	case 'ـ', 'ء':
		return -1
	}
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	return r
}

// spellHebrew spells one word in Hebrew script, on the same lines as Arabic.
func spellHebrew(b *strings.Builder, s string) {
	word := strings.Map(hebrewLetter, s)
	if name, ok := hebrewNames[word]; ok {
		b.WriteString(name)
		return
	}
	spellConsonants(b, word, hebrewLetters)
}

func hebrewLetter(r rune) rune {
	switch r {
	case 'ך':
		return 'כ'
	case 'ם':
		return 'מ'
	case 'ן':
		return 'נ'
	case 'ף':
		return 'פ'
	case 'ץ':
		return 'צ'
	}
	if r < 'א' || r == '׳' {
		return -1
	}
	return r
}

// sound is how a letter of a script without short vowels is spelt: as a
// consonant, or as the long vowel it stands for after one.
type sound struct{ consonant, vowel string }

// spellConsonants puts an "a" between two consonants, but for one that closes a
// syllable before another that opens one: bdry is badri.
func spellConsonants(b *strings.Builder, word string, table map[rune]sound) {
	letters := []rune(word)
	afterConsonant, closes := false, false
	for i, r := range letters {
		spelt, known := table[r]
		last := i == len(letters)-1
		switch {
		case !known:
			b.WriteString(unidecode.Unidecode(string(r)))
			afterConsonant, closes = false, false
		case spelt.consonant == "" || afterConsonant && spelt.vowel != "":
			b.WriteString(spelt.vowel)
			afterConsonant, closes = false, true
		case afterConsonant && !last && !(closes && table[letters[i+1]].vowel != ""):
			b.WriteString("a" + spelt.consonant)
			closes = true
		default:
			b.WriteString(spelt.consonant)
			closes = !afterConsonant && closes
			afterConsonant = true
		}
	}
}
