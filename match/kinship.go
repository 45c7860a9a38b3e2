package match

import (
	"hash/fnv"
	"strings"

	"personindex/normalise"
)

// What kin there are in a borough of families, by this count: half of the people
// live with somebody of their surname, and one in seventy has a twin on file.
// Generated boroughs of 5,000 to 20,000 people have 0.51 to 0.54, and 0.013 to
// 0.016; FEBRL's single people 0.000 of both.
const (
	kinInBorough   = 0.45
	twinsInBorough = 0.0125
)

// kinship is how near the register comes to a borough of families. Homes tell;
// where few are known, twins do, less those whom chance makes alike: stranger is
// the probability that two strangers share surname and date of birth. It is 1 if
// neither is known.
func (t *Tallies) kinship(stranger float64) float64 {
	if t.Homes.People+t.Days.People == 0 {
		return 1 // nobody looked, as in a count of an older version
	}
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

// bearing is a surname, hashed, and the given name of its bearer.
type bearing struct {
	surname uint64
	given   []string
}

// gatheredPeople bounds a sample: some 20 MB.
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
	g.places[at] = append(g.places[at], bearing{hashed(strings.Join(r.Surnames[0].Tokens, " ")), r.Given[0].Tokens})
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

// tally counts those who have kin in their place.
func (g *gatherings) tally() Tally {
	t := Tally{People: int64(g.people)}
	for _, people := range g.places {
		families := map[uint64][][]string{}
		for _, p := range people {
			families[p.surname] = append(families[p.surname], p.given)
		}
		for _, names := range families {
			if areKin(names) {
				t.Bearings += int64(len(names))
			}
		}
	}
	return t
}

// areKin reports whether people of one surname have several given names among
// them, and more than the records of one person would: where everybody is filed
// many times, some of their names went wrong.
func areKin(names [][]string) bool {
	most := 0 // records that may be those of one person
	for _, a := range names {
		alike := 0
		for _, b := range names {
			if mayBeOne(a, b) {
				alike++
			}
		}
		most = max(most, alike)
	}
	others := len(names) - most
	return others > 0 && 2*others >= most
}

// mayBeOne reports whether two given names may be one person's: they begin alike,
// or a word of both is the same or of one family of nicknames.
func mayBeOne(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x[0] == y[0] || share(normalise.Nicknames(x), normalise.Nicknames(y)) {
				return true
			}
		}
	}
	return false
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
