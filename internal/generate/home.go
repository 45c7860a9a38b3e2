package generate

import (
	"fmt"
	"strconv"
)

// Address is a place to live in an invented street, at an invented postcode of
// a real district. The UPRN begins 9999, which no authority gives out.
type Address struct {
	Line1    string `json:"line1,omitempty"`
	Line2    string `json:"line2,omitempty"`
	Town     string `json:"town,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	UPRN     string `json:"uprn,omitempty"`
}

// wardHouseholds is how many households on file live in a ward, wardHomes how
// many homes it has: in the others nobody is on file. Homes are made by the
// ward, so that a register of any length needs the memory of one.
const (
	wardHouseholds = 512
	wardHomes      = 600
)

// outwardCodes are the districts of east and north London. Homes come from the
// first sevenAtATime first: they make up the borough of a small register.
var outwardCodes = [...]string{
	"E2", "E5", "E8", "E9", "N1", "N4", "N16",
	"E1", "E3", "E10", "E14", "E15", "E17", "N15",
	"E4", "E6", "E7", "E11", "E12", "E13", "E16",
	"N5", "N7", "N8", "N17", "N19", "N22", "E18",
	"N2", "N6", "N9", "N10", "N11", "N13", "N18",
	"N3", "N12", "N14", "N20", "N21", "NW1", "NW3",
	"NW2", "NW4", "NW5", "NW6", "NW7", "NW8", "NW9",
}

const sevenAtATime = 7

// inwardLetters are the letters that may end a postcode.
const inwardLetters = "ABDEFGHJLNPQRSTUWXYZ"

// borough knows where every home lies.
type borough struct {
	seed    uint64
	streets map[string][]string
	sectors []string
	ward    int
	homes   []Address
}

func newBorough(seed uint64, streets map[string][]string) *borough {
	b := &borough{seed: seed, streets: streets, ward: -1}
	s := newStream(seed, forSectors, 0)
	for from := 0; from < len(outwardCodes); from += sevenAtATime {
		var group []string
		for _, code := range outwardCodes[from : from+sevenAtATime] {
			for sector := range 10 {
				group = append(group, code+" "+strconv.Itoa(sector))
			}
		}
		shuffle(s, group)
		b.sectors = append(b.sectors, group...)
	}
	return b
}

// home is where household n lives.
func (b *borough) home(n int) Address {
	b.enter(n / wardHouseholds)
	return b.homes[n%wardHouseholds]
}

// elsewhere is any home of the ward last entered, vacant one of those in which
// nobody is on file.
func (b *borough) elsewhere(s *stream) Address { return pick(s, b.homes) }

func (b *borough) vacant(s *stream) Address { return pick(s, b.homes[wardHouseholds:]) }

func (b *borough) enter(ward int) {
	if ward == b.ward {
		return
	}
	b.ward, b.homes = ward, b.homes[:0]
	s := newStream(b.seed, forWard, uint64(ward))
	for place := 0; len(b.homes) < wardHomes; place++ {
		postcode := b.postcode(ward, place)
		if s.chance(270) {
			b.addBlock(s, postcode)
		} else {
			b.addStretch(s, postcode)
		}
	}
	b.homes = b.homes[:wardHomes]
	for i := range b.homes {
		b.homes[i].UPRN = fmt.Sprintf("9999%08d", ward*wardHomes+i)
	}
	shuffle(s, b.homes)
}

// postcode gives the places of a ward postcodes of one sector. 490 sectors of
// 400 postcodes serve twelve rounds of wards, some eight million residents,
// before one is given twice.
func (b *borough) postcode(ward, place int) string {
	const perWard, perSector = 32, len(inwardLetters) * len(inwardLetters)
	round := ward / len(b.sectors)
	unit := (round*perWard + place) * 157 % perSector
	return b.sectors[ward%len(b.sectors)] +
		string([]byte{inwardLetters[unit/len(inwardLetters)], inwardLetters[unit%len(inwardLetters)]})
}

// addBlock adds the flats of one block of an estate, all at one postcode.
func (b *borough) addBlock(s *stream, postcode string) {
	block := b.named(s, "block")
	if s.chance(400) {
		block = pick(s, b.streets["first"]) + " " + pick(s, b.streets["block"])
	}
	street := b.named(s, "type")
	for flat := range s.between(16, 64) {
		b.homes = append(b.homes, Address{
			Line1: "Flat " + strconv.Itoa(flat+1) + ", " + block, Line2: street, Town: "London", Postcode: postcode,
		})
	}
}

// addStretch adds the houses of one side of a street, some of them divided.
func (b *borough) addStretch(s *stream, postcode string) {
	street := b.named(s, "type")
	number := s.between(0, 70)*2 + s.between(1, 2)
	for range s.between(8, 22) {
		b.addHouse(s, Address{Line1: strconv.Itoa(number) + " " + street, Town: "London", Postcode: postcode})
		number += 2
	}
}

func (b *borough) addHouse(s *stream, house Address) {
	if !s.chance(230) {
		b.homes = append(b.homes, house)
		return
	}
	lettered, worded := s.chance(300), s.chance(250)
	for _, flat := range [][2]string{{"A", "Ground Floor Flat"}, {"B", "First Floor Flat"}, {"C", "Top Floor Flat"}}[:s.between(2, 3)] {
		home := house
		switch {
		case lettered:
			number := len(home.Line1) - len(trimDigits(home.Line1))
			home.Line1 = home.Line1[:number] + flat[0] + home.Line1[number:]
		case worded:
			home.Line1, home.Line2 = flat[1], house.Line1
		default:
			home.Line1 = "Flat " + flat[0] + ", " + house.Line1
		}
		b.homes = append(b.homes, home)
	}
}

func trimDigits(s string) string {
	for s != "" && s[0] >= '0' && s[0] <= '9' {
		s = s[1:]
	}
	return s
}

// named is an invented name for a place of the kind that the list names:
// Mallowfield Crescent for "type", which are the streets.
func (b *borough) named(s *stream, list string) string {
	return glue(pick(s, b.streets["first"]), pick(s, b.streets["second"])) + " " + pick(s, b.streets[list])
}
