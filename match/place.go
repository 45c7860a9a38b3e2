package match

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// place is how narrow a part of the map an address names.
type place uint8

const (
	placeArea     place = iota // a town or district: the first half of a postcode, or a whole one abroad
	placeStreet                // a street or part of one: a whole postcode, or a street abroad
	placeDwelling              // a home, or a hostel
	places
	noPlace = places
)

// ordinary is how many live in a place as the weights of addresses are stated for:
// in a borough of so many, whose homes hold 2.5, postcodes 40 and first halves of
// postcodes 2,500.
var ordinary = [places]float64{placeArea: 2500, placeStreet: 40, placeDwelling: 2.5}

const boroughPeople = 20_000

// minCrowd is how many people must live in a place for it to be told from others
// of its kind: more than a family.
const minCrowd = 12

// area names the district or town; it is empty if no postcode is known.
func (a *Address) area() string {
	if a.Outward != "" {
		return a.Outward
	}
	return a.Postcode
}

// key names a place that the address is in, the same for all who live there;
// it is empty if the address does not say. Keys are hashed, so that a count of them
// holds no address.
func (a *Address) key(of place) string {
	text := ""
	switch {
	case of == placeArea:
		text = a.area()
	case of == placeDwelling && a.Flat+a.Number == "":
		return ""
	case a.Outward != "" && a.Postcode != "":
		text = a.Postcode
	case a.Street != "":
		text = a.Postcode + "," + a.Street
	case a.Building != "":
		text = a.Postcode + "," + a.Building
	}
	if text == "" {
		return ""
	}
	if of == placeDwelling {
		text += "," + a.Flat + "," + a.Number
	}
	return strconv.FormatUint(hashed(text), 36)
}

// placeOf is what two addresses have in common that agree to a level.
func placeOf(level Level) place {
	switch level {
	case AddressUPRN, AddressHome, AddressStreet, AddressNearHome:
		return placeDwelling
	case AddressPostcode, AddressNearPostcode, AddressNeighbour, AddressPart:
		return placeStreet
	case AddressOutward:
		return placeArea
	}
	return noPlace
}

// crowding is how many bits more an agreement of addresses tells than one in an
// ordinary place of a borough, or how many less: to live in a postcode that covers
// half of a county, or in a hostel, or to have been given the postcode of nobody
// knows where, tells little; and in a register of a million, a home of its own
// tells more. It is 0 before places were counted.
func (f *Frequencies) crowding(level Level, found *Address) float64 {
	at := placeOf(level)
	if f == nil || at == noPlace || f.places[at].people == 0 {
		return 0
	}
	bits := math.Log2(ordinary[at] / boroughPeople / f.places[at].of(found.key(at)))
	if at == placeArea && bits > 0 {
		// Who moves within an area does so the more rarely the smaller it is.
		return bits / 2
	}
	return bits
}

// localShare is the share of people whose address went wrong, or changed, and who
// are in one village, estate or part of town all the same.
const localShare = 0.1

// locality is how many bits it tells that two addresses which do not agree have
// rare words in common, as the name of a village: with share the part of the people
// whose address has the rarest of these words, it is had in common by that part of
// strangers, and by localShare of the others at least. It is 0 if nothing is, or
// places were not counted.
func (f *Frequencies) locality(level Level, asked, found *Address) float64 {
	told := placeOf(level) == placeDwelling && level != AddressStreet || asked.Outward != "" && asked.Postcode == found.Postcode
	if f == nil || f.words.people == 0 || told { // by the home or the postcode
		return 0
	}
	samePlace, rarest := asked.samePlace(found), 1.0
	for _, word := range found.Tokens {
		if isNumeral(word) || samePlace && found.names(word) {
			continue
		}
		if slices.ContainsFunc(asked.Tokens, func(x string) bool { return sameWord(x, word) }) {
			rarest = min(rarest, f.words.of(word))
		}
	}
	return math.Log2(1 - localShare + localShare/rarest)
}

// names reports whether a word is of the name of the street or building.
func (a *Address) names(word string) bool {
	return strings.Contains(" "+a.Street+" "+a.Building+" ", " "+word+" ")
}

func isNumeral(word string) bool { return word[0] >= '0' && word[0] <= '9' }

// sameWord reports whether two words of an address are one, allowing a long one a
// slip after its first letter.
func sameWord(x, y string) bool {
	return x == y || x[0] == y[0] && min(len(x), len(y)) >= 6 && editDistance(x, y, 1) <= 1
}

// inLocalityWords is the evidence of it.
const inLocalityWords = "words of the address agree that few others have"

// newPlaceShares turns a count of places into shares of those who have an address.
// Where a register has more homes than are counted at once, homes that are not kept
// are ordinary.
func newPlaceShares(t Tally, of place) shares {
	s := newShares(t)
	if t.Rare == 0 && s.people > 0 {
		s.floor = min(s.floor, ordinary[of]/s.people)
	}
	return s
}

// addPlaces counts where a person lives or lived.
func (c *Census) addPlaces(r *Record) {
	for of := range places {
		clear(c.seen)
		for i := range r.Addresses {
			if key := r.Addresses[i].key(of); key != "" && !c.seen[key] {
				c.seen[key] = true
				c.places[of].add(key)
			}
		}
		if len(c.seen) > 0 {
			c.placed[of]++
		}
	}
	clear(c.seen)
	for i := range r.Addresses {
		for _, word := range r.Addresses[i].Tokens {
			if !c.seen[word] && !isNumeral(word) {
				c.seen[word] = true
				c.words.add(word)
			}
		}
	}
	if len(c.seen) > 0 {
		c.worded++
	}
}
