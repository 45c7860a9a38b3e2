package match

import (
	"strings"

	"personindex/normalise"
)

// compareNames compares given names and surnames, straight and exchanged, and
// keeps whichever speaks more for one person.
func compareNames(m *Model, asked, found *Record, out *[fieldCount]outcome) {
	forename := compareGiven(asked.Given, found)
	surname := compareSurname(asked.Surnames, found)
	out[Forename], out[Surname] = forename, surname
	if forename.level < ForenameClose && forename.level != NotCompared && surname.level < SurnameClose {
		return // agreeing as asked; the exchange cannot do better
	}
	if len(asked.Given) == 0 || len(asked.Surnames) == 0 {
		return
	}
	f, s := compareSwapped(asked, found)
	if f.level == NotCompared {
		return
	}
	straight := m.bits(Forename, forename.level) + m.bits(Surname, surname.level)
	if m.bits(Forename, f.level)+m.bits(Surname, s.level) > straight {
		out[Forename], out[Surname] = f, s
	}
}

// compareSwapped compares the given name asked with surnames and the surname
// asked with given names. Both must agree closely.
func compareSwapped(asked, found *Record) (forename, surname outcome) {
	f := bestName(asked.Given, found.Surnames, compareTokens)
	s := bestName(asked.Surnames, found.Given, compareTokens)
	close := func(o outcome) bool { return o.level != NotCompared && o.level <= nameClose }
	if !close(f) || !close(s) || (f.level > namePart && s.level > namePart) {
		return outcome{}, outcome{}
	}
	return outcome{ForenameSwapped, f.asked, f.found}, outcome{SurnameSwapped, s.asked, s.found}
}

// nameLevel is how two names of one kind compare, before they are put down to
// given names or surnames. The order is that of Level: closest first.
const (
	nameExact Level = iota + 1
	nameJoined
	namePart
	nameFamily
	nameClose
	nameSounds
	nameInitial
	nameFar
	nameDifferent
)

var givenLevels = [...]Level{
	NotCompared, ForenameExact, ForenameJoined, ForenamePart, ForenameNickname, ForenameClose,
	ForenameSoundsAlike, ForenameInitial, ForenameFar, ForenameDifferent,
}

var surnameLevels = [...]Level{
	NotCompared, SurnameExact, SurnameJoined, SurnamePart, SurnameVariant, SurnameClose,
	SurnameSoundsAlike, SurnameInitial, SurnameFar, SurnameDifferent,
}

func compareGiven(asked []Name, found *Record) outcome {
	best := bestName(asked, found.Given, compareGivenTokens)
	best.level = givenLevels[best.level]
	if best.level != NotCompared && best.level < ForenameMiddle {
		return best
	}
	// A name used as first may stand among the middle names, and first and
	// middle name may be given together.
	for _, a := range asked {
		for _, middle := range found.Middle {
			if len(a.Tokens) == 1 && a.Tokens[0] == middle {
				return outcome{ForenameMiddle, a.Text, middle}
			}
		}
	}
	return best
}

func compareSurname(asked []Name, found *Record) outcome {
	best := bestName(asked, found.Surnames, compareSurnameTokens)
	best.level = surnameLevels[best.level]
	if best.level != NotCompared && best.level < SurnameMiddle {
		return best
	}
	for _, a := range asked {
		for _, given := range found.givenTokens() {
			if len(a.Tokens) == 1 && len(given) > 2 && a.Tokens[0] == given {
				return outcome{SurnameMiddle, a.Text, given}
			}
		}
	}
	return best
}

func bestName(asked, found []Name, compare func(a, b []string) Level) outcome {
	var best outcome
	for i := range asked {
		for j := range found {
			level := compare(asked[i].Tokens, found[j].Tokens)
			if best.level == NotCompared || level < best.level {
				best = outcome{level, asked[i].Text, found[j].Text}
				if level == nameExact {
					return best
				}
			}
		}
	}
	return best
}

func compareGivenTokens(a, b []string) Level {
	return compareWith(a, b, func(x, y string) bool { return share(normalise.Nicknames(x), normalise.Nicknames(y)) })
}

func compareSurnameTokens(a, b []string) Level {
	return compareWith(a, b, sameSurnameFamily)
}

// compareTokens compares names that may be of either kind.
func compareTokens(a, b []string) Level {
	return compareWith(a, b, func(x, y string) bool {
		return sameSurnameFamily(x, y) || share(normalise.Nicknames(x), normalise.Nicknames(y))
	})
}

