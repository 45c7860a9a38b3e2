package match

import (
	"hash/fnv"
	"strings"
)

// What kin there are in a borough of families, by this count: a little over half
// of the people live with somebody of their surname, and one in seventy has a
// twin on file. Generated boroughs of 3,000 to 20,000 people have 0.52 to 0.55,
// and 0.013 to 0.018; FEBRL's single people 0.000 of both.
const (
	kinInBorough   = 0.5
	twinsInBorough = 0.015
)

// kinship is how near the register comes to a borough of families. Homes tell;
// where few are known, twins do, less those whom chance makes alike: stranger is
// the probability that two strangers share surname and date of birth.
func (t *Tallies) kinship(stranger float64) float64 {
	if t.Homes.People*10 >= min(t.Given.People, gatheredPeople) {
		return min(1, t.Homes.share()/kinInBorough)
	}
	chance := stranger * float64(t.Days.People)
	return max(0, min(1, (t.Days.share()-chance)/twinsInBorough))
}

func (t *Tally) share() float64 { return float64(t.Bearings) / float64(max(1, t.People)) }

// gatherings are people by what they share, such as a home. Only places are kept
// whose hash is a multiple of every, which grows with the people: so memory is
// bounded, and everybody of a place is seen together.
type gatherings struct {
	places map[uint64][]bearing
	people int
	every  uint64
}

// bearing is a surname, hashed, and how the given name of its bearer begins.
type bearing struct {
	surname uint64
	initial byte
}

// gatheredPeople bounds a sample: some 10 MB.
const gatheredPeople = 1 << 18

func newGatherings() gatherings {
	return gatherings{places: map[uint64][]bearing{}, every: 1}
}

func (g *gatherings) add(place string, r *Record) {
	if place == "" || len(r.Surnames) == 0 || len(r.Given) == 0 {
		return
	}
	at := hashed(place)
	if at%g.every != 0 {
		return
	}
	g.places[at] = append(g.places[at], bearing{hashed(strings.Join(r.Surnames[0].Tokens, " ")), r.Given[0].Tokens[0][0]})
	for g.people++; g.people > gatheredPeople; {
		g.every *= 2
		for at, people := range g.places {
			if at%g.every != 0 {
				g.people -= len(people)
				delete(g.places, at)
			}
		}
	}
}

func hashed(text string) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(text)) // it cannot fail
	return hash.Sum64()
}

// tally counts those who have kin in their place. Given names that begin alike
// may be two records of one person, and do not count.
func (g *gatherings) tally() Tally {
	t := Tally{People: int64(g.people)}
	for _, people := range g.places {
		for _, p := range people {
			for _, other := range people {
				if p.surname == other.surname && p.initial != other.initial {
					t.Bearings++
					break
				}
			}
		}
	}
	return t
}

// dwelling names a person's home; it is empty if that cannot be told from its
// neighbours.
func (r *Record) dwelling() string {
	if len(r.Addresses) == 0 {
		return ""
	}
	a := &r.Addresses[0]
	unit := a.Flat + " " + a.Number
	switch {
	case unit == " ":
		return ""
	case a.Postcode != "":
		return unit + " " + a.Postcode
	case a.Street != "":
		return unit + " " + a.Street
	}
	return ""
}

// birthday is a person's date of birth, unless many share it for want of a better.
func (r *Record) birthday() string {
	if !r.Birth.Full() || IsDefaultDate(r.Birth) {
		return ""
	}
	return r.Birth.Iso()
}
