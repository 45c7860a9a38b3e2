package match

import (
	"hash/maphash"
	"sync/atomic"

	"personindex/normalise"
)

// word is a word of a name with the forms under which it is compared.
type word struct {
	text       string
	sounds     [2]string // double metaphone, made for English ears
	slavic     []string  // Daitch–Mokotoff, made for Slavic, German and Yiddish names
	skeleton   string    // consonants alone, which outlast transliteration
	confusable string    // letters that look alike made one
	stem       string    // without the ending that says the bearer's gender
	core       string    // without a particle joined to it
	nicknames  []string  // families of given names
	spellings  []string  // families of surnames
	stands     normalise.Placeholder
}

func newWord(text string) *word {
	w := &word{
		text:       text,
		slavic:     normalise.DaitchMokotoff(text),
		skeleton:   normalise.Skeleton(text),
		confusable: normalise.Confusable(text),
		stem:       normalise.SurnameStem(text),
		core:       normalise.StripParticle(text),
		nicknames:  normalise.Nicknames(text),
		spellings:  normalise.SurnameVariants(text),
		stands:     normalise.PlaceholderOf(text),
	}
	w.sounds[0], w.sounds[1] = normalise.DoubleMetaphone(text)
	return w
}

// lexiconSize is how many words are remembered; a borough bears some 20,000.
const lexiconSize = 1 << 15

// lexicon remembers words, whose forms take some 5 µs to compute: the names of
// a hundred candidates are mostly the same few. A word that falls on another's
// place takes it, so that memory is bounded. It is safe for concurrent use.
type lexicon struct {
	seed  maphash.Seed
	slots [lexiconSize]atomic.Pointer[word]
}

func newLexicon() *lexicon { return &lexicon{seed: maphash.MakeSeed()} }

func (l *lexicon) word(text string) *word {
	slot := &l.slots[maphash.String(l.seed, text)%lexiconSize]
	if w := slot.Load(); w != nil && w.text == text {
		return w
	}
	w := newWord(text)
	slot.Store(w)
	return w
}

// soundAlike asks two families of phonetic codes and the consonants alone.
func soundAlike(a, b *word) bool {
	for _, x := range a.sounds {
		if len(x) > 1 && (x == b.sounds[0] || x == b.sounds[1]) {
			return true
		}
	}
	return len(a.skeleton) > 2 && a.skeleton == b.skeleton || share(a.slavic, b.slavic)
}

// sameGiven reports whether two words are forms of one given name: by the lists of
// nicknames and spellings, or by what people of this register are called.
func (m *Model) sameGiven(a, b *word) bool {
	return share(a.nicknames, b.nicknames) || m.frequencies.Form(a.text, b.text)
}

// sameSurname is sameGiven for surnames.
func (m *Model) sameSurname(a, b *word) bool {
	return a.stem == b.stem || a.core == b.core || share(a.spellings, b.spellings)
}

func (m *Model) sameName(a, b *word) bool { return m.sameSurname(a, b) || m.sameGiven(a, b) }
