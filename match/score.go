package match

import "math"

// Contribution is what one comparison, or one interaction between comparisons,
// added to a score.
type Contribution struct {
	Field string  // as in a query, or the name of the interaction
	Level string  // how the values compare, in words
	Bits  float64 // positive speaks for one person, negative against
	Asked string  // the value of the question that was compared
	Found string  // the value on file that agreed best with it
}

// Score is how much the values of two records speak for one person.
type Score struct {
	// Bits is the match weight: the sum of the contributions. One bit doubles
	// the odds that both are one person. It holds no prior.
	Bits     float64
	outcomes [fieldCount]outcome
}

// outcome is the level of one field and the pair of values that gave it.
type outcome struct {
	level        Level
	asked, found string
}

// Level is the outcome of the comparison of one field.
func (s Score) Level(f Field) Level { return s.outcomes[f].level }

// Score compares what is asked with a record on file. Where a field has several
// values, the pair that agrees best counts. A field unknown on either side adds
// nothing. It is pure and does not retain its arguments.
func (m *Model) Score(asked, found *Record) Score {
	var s Score
	m.compareNames(asked, found, &s.outcomes)
	s.outcomes[MiddleName] = m.compareMiddle(asked, found)
	s.outcomes[DateOfBirth] = compareBirth(asked.Birth, found.Birth)
	s.outcomes[Gender] = compareGender(asked.Gender, found.Gender)
	s.outcomes[NINumber] = compareNI(asked.NI, found.NI)
	s.outcomes[HomeAddress] = compareAddresses(asked.Addresses, found.Addresses)
	s.outcomes[Phone] = compareContacts(asked.Phones, found.Phones)
	s.outcomes[Email] = compareContacts(asked.Emails, found.Emails)
	for field := range fieldCount {
		s.Bits += m.bits(field, s.outcomes[field].level)
	}
	for i := range m.interactions {
		if m.interactions[i].holds(&s.outcomes) {
			s.Bits += m.interactions[i].bits
		}
	}
	return s
}

func (m *Model) bits(field Field, level Level) float64 { return m.levels[field][level].bits }

func (in *interaction) holds(outcomes *[fieldCount]outcome) bool {
	for field, set := range in.when {
		if set != 0 && set&(1<<outcomes[field].level) == 0 {
			return false
		}
	}
	return true
}

// Explain lists what made a score that this model gave: the fields compared, in
// order, then the interactions. Their bits sum to the score's.
func (m *Model) Explain(s Score) []Contribution {
	var list []Contribution
	for field := range fieldCount {
		o := s.outcomes[field]
		if o.level == NotCompared {
			continue
		}
		level := m.levels[field][o.level]
		list = append(list, Contribution{field.String(), level.Says, level.bits, o.asked, o.found})
	}
	for i := range m.interactions {
		if in := &m.interactions[i]; in.holds(&s.outcomes) {
			list = append(list, Contribution{Field: in.name, Level: in.says, Bits: in.bits})
		}
	}
	return list
}

// Prior is the weight, in bits, of a person on file before anything is asked: the
// log2 of the odds that the resident is on file at all, shared among all people
// on file. onFile lies between 0 and 1; size is the number of people, at least 1.
func Prior(onFile float64, size int64) float64 {
	return math.Log2(onFile/(1-onFile)) - math.Log2(float64(max(size, 1)))
}

// Posterior turns the weights of candidates, each with its prior, into the
// probabilities that each is the person asked about, and that nobody on file is.
// They sum to 1: two people who fit equally well share it. Nobody weighs 0 bits.
func Posterior(weights []float64) (each []float64, nobody float64) {
	top := 0.0
	for _, w := range weights {
		top = max(top, w)
	}
	sum := math.Exp2(-top)
	each = make([]float64, len(weights))
	for i, w := range weights {
		each[i] = math.Exp2(w - top)
		sum += each[i]
	}
	for i := range each {
		each[i] /= sum
	}
	return each, math.Exp2(-top) / sum
}
