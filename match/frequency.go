package match

import (
	"cmp"
	"maps"
	"slices"

	"personindex/normalise"
	"personindex/person"
)

// Frequencies are how common names and dates of birth are on a register, by its
// last count: that two records agree on a rare one says more than that they agree
// on a common one. They never change, and are safe for concurrent use. Nil, and
// of an empty register, they make nothing rarer than anything else: every share,
// and its mean, is 1.
type Frequencies struct {
	// Version numbers the counts of one register; 0 is none.
	Version int64

	given, surname, birth shares
	places                [places]shares
	words                 shares // of addresses
	forms                 forms
	kinship               float64
	newest                int // year of the latest date of birth that several share; 0 if none
}

// NewFrequencies turns a count into shares.
func NewFrequencies(version int64, t Tallies) *Frequencies {
	f := &Frequencies{Version: version, given: newShares(t.Given), surname: newShares(t.Surname), birth: newShares(t.Birth)}
	f.forms = newForms(t.Forms)
	f.words = newShares(t.Words)
	for of, tally := range t.places() {
		f.places[of] = newPlaceShares(*tally, place(of))
	}
	f.kinship = t.kinship(f.MeanSurname() * f.MeanBirth())
	for date := range t.Birth.Words {
		if d, err := person.ParseDate(date); err == nil {
			f.newest = max(f.newest, d.Year)
		}
	}
	return f
}

// Kinship is how much of the register families are, from 0, where nobody has kin
// on file, to 1, as in a borough; and 1 before the first count, which is careful.
// A question about somebody who is not on file fits a relative who is, where there
// are any: so the same evidence says less in a borough than in a register of
// single people.
func (f *Frequencies) Kinship() float64 {
	if f == nil || f.Version == 0 {
		return 1
	}
	return f.kinship
}

// adulthood is the age, in years, from which surnames change by marriage.
const adulthood = 20

// Child reports whether somebody born then is a child beside the youngest on
// file: a register has no other clock, and may be of another century. Nobody is
// before the first count.
func (f *Frequencies) Child(born person.Date) bool {
	return f != nil && f.newest > 0 && born.Year > f.newest-adulthood
}

// Given is the share, above 0 and up to 1, of the people on file one of whose
// given names has the word, which must be standardised. Words too rare to be
// kept all have the mean share of such words.
func (f *Frequencies) Given(word string) float64 {
	if f == nil {
		return 1
	}
	return f.given.of(word)
}

// Surname is Given for the words of surnames.
func (f *Frequencies) Surname(word string) float64 {
	if f == nil {
		return 1
	}
	return f.surname.of(word)
}

// knownShare is the least share of a name that is a name, and no slip of somebody's
// pen: on a register of a million people a common name is misspelt many times.
const knownShare = 1.0 / 20_000

// BearsGiven reports whether so many on file bear a word of a given name, which
// must be standardised, that it is a name. Every word is one before the first count.
func (f *Frequencies) BearsGiven(word string) bool { return f == nil || f.given.known(word) }

// BearsSurname is BearsGiven for the words of surnames.
func (f *Frequencies) BearsSurname(word string) bool { return f == nil || f.surname.known(word) }

// Birth is Given for whole dates of birth: 1 January is often common, since
// systems store it when nobody asked. It is the mean for a date that is partial.
func (f *Frequencies) Birth(d person.Date) float64 {
	if f == nil || !d.Full() {
		return f.MeanBirth()
	}
	return f.birth.of(d.Iso())
}

// MeanGiven is the share that a word drawn at random from all bearings of given
// names is expected to have: about the probability that two strangers bear the
// same word, which is what the u of exact agreement stands for. A name of the
// mean share therefore weighs what its level weighs.
func (f *Frequencies) MeanGiven() float64 {
	if f == nil {
		return 1
	}
	return f.given.average()
}

// MeanSurname is MeanGiven for surnames.
func (f *Frequencies) MeanSurname() float64 {
	if f == nil {
		return 1
	}
	return f.surname.average()
}

// MeanBirth is MeanGiven for whole dates of birth.
func (f *Frequencies) MeanBirth() float64 {
	if f == nil {
		return 1
	}
	return f.birth.average()
}

// shares are a tally as shares of the people on file; the zero value makes
// nothing rarer than anything else.
type shares struct {
	words       map[string]int64
	people      float64 // 0 for none
	floor, mean float64
}

func newShares(t Tally) shares {
	if t.People <= 0 {
		return shares{}
	}
	s := shares{words: t.Words, people: float64(t.People)}
	s.floor = min(1, float64(t.Floor)/s.people)
	s.mean = s.floor // of no words
	// Particles are no evidence, and so common in some registers that they would
	// drown the names.
	bearings, rare := t.Bearings, t.Bearings
	var squares int64 // whole, so that the order of the words cannot matter
	for word, people := range t.Words {
		rare -= people
		if normalise.IsParticle(word) {
			bearings -= people
			continue
		}
		squares += people * people
	}
	if t.Rare > 0 {
		s.floor = min(s.floor, float64(rare)/float64(t.Rare)/s.people)
	}
	if bearings > 0 {
		s.mean = (float64(squares)/s.people + float64(rare)*s.floor) / float64(bearings)
	}
	return s
}

func (s *shares) of(word string) float64 {
	if s.people == 0 {
		return 1
	}
	if people, ok := s.words[word]; ok {
		return float64(people) / s.people
	}
	return s.floor
}

func (s *shares) known(word string) bool {
	return s.people == 0 || float64(s.words[word]) >= max(1, knownShare*s.people)
}

