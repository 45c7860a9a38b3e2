package match

import (
	"strings"

	"personindex/normalise"
)

// compareNames compares given names and surnames, straight and exchanged, and
// keeps whichever speaks more for one person.
func (m *Model) compareNames(asked, found *Record, out *[fieldCount]outcome) {
	forename := m.compareGiven(asked.Given, found)
	surname := m.compareSurname(asked.Surnames, found)
	out[Forename], out[Surname] = forename, surname
	if agreesAsAsked(forename.level, ForenameClose) && agreesAsAsked(surname.level, SurnameClose) {
		return // the exchange cannot do better
	}
	f, s := m.compareSwapped(asked, found)
	if f.level == NotCompared {
		return
	}
	straight := m.bits(Forename, forename.level) + m.bits(Surname, surname.level)
	if m.bits(Forename, f.level)+m.bits(Surname, s.level) > straight {
		out[Forename], out[Surname] = f, s
	}
}

func agreesAsAsked(level, limit Level) bool { return level != NotCompared && level <= limit }

// compareSwapped compares the given name asked with surnames and the surname
// asked with given names. Both must agree, one of them at least nearly; or the
// given name is a surname and the surname is anything, as when the given name was
// left out and something else took its place.
func (m *Model) compareSwapped(asked, found *Record) (forename, surname outcome) {
	f := m.bestName(asked.Given, found.Surnames, (*Model).sameName, normalise.AnyPlaceholder)
	if !agreesAsAsked(f.level, nameFar) {
		return outcome{}, outcome{}
	}
	s := m.bestName(asked.Surnames, found.Given, (*Model).sameName, normalise.AnyPlaceholder)
	if s.level == NotCompared || s.level > nameFar && f.level > namePart || min(f.level, s.level) > nameCloseShort {
		return outcome{}, outcome{}
	}
	f.level = swappedLevel(f.level, ForenameSwapped, ForenameSwappedNear, ForenameDifferent)
	s.level = swappedLevel(s.level, SurnameSwapped, SurnameSwappedNear, SurnameDifferent)
	return f, s
}

func swappedLevel(level, equal, near, different Level) Level {
	switch {
	case level <= nameFamily:
		return equal
	case level <= nameFar:
		return near
	}
	return different
}

// How two names of one kind compare, before they are put down to given names or
// surnames. The order is that of Level: closest first.
const (
	nameExact Level = iota + 1
	nameJoined
	namePart
	nameFamily
	nameSlip
	nameClose
	nameNear
	nameBegins
	nameCloseShort
	namePartly
	nameSounds
	nameInitial
	nameFar
	nameDistant
	nameDifferent
)

var givenLevels = [...]Level{
	NotCompared, ForenameExact, ForenameJoined, ForenamePart, ForenameNickname, ForenameSlip, ForenameClose, ForenameNear,
	ForenameBegins, ForenameCloseShort, ForenamePartly, ForenameSoundsAlike, ForenameInitial, ForenameFar, ForenameDistant, ForenameDifferent,
}

var surnameLevels = [...]Level{
	NotCompared, SurnameExact, SurnameJoined, SurnamePart, SurnameVariant, SurnameSlip, SurnameClose, SurnameNear,
	SurnameBegins, SurnameCloseShort, SurnamePartly, SurnameSoundsAlike, SurnameInitial, SurnameFar, SurnameDistant, SurnameDifferent,
}

func (m *Model) compareGiven(asked []Name, found *Record) outcome {
	best := m.bestName(asked, found.Given, (*Model).sameGiven, normalise.GivenPlaceholder)
	best.level = givenLevels[best.level]
	if best.level == ForenamePart {
		if o, ok := firstAndMiddle(asked, found); ok {
			return o
		}
	}
	if agreesAsAsked(best.level, ForenameMiddle) {
		return best
	}
	for _, a := range asked {
		for _, middle := range found.Middle {
			if len(a.Tokens) == 1 && a.Tokens[0] == middle {
				return outcome{level: ForenameMiddle, asked: a.Text, found: middle, words: a.Tokens}
			}
		}
	}
	return best
}

// firstAndMiddle finds a name asked whose words are all given or middle names:
// somebody gave both for the first.
func firstAndMiddle(asked []Name, found *Record) (outcome, bool) {
	for _, a := range asked {
		if len(a.Tokens) < 2 {
			continue
		}
		all := true
		for _, token := range a.Tokens {
			all = all && found.bearsGiven(token)
		}
		if all {
			return outcome{level: ForenameExact, asked: a.Text, found: a.Text, words: a.Tokens}, true
		}
	}
	return outcome{}, false
}

func (m *Model) compareSurname(asked []Name, found *Record) outcome {
	best := m.bestName(asked, found.Surnames, (*Model).sameSurname, normalise.AnyPlaceholder)
	best.level = surnameLevels[best.level]
	if agreesAsAsked(best.level, SurnameMiddle) {
		return best
	}
	for _, a := range asked {
		if len(a.Tokens) == 1 && len(a.Tokens[0]) > 2 && found.bearsGiven(a.Tokens[0]) {
			return outcome{level: SurnameMiddle, asked: a.Text, found: a.Tokens[0], words: a.Tokens}
		}
	}
	return best
}

// bearsGiven reports whether a word is a given or middle name.
func (r *Record) bearsGiven(text string) bool {
	for i := range r.Given {
		if contains(r.Given[i].Tokens, text) {
			return true
		}
	}
	return contains(r.Middle, text)
}