func sameSurnameFamily(x, y string) bool {
	return normalise.SurnameStem(x) == normalise.SurnameStem(y) ||
		normalise.StripParticle(x) == normalise.StripParticle(y) ||
		share(normalise.SurnameVariants(x), normalise.SurnameVariants(y))
}

// compareWith grades two names word by word. sameFamily says whether two
// different words are forms of one name.
func compareWith(a, b []string, sameFamily func(x, y string) bool) Level {
	if len(a) == 1 && len(b) == 1 {
		return compareWord(a[0], b[0], sameFamily)
	}
	if sameWords(a, b) {
		return nameExact
	}
	joinedA, joinedB := strings.Join(a, ""), strings.Join(b, "")
	if joinedA == joinedB || sameCore(a, b) {
		return nameJoined
	}
	best := compareWord(joinedA, joinedB, func(string, string) bool { return false })
	for _, x := range a {
		for _, y := range b {
			if (normalise.IsParticle(x) && len(a) > 1) || (normalise.IsParticle(y) && len(b) > 1) {
				continue
			}
			level := compareWord(x, y, sameFamily)
			if level == nameExact {
				level = namePart
			}
			best = min(best, level)
		}
	}
	return best
}

// sameWords reports whether two names have the same words in any order.
func sameWords(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !contains(b, x) {
			return false
		}
	}
	return true
}

// sameCore reports whether two names are equal but for particles.
func sameCore(a, b []string) bool {
	core := func(tokens []string) string {
		var whole strings.Builder
		for _, t := range tokens {
			if !normalise.IsParticle(t) {
				whole.WriteString(t)
			}
		}
		return whole.String()
	}
	return core(a) != "" && core(a) == core(b)
}

func compareWord(a, b string, sameFamily func(x, y string) bool) Level {
	switch {
	case a == b:
		return nameExact
	case len(a) == 1 || len(b) == 1:
		if a[0] == b[0] {
			return nameInitial
		}
		return nameDifferent
	case sameFamily(a, b):
		return nameFamily
	}
	distance := editDistance(a, b, 2)
	shorter := min(len(a), len(b))
	switch {
	case distance <= 1 && shorter >= 3 || normalise.Confusable(a) == normalise.Confusable(b):
		return nameClose
	case soundAlike(a, b):
		return nameSounds
	case distance <= 2 && shorter >= 5 || shorter >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)):
		return nameFar
	}
	return nameDifferent
}

// soundAlike asks two families of phonetic codes, one made for English and one
// for Slavic, German and Yiddish names, and the consonants alone, which outlast
// transliteration.
func soundAlike(a, b string) bool {
	a1, a2 := normalise.DoubleMetaphone(a)
	b1, b2 := normalise.DoubleMetaphone(b)
	if len(a1) > 1 && (a1 == b1 || a1 == b2) || len(a2) > 1 && (a2 == b1 || a2 == b2) {
		return true
	}
	if skeleton := normalise.Skeleton(a); len(skeleton) > 2 && skeleton == normalise.Skeleton(b) {
		return true
	}
	return share(normalise.DaitchMokotoff(a), normalise.DaitchMokotoff(b))
}

func compareMiddle(asked, found *Record) outcome {
	if len(asked.Middle) == 0 || len(found.Middle) == 0 {
		return outcome{}
	}
	best := outcome{level: MiddleDifferent, asked: asked.Middle[0], found: found.Middle[0]}
	for _, a := range asked.Middle {
		for _, f := range found.Middle {
			if level := middleLevel(a, f); level < best.level {
				best = outcome{level, a, f}
			}
		}
	}
	return best
}

func middleLevel(a, b string) Level {
	switch compareWord(a, b, func(x, y string) bool { return share(normalise.Nicknames(x), normalise.Nicknames(y)) }) {
	case nameExact:
		return MiddleExact
	case nameInitial:
		return MiddleInitial
	case nameFamily, nameClose, nameSounds:
		return MiddleClose
	}
	return MiddleDifferent
}

func contains(list []string, item string) bool {
	for _, have := range list {
		if have == item {
			return true
		}
	}
	return false
}

func share(a, b []string) bool {
	for _, x := range a {
		if contains(b, x) {
			return true
		}
	}
	return false
}
