package match

import "math"

// Contribution is what one comparison, or what levels mean together, added to a
// score.
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
	rarity   [fieldCount]float64 // of an equal name, in bits; see Model.rare
	borne    [fieldCount]borneCase
	locality float64 // of addresses that do not agree, in bits; see Frequencies.locality
	others   others  // see Model.CountOthers
}

// outcome is the level of one field and the pair of values that gave it.
type outcome struct {
	level        Level
	asked, found string
	which        string   // of several values found, unless it is the current one
	words        []string // of a name found
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
	home, from, to := compareAddresses(asked.Addresses, found.Addresses)
	s.outcomes[HomeAddress] = home
	s.outcomes[Phone] = compareContacts(asked.Phones, found.Phones)
	s.outcomes[Email] = compareContacts(asked.Emails, found.Emails)
	s.outcomes[Bearer].level = m.bearer(found)
	for _, field := range rarityFields {
		s.rarity[field] = m.rare(field, &s.outcomes[field], found)
	}
	if home.level != NotCompared {
		s.rarity[HomeAddress] = m.frequencies.crowding(home.level, to)
		s.locality = m.frequencies.locality(home.level, from, to)
	}
	for field := range fieldCount {
		s.borne[field] = notBorne
	}
	for _, field := range borneFields {
		s.borne[field] = m.borneCase(field, s.outcomes[field].level, asked)
	}
	s.Bits = m.sum(&s)
	return s
}

// bearer says who bears a name on file.
func (m *Model) bearer(found *Record) Level {
	child := m.frequencies.Child(found.Birth)
	switch {
	case found.Gender == "F" && child:
		return BearerGirl
	case found.Gender == "F":
		return BearerWoman
	case found.Gender == "M" && child:
		return BearerBoy
	case found.Gender == "M":
		return BearerMan
	}
	return NotCompared
}

func (m *Model) sum(s *Score) float64 {
	sum := 0.0
	for field := range fieldCount {
		sum += m.bits(field, s.outcomes[field].level) + m.rarityBits(field, s) + m.borneBits(field, s)
	}
	sum += m.locality.Bits*s.locality + m.namesakeBits(s) + m.sharedBits(s) + m.together.ofTally(s).Bits + m.together.ofWhole(s).Bits
	for i := range m.pairs {
		sum += m.pairs[i].of(s)
	}
	for i := range m.interactions {
		if m.interactions[i].holds(s) {
			sum += m.interactions[i].Bits
		}
	}
	return sum
}

func (m *Model) bits(field Field, level Level) float64 { return m.levels[field][level].Bits }

func (p *pairTable) of(s *Score) float64 {
	return p.weights[s.outcomes[p.first].level][s.outcomes[p.second].level].Bits
}

func (in *interaction) holds(s *Score) bool {
	for field, set := range in.when {
		if set != 0 && set&(1<<s.outcomes[field].level) == 0 {
			return false
		}
	}
	return true
}

// Asked is by how many bits what was asked shifts every candidate against nobody:
// a question that even a stranger's answers would fit tells less.
func (m *Model) Asked(asked *Record) float64 {
	sum := 0.0
	for field := range fieldCount {
		if asked.has(field) {
			sum += m.asked[field].Bits
		}
	}
	return sum
}

// has reports whether a record knows something of a field.
func (r *Record) has(field Field) bool {
	switch field {
	case Forename:
		return len(r.Given) > 0
	case Surname:
		return len(r.Surnames) > 0
	case MiddleName:
		return len(r.Middle) > 0
	case DateOfBirth:
		return !r.Birth.IsZero()
	case Gender:
		return r.Gender != ""
	case NINumber:
		return len(r.NI) > 0
	case HomeAddress:
		return len(r.Addresses) > 0
	case Phone:
		return len(r.Phones) > 0
	case Email:
		return len(r.Emails) > 0
	}
	return false
}

// Explain lists what made a score that this model gave: the fields compared, in
// order, then what they mean together. Their bits sum to the score's.
func (m *Model) Explain(s Score) []Contribution {
	var list []Contribution
	for field := range Bearer {
		o := s.outcomes[field]
		if o.level == NotCompared {
			continue
		}
		level := m.levels[field][o.level]
		list = append(list, Contribution{field.String(), level.Says + o.which, level.Bits, o.asked, o.found})
		if bits := m.rarityBits(field, &s); bits != 0 {
			list = append(list, Contribution{Field: field.String(), Level: rarityInWords(s.rarity[field]), Bits: bits, Found: o.found})
		}
		if bits := m.borneBits(field, &s); bits != 0 {
			list = append(list, Contribution{Field: field.String(), Level: inBorneWords, Bits: bits, Asked: o.asked})
		}
	}
	if bits := m.locality.Bits * s.locality; bits != 0 {
		o := &s.outcomes[HomeAddress]
		list = append(list, Contribution{Field: HomeAddress.String(), Level: inLocalityWords, Bits: bits, Asked: o.asked, Found: o.found})
	}
	for i, field := range sharedFields {
		if bits := m.shared[i].Bits * s.others.sharers[i]; bits != 0 {
			list = append(list, Contribution{Field: field.String(), Level: inSharedWords, Bits: bits, Found: s.outcomes[field].found})
		}
	}
	if bits := m.namesakeBits(&s); bits != 0 {
		list = append(list, Contribution{Field: namesakesField, Level: "others on file bear these names, or nearly", Bits: bits})
	}
	for i := range m.pairs {
		p := &m.pairs[i]
		if bits := p.of(&s); bits != 0 {
			list = append(list, Contribution{
				Field: p.first.String() + " and " + p.second.String(),
				Level: m.inWords(p.first, s) + "; " + m.inWords(p.second, s),
				Bits:  bits,
			})
		}
	}
	if bits := m.together.ofWhole(&s).Bits; bits != 0 {
		list = append(list, Contribution{Field: wholeField, Level: wholeInWords(s.whole()), Bits: bits})
	}
	if bits := m.together.ofTally(&s).Bits; bits != 0 {
		list = append(list, Contribution{Field: tallyField, Level: s.tally().String(), Bits: bits})
	}
	for i := range m.interactions {
		if in := &m.interactions[i]; in.holds(&s) && in.Bits != 0 {
			list = append(list, Contribution{Field: in.name, Level: in.says, Bits: in.Bits})
		}
	}
	return list
}

func (m *Model) inWords(field Field, s Score) string {
	switch level := s.outcomes[field].level; {
	case field == Bearer && level == BearerWoman:
		return "borne by a woman"
	case field == Bearer && level == BearerMan:
		return "borne by a man"
	default:
		return m.levels[field][level].Says
	}
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
