package match

import (
	"fmt"
	"strings"
)

// accord is how far a field agrees, more coarsely than its level, for what more
// fields than two mean together.
type accord uint8

const (
	accordNone    accord = iota // not compared
	accordSame                  // equal
	accordForm                  // another form of it: a nickname, a partial date
	accordNear                  // nearly: a slip
	accordPart                  // in a part of little weight: an initial, a year
	accordDiffers               // another value
	accords
)

// accordNames are the accords in a model file and in the words of evidence.
var accordNames = [accords]string{notCompared, "the same", "another form", "nearly the same", "alike in part", "another"}

// accord is that of a field that counts together with others: a name, date of
// birth, address or NI number.
func (s *Score) accord(field Field) accord {
	level := s.outcomes[field].level
	if level == NotCompared {
		return accordNone
	}
	switch field {
	case Forename, Surname: // their levels are in one order
		return accordOfName(level)
	case DateOfBirth:
		return accordOfBirth(level)
	case NINumber:
		return accordUpTo(level, NINoSuffix, NIOneCharacter)
	case HomeAddress:
		return accordUpTo(level, AddressStreet, AddressNearPostcode)
	}
	return accordNone
}

func accordOfName(level Level) accord {
	switch {
	case level <= ForenameJoined:
		return accordSame
	case level <= ForenameMiddle:
		return accordForm
	case level <= ForenameSoundsAlike:
		return accordNear
	case level == ForenameInitial:
		return accordPart
	}
	return accordDiffers
}

func accordOfBirth(level Level) accord {
	switch {
	case level <= BirthExactDefault:
		return accordSame
	case level <= BirthDayNear:
		return accordNear
	case level <= BirthPartialYear:
		return accordForm
	case level <= BirthYear:
		return accordPart
	}
	return accordDiffers
}

func accordUpTo(level, same, near Level) accord {
	switch {
	case level <= same:
		return accordSame
	case level <= near:
		return accordNear
	}
	return accordDiffers
}

// tallied are the fields that a tally counts, and tallySize how many of them may
// be of one sort, none included.
var tallied = [...]Field{Forename, Surname, DateOfBirth, NINumber, HomeAddress}

const tallySize = len(tallied) + 1

// agreement is how many of the fields compared agree, nearly do, and contradict: who
// makes one mistake makes two sooner than another does, and a stranger who is
// alike in much differs in something.
type agreement struct{ agree, nearly, contradict int }

func (s *Score) tally() agreement {
	var t agreement
	for _, field := range tallied {
		switch at := s.accord(field); {
		case at == accordNone:
		case at == accordSame:
			t.agree++
		case at == accordDiffers, at == accordPart && field == DateOfBirth: // of a year or day many are born
			t.contradict++
		default:
			t.nearly++
		}
	}
	return t
}

// whole is the accord of names and date of birth, by which registers know people.
func (s *Score) whole() [3]accord {
	return [3]accord{s.accord(Forename), s.accord(Surname), s.accord(DateOfBirth)}
}

// together are the terms of more fields than two.
type together struct {
	tally [tallySize][tallySize][tallySize]weight // by how many agree, nearly do, and contradict
	whole [accords][accords][accords]weight       // of first name, last name and date of birth
}

func (t *together) ofTally(s *Score) weight {
	n := s.tally()
	return t.tally[n.agree][n.nearly][n.contradict]
}

func (t *together) ofWhole(s *Score) weight {
	of := s.whole()
	return t.whole[of[0]][of[1]][of[2]]
}

// each calls fn with every weight and its name in a model file.
func (t *together) each(ofTally, ofWhole func(name string, w *weight)) {
	for agree := range tallySize {
		for nearly := range tallySize - agree {
			for contradict := range tallySize - agree - nearly {
				if agree+nearly+contradict > 0 {
					ofTally(agreement{agree, nearly, contradict}.String(), &t.tally[agree][nearly][contradict])
				}
			}
		}
	}
	for a := range accords {
		for b := range accords {
			for c := range accords {
				ofWhole(wholeInWords([3]accord{a, b, c}), &t.whole[a][b][c])
			}
		}
	}
}

// among changes every weight to that of another kinship.
func (t *together) among(change float64) {
	shift := func(_ string, w *weight) { *w = w.among(change) }
	t.each(shift, shift)
}

// String says it in words, as in a model file and in evidence.
func (t agreement) String() string {
	return fmt.Sprintf("%d agree, %d nearly, %d not", t.agree, t.nearly, t.contradict)
}

func wholeInWords(of [3]accord) string {
	words := make([]string, len(of))
	for i, at := range of {
		words[i] = accordNames[at]
	}
	return strings.Join(words, "; ")
}

// The names of this evidence.
const (
	tallyField = "agreement"
	wholeField = "firstName, lastName and dateOfBirth"
)

// parseTogether reads the weights of a model file; those left out are none.
func (m *Model) parseTogether(file *modelFile) error {
	tally, whole := map[string]*weight{}, map[string]*weight{}
	m.together.each(
		func(name string, w *weight) { tally[name] = w },
		func(name string, w *weight) { whole[name] = w },
	)
	if err := parseNamed("tally", file.Tally, tally); err != nil {
		return err
	}
	return parseNamed("whole", file.Whole, whole)
}

func parseNamed(what string, given map[string]weightFile, into map[string]*weight) error {
	for name, weighs := range given {
		w, ok := into[name]
		if !ok {
			return fmt.Errorf("model %s: none is named %q", what, name)
		}
		if err := weighs.check(); err != nil {
			return fmt.Errorf("model %s %q: %w", what, name, err)
		}
		*w = weight(weighs)
	}
	return nil
}