// inWords says which name it is that agrees, where it is not the current one.
func (u NameUse) inWords() string {
	switch u {
	case PreferredName:
		return " (preferred name)"
	case PreviousName:
		return " (previous name)"
	}
	return ""
}

type familyTest func(m *Model, a, b *word) bool

// bestName compares each name asked with each found. One that stands where a name
// is not known, from the weakest of [normalise.Placeholder] that counts here, can
// agree and not disagree: Baby Smith may be anybody called Smith.
func (m *Model) bestName(asked, found []Name, family familyTest, placeholder normalise.Placeholder) outcome {
	var best outcome
	for i := range asked {
		for j := range found {
			level := m.compareTokens(asked[i].Tokens, found[j].Tokens, family)
			if level > namePart && (m.stands(asked[i].Tokens, placeholder) || m.stands(found[j].Tokens, placeholder)) {
				continue
			}
			if best.level == NotCompared || level < best.level {
				best = outcome{level: level, asked: asked[i].Text, found: found[j].Text, which: found[j].Use.inWords(), words: found[j].Tokens}
				if level == nameExact {
					return best
				}
			}
		}
	}
	return best
}

// stands reports whether a name only stands where one is not known.
func (m *Model) stands(tokens []string, weakest normalise.Placeholder) bool {
	some := false
	for _, token := range tokens {
		switch stands := m.lexicon.word(token).stands; {
		case stands >= weakest, stands == normalise.Filler && len(token) > 1 && len(tokens) > 1:
			some = true
		case stands != normalise.Filler:
			return false
		}
	}
	return some
}

// compareTokens grades two names word by word. family says whether two different
// words are forms of one name.
func (m *Model) compareTokens(a, b []string, family familyTest) Level {
	if len(a) == 1 && len(b) == 1 {
		return m.compareWords(a[0], b[0], family)
	}
	if sameWords(a, b) {
		return nameExact
	}
	joinedA, joinedB := strings.Join(a, ""), strings.Join(b, "")
	if joinedA == joinedB || sameCore(a, b) {
		return nameJoined
	}
	return min(m.compareWords(joinedA, joinedB, noFamily), m.align(normalise.WithoutParticles(a), normalise.WithoutParticles(b), family))
}

// align grades two names by the words of the shorter one, each with the one of
// the other that is most like it: as the least alike of them, or as partly equal
// if not all of them agree.
func (m *Model) align(a, b []string, family familyTest) Level {
	if len(a) > len(b) {
		a, b = b, a
	}
	least, most := nameExact, nameDifferent
	for _, x := range a {
		best := nameDifferent
		for _, y := range b {
			best = min(best, m.compareWords(x, y, family))
		}
		least, most = max(least, best), min(most, best)
	}
	switch {
	case least < nameFar && (len(a) < len(b) || least == nameExact):
		return max(least, namePart)
	case least >= nameFar && most == nameExact:
		return namePartly
	}
	return least
}

func noFamily(*Model, *word, *word) bool { return false }

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
	return strings.Join(normalise.WithoutParticles(a), "") == strings.Join(normalise.WithoutParticles(b), "")
}

func (m *Model) compareWords(a, b string, family familyTest) Level {
	switch {
	case a == b:
		return nameExact
	case len(a) == 1 || len(b) == 1:
		if a[0] == b[0] {
			return nameInitial
		}
		return nameDifferent
	}
	x, y := m.lexicon.word(a), m.lexicon.word(b)
	if family(m, x, y) {
		return nameFamily
	}
	return spelling(x, y)
}

// spelling grades two words of at least two letters that are no forms of one name.
func spelling(x, y *word) Level {
	distance := editDistance(x.text, y.text, 3)
	shorter := min(len(x.text), len(y.text))
	sounds := soundAlike(x, y)
	switch {
	case x.confusable == y.confusable, distance == 1 && shorter >= 3 && lettersExchanged(x.text, y.text):
		return nameSlip
	case distance <= 1 && shorter >= 5:
		return nameClose
	case sounds && distance <= 2 && shorter >= 5:
		return nameNear
	case shorter >= 3 && (strings.HasPrefix(x.text, y.text) || strings.HasPrefix(y.text, x.text)):
		return nameBegins
	case distance <= 1 && shorter >= 3:
		return nameCloseShort
	case sounds:
		return nameSounds
	case distance <= 2 && shorter >= 5, distance <= 1 && shorter == 2:
		return nameFar
	case distance <= 3 && shorter >= 6:
		return nameDistant
	}
	return nameDifferent
}

// lettersExchanged reports whether two words one edit apart have the same letters.
func lettersExchanged(a, b string) bool {
	_, transposed, _ := oneSlip(a, b)
	return transposed
}

func (m *Model) compareMiddle(asked, found *Record) outcome {
	if len(asked.Middle) == 0 || len(found.Middle) == 0 {
		return outcome{}
	}
	best := outcome{level: MiddleDifferent, asked: asked.Middle[0], found: found.Middle[0]}
	for _, a := range asked.Middle {
		for _, f := range found.Middle {
			if level := m.middleLevel(a, f); level < best.level {
				best = outcome{level: level, asked: a, found: f}
			}
		}
	}
	return best
}

func (m *Model) middleLevel(a, b string) Level {
	switch m.compareWords(a, b, (*Model).sameGiven) {
	case nameExact:
		return MiddleExact
	case nameInitial:
		return MiddleInitial
	case nameFamily, nameSlip, nameClose, nameNear, nameCloseShort, nameSounds:
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