func (s *shares) average() float64 {
	if s.people == 0 {
		return 1
	}
	return s.mean
}

// Tallies are a count of all people on file.
type Tallies struct {
	Given, Surname, Birth Tally
	// Forms counts preferred names: each word is a given name, a space, and what its
	// bearers, so many, are called.
	Forms Tally
	// Homes and Days count kin: of People whose home, or day of birth, was looked
	// at, Bearings live with, or were born on the same day as, somebody of their
	// surname with another given name. They have no words.
	Homes, Days Tally
	// Areas, Streets and Dwellings count those who live, or lived, in one place, of
	// People whose address tells it. Their words are hashed.
	Areas, Streets, Dwellings Tally
	// Words counts the words of addresses but numbers, of People who have one.
	Words Tally
}

func (t *Tallies) places() [places]*Tally { return [places]*Tally{&t.Areas, &t.Streets, &t.Dwellings} }

// Tally is a count of one kind of word.
type Tally struct {
	People   int64            // on file when they were counted
	Bearings int64            // how often anybody bore any word, in Words or not
	Floor    int64            // a word that is not in Words is borne by this many at most
	Rare     int64            // how many different words are not in Words; 0 if that is not known
	Words    map[string]int64 // people who bear each of the commonest words
}

// MinBearers is how many people must bear a word for it to be in a tally. The
// Office for National Statistics withholds the names of babies of whom there are
// fewer, as personal information.
const MinBearers = 3

const (
	// tallyWords is how many words of a kind a tally holds at most: enough for
	// every day of a century.
	tallyWords = 50_000
	// censusWords is how many a census counts at once, in some 20 MB a kind.
	// Only beyond these, in registers of several million, does it lose any.
	censusWords = 1 << 18
)

// Census counts who bears which words, each person once a word, in bounded
// memory. It is not safe for concurrent use.
type Census struct {
	people                int64
	given, surname, birth counter
	forms                 counter
	places                [places]counter
	placed                [places]int64 // people whose place is known
	words                 counter       // of addresses
	worded                int64         // people whose address has any
	homes, days           gatherings
	seen                  map[string]bool
}

// NewCensus returns a census of nobody yet.
func NewCensus() *Census { return newCensus(censusWords) }

func newCensus(words int) *Census {
	c := &Census{homes: newGatherings(), days: newGatherings(), seen: map[string]bool{}}
	for _, kind := range []*counter{&c.given, &c.surname, &c.birth, &c.forms} {
		*kind = counter{words: map[string]int64{}, limit: words, least: MinBearers}
	}
	c.words = counter{words: map[string]int64{}, limit: words, least: minCrowd}
	for of := range places {
		c.places[of] = counter{words: map[string]int64{}, limit: words, least: minCrowd}
	}
	return c
}

// Add counts one person, by every name that is or was theirs.
func (c *Census) Add(r *Record) {
	c.people++
	c.addNames(&c.given, r.Given)
	c.addNames(&c.surname, r.Surnames)
	c.addForms(r)
	if r.Birth.Full() {
		c.birth.add(r.Birth.Iso())
	}
	c.addPlaces(r)
	c.homes.add(r.dwelling(), r)
	c.days.add(r.birthday(), r)
}

func (c *Census) addNames(to *counter, names []Name) {
	clear(c.seen)
	for _, name := range names {
		for _, word := range name.Tokens {
			if !c.seen[word] {
				c.seen[word] = true
				to.add(word)
			}
		}
	}
}

// Tallies returns what has been counted, without rare words: memory is bounded,
// and nobody is known by a word in it.
func (c *Census) Tallies() Tallies {
	t := Tallies{
		Given: c.given.tally(c.people), Surname: c.surname.tally(c.people), Birth: c.birth.tally(c.people),
		Forms: c.forms.tally(c.people),
		Homes: c.homes.tally(), Days: c.days.tally(), Words: c.words.tally(c.worded),
	}
	for of, tally := range t.places() {
		*tally = c.places[of].tally(c.placed[of])
	}
	return t
}

// counter counts words in bounded memory: when there are too many it forgets the
// rarest, and how many bearers a word may thereby have lost at most.
type counter struct {
	words    map[string]int64
	limit    int
	least    int64 // bearers that a word must have to be kept
	bearings int64
	lost     int64
}

func (c *counter) add(word string) {
	c.bearings++
	c.words[word]++
	if len(c.words) <= c.limit {
		return
	}
	cut := int64(1)
	for ; len(c.words) > c.limit/2; cut *= 2 {
		maps.DeleteFunc(c.words, func(_ string, people int64) bool { return people <= cut })
	}
	c.lost += cut / 2 // the last that was applied
}

// tally keeps the commonest words with bearers enough.
func (c *counter) tally(people int64) Tally {
	var common []string
	for word, n := range c.words {
		if n >= c.least {
			common = append(common, word)
		}
	}
	slices.SortFunc(common, func(a, b string) int {
		return cmp.Or(cmp.Compare(c.words[b], c.words[a]), cmp.Compare(a, b))
	})
	floor := c.least
	if len(common) > tallyWords {
		floor = c.words[common[tallyWords]]
		common = common[:tallyWords]
	}
	t := Tally{People: people, Bearings: c.bearings, Floor: floor + c.lost, Words: make(map[string]int64, len(common))}
	if c.lost == 0 {
		t.Rare = int64(len(c.words) - len(common))
	}
	for _, word := range common {
		t.Words[word] = c.words[word]
	}
	return t
}
