package match

import "math"

// rarityCase is a circumstance in which it counts, more or less, how rare a name
// or date found is.
type rarityCase uint8

const (
	rareBeside  rarityCase = iota // a name that agrees, and so does the date of birth; or the date itself
	rareNear                      // a name that agrees, beside a date of birth that nearly does
	rareUndated                   // a name that agrees, no date of birth compared
	rareAgainst                   // a name that agrees, another date of birth: a namesake?
	rareNearly                    // a name that only nearly agrees
	rarePlace                     // an address, as far as it agrees
	rarityCases
)

// rarityNames are the cases in a model file.
var rarityNames = [rarityCases]string{"same date", "near date", "no date", "another date", "near name", "place"}

// rarityFields are those whose values have a term-frequency adjustment.
var rarityFields = [...]Field{Forename, Surname, DateOfBirth}

// rarityCase tells the circumstance of one field.
func (s *Score) rarityCase(field Field) rarityCase {
	switch field {
	case DateOfBirth:
		return rareBeside
	case HomeAddress:
		return rarePlace
	}
	level := s.outcomes[field].level
	if field == Forename && level > ForenameJoined || field == Surname && level > SurnameJoined {
		return rareNearly
	}
	switch born := s.outcomes[DateOfBirth].level; {
	case born == NotCompared:
		return rareUndated
	case born <= BirthExactDefault:
		return rareBeside
	case born <= BirthPartialYear:
		return rareNear
	}
	return rareAgainst
}

// rarityHolds reports whether a field is ever in a circumstance.
func rarityHolds(field Field, in rarityCase) bool {
	switch field {
	case Forename, Surname:
		return in != rarePlace
	case DateOfBirth:
		return in == rareBeside
	case HomeAddress:
		return in == rarePlace
	}
	return false
}

// rarityBits is what the rarity of a field's value adds.
func (m *Model) rarityBits(field Field, s *Score) float64 {
	if s.rarity[field] == 0 {
		return 0
	}
	return m.rarity[field][s.rarityCase(field)].Bits * s.rarity[field]
}

// maxRarity bounds the term-frequency adjustment, in bits either way: a name that
// one in a million bears may also be a slip of the pen.
const maxRarity = 6

// rare is how many bits an agreement tells more than an average one because few
// share the name or date of birth found, or less because many do.
func (m *Model) rare(field Field, o *outcome, found *Record) float64 {
	f := m.frequencies
	if f == nil || o.level == NotCompared {
		return 0
	}
	share, mean := 1.0, 1.0
	switch {
	case field == DateOfBirth && o.level <= BirthExactDefault:
		share, mean = f.Birth(found.Birth), f.MeanBirth()
	case field == Forename && o.level < ForenameInitial && !exchanged(field, o.level),
		field == Surname && exchanged(field, o.level):
		share, mean = rarest(o.words, f.Given), f.MeanGiven()
	case field == Surname && o.level < SurnameInitial, field == Forename && exchanged(field, o.level):
		share, mean = rarest(o.words, f.Surname), f.MeanSurname()
	}
	return max(-maxRarity, min(maxRarity, math.Log2(mean/share)))
}

// rarest is the share of people who bear the rarest word of a name.
func rarest(words []string, share func(string) float64) float64 {
	least := 1.0
	for _, word := range words {
		least = min(least, share(word))
	}
	return least
}

func rarityInWords(rarity float64) string {
	if rarity > 0 {
		return "fewer share it than most"
	}
	return "more share it than most"
}

// namesakesField names the evidence of namesakes; see [Model.CountOthers].
const namesakesField = "namesakes"

// CountOthers weighs what only all who were compared with one question tell
// together. One is how many bear the names asked, or nearly: where the date of
// birth does not say who is who, a name that ten on file bear is likely to be borne
// by somebody who is not. Another is how many share the phone number or e-mail
// address asked: that of a household says less than one's own. It sets the scores
// anew, which this model must have given.
func (m *Model) CountOthers(scores []*Score) {
	var n others
	for _, s := range scores {
		n.namesakes += float64(count(s.sameNames()))
		for i, field := range sharedFields {
			n.sharers[i] += float64(count(s.Level(field) == ContactSame))
		}
	}
	for _, s := range scores {
		var of others
		if s.sameNames() {
			of.namesakes = math.Log2(n.namesakes)
		}
		for i, field := range sharedFields {
			if s.Level(field) == ContactSame {
				of.sharers[i] = math.Log2(n.sharers[i])
			}
		}
		m.setOthers(s, of)
	}
}

func (m *Model) setOthers(s *Score, of others) {
	s.others = of
	s.Bits = m.sum(s)
}

// others are how many of those compared are alike in something, this one included,
// as its log2; 0 if this one is not.
type others struct {
	namesakes float64                    // bear the names asked, or nearly
	sharers   [len(sharedFields)]float64 // have the phone number or e-mail address asked
}

// sharedFields are those whose values a household may share.
var sharedFields = [...]Field{Phone, Email}

// sharedBits is what it adds that several have the value asked.
func (m *Model) sharedBits(s *Score) float64 {
	sum := 0.0
	for i := range sharedFields {
		sum += m.shared[i].Bits * s.others.sharers[i]
	}
	return sum
}

// inSharedWords is the evidence of it.
const inSharedWords = "others on file have it, too"

// sameNames reports whether first and last name agree, or nearly.
func (s *Score) sameNames() bool {
	return agreesAsAsked(s.outcomes[Forename].level, ForenameBegins) && agreesAsAsked(s.outcomes[Surname].level, SurnameBegins)
}

// undecided reports whether the date of birth does not speak for one person.
func (s *Score) undecided() bool {
	born := s.outcomes[DateOfBirth].level
	return born == NotCompared || born > BirthPartialYear
}

func (m *Model) namesakeBits(s *Score) float64 {
	if s.others.namesakes == 0 || !s.undecided() {
		return 0
	}
	return m.namesakes.Bits * s.others.namesakes
}
