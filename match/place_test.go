package match

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"personindex/person"
)

// living is a register of people of whom each has an address of their own.
func living(n int, at func(i int) person.Address) []person.Person {
	people := make([]person.Person, n)
	for i := range people {
		people[i] = person.Person{Forename: "Ada", Surname: fmt.Sprintf("Exampel%d", i), Addresses: []person.Address{at(i)}}
	}
	return people
}

// house is a house of a borough, two people to a house and forty to a postcode.
func house(i int) person.Address {
	return person.Address{Line1: fmt.Sprintf("%d Orchard Road", i/2%20+1), Town: "London", Postcode: fmt.Sprintf("E8 %dE%c", i/40%10, 'A'+i/400%2)}
}

// housed compares the addresses of a question and a record and returns the score.
func housed(f *Frequencies, question, record person.Address) Score {
	m := DefaultModel().WithFrequencies(f)
	q, r := Standardise(person.Person{Addresses: []person.Address{question}}), Standardise(person.Person{Addresses: []person.Address{record}})
	return m.Score(&q, &r)
}

func TestACrowdedPlaceTellsLess(t *testing.T) {
	t.Parallel()
	hostel := person.Address{Line1: "7 Larkspur Road", Postcode: "E8 4ZZ"}
	counted := NewFrequencies(1, counted(append(living(800, house), living(200, func(int) person.Address { return hostel })...)...))
	home := house(1)

	crowded, ordinary := housed(counted, hostel, hostel), housed(counted, home, home)
	if crowded.Level(HomeAddress) != AddressHome || ordinary.Level(HomeAddress) != AddressHome {
		t.Fatalf("levels %d and %d", crowded.Level(HomeAddress), ordinary.Level(HomeAddress))
	}
	// 200 share the one home, two the other.
	if less := ordinary.rarity[HomeAddress] - crowded.rarity[HomeAddress]; math.Abs(less-math.Log2(100)) > 0.01 {
		t.Errorf("a hostel of 200 tells %v bits less than a home of two", less)
	}
	if crowded.Bits >= ordinary.Bits-3 {
		t.Errorf("the hostel weighs %v, the home %v", crowded.Bits, ordinary.Bits)
	}
	for _, none := range []*Frequencies{nil, NewFrequencies(0, Tallies{}), NewFrequencies(1, Tallies{Given: counted.tallied()})} {
		if s := housed(none, hostel, hostel); s.rarity[HomeAddress] != 0 || s.locality != 0 {
			t.Errorf("before places were counted the hostel weighs %v and %v more", s.rarity[HomeAddress], s.locality)
		}
	}
}

// tallied is a count of given names alone, as an earlier version kept.
func (f *Frequencies) tallied() Tally { return Tally{People: 1000, Bearings: 1000, Floor: 3} }

func TestAHomeTellsMoreOnALargerRegister(t *testing.T) {
	t.Parallel()
	alone := func(i int) person.Address {
		return person.Address{Line1: fmt.Sprintf("%d Orchard Road", i%10+1), Postcode: fmt.Sprintf("E8 %dE%c", i/10%10, 'A'+i/100)}
	}
	small, large := NewFrequencies(1, counted(living(250, alone)...)), NewFrequencies(1, counted(living(1000, alone)...))
	more := housed(large, alone(7), alone(7)).rarity[HomeAddress] - housed(small, alone(7), alone(7)).rarity[HomeAddress]
	if math.Abs(more-2) > 0.01 {
		t.Errorf("where four times as many live elsewhere a home tells %v bits more, want 2", more)
	}
}

func TestAPostcodeThatCoversATownIsNoStreet(t *testing.T) {
	t.Parallel()
	at := func(line string) person.Address { return person.Address{Line1: line, Postcode: "20500"} }
	everywhere := NewFrequencies(1, counted(living(500, func(i int) person.Address { return at(fmt.Sprintf("%d Elm Street", i)) })...))
	tests := []struct {
		name, asked, found string
		want               Level
	}{
		{"the same home", "7 Larkspur Road", "7 larkspur rd", AddressHome},
		{"the same number of another street", "7 Larkspur Road", "7 Orchard Road", AddressOutward},
		{"the same street", "Larkspur Road", "7 Larkspur Road", AddressPostcode},
		{"a neighbour", "9 Larkspur Road", "7 Larkspur Road", AddressNeighbour},
		{"the postcode alone", "", "7 Larkspur Road", AddressOutward},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := housed(everywhere, at(test.asked), at(test.found))
			if got := s.Level(HomeAddress); got != test.want {
				t.Errorf("level %d, want %d", got, test.want)
			}
			if s.Level(HomeAddress) == AddressOutward && s.rarity[HomeAddress] > -2.9 {
				t.Errorf("a postcode that all have weighs %v more than one in eight has", s.rarity[HomeAddress])
			}
		})
	}
}

func TestRareWordsTwoAddressesShareTellTheVillage(t *testing.T) {
	t.Parallel()
	in := func(line, town, postcode string) person.Address {
		return person.Address{Line1: line, Town: town, Postcode: postcode}
	}
	villages := func(i int) person.Address {
		if i < 20 {
			return in(fmt.Sprintf("%d Church Lane", i), "Nether Wallop", "SO20 8EA")
		}
		return in(fmt.Sprintf("%d Station Road", i), "Andover", "SP10 1AA")
	}
	f := NewFrequencies(1, counted(living(1000, villages)...))
	village := housed(f, in("Rose Cottage", "Nether Walop", ""), in("4 Church Lane", "Nether Wallop", "SO20 8EA"))
	town := housed(f, in("Rose Cottage", "Andover", ""), in("4 Station Road", "Andover", "SP10 1AA"))
	street := housed(f, in("4 Church Lane", "Andover", ""), in("6 Church Lane", "Andover", "SO20 8EA"))
	if want := math.Log2(0.9 + 0.1/0.02); math.Abs(village.locality-want) > 0.01 {
		t.Errorf("a village of one in fifty weighs %v bits, want %v", village.locality, want)
	}
	if town.locality > 0.02 || street.locality > 0.02 {
		t.Errorf("a town that nearly all live in weighs %v bits, and with a street that is weighed already %v", town.locality, street.locality)
	}
	if home := housed(f, in("4 Church Lane", "Nether Wallop", "SO20 8EA"), in("4 Church Lane", "Nether Wallop", "SO20 8EA")); home.locality != 0 {
		t.Errorf("the village of the same home weighs %v bits", home.locality)
	}
	if s := housed(f, in("", "", "SO20 8EA"), in("Rose Cottage", "Nether Wallop", "")); s.Level(HomeAddress) != NotCompared || s.locality != 0 {
		t.Errorf("what cannot be compared has level %d and weighs %v", s.Level(HomeAddress), s.locality)
	}
}

// Ensures that a count of places holds no address: not in the clear, and none of a
// family's home.
func TestACountOfPlacesHoldsNoAddress(t *testing.T) {
	t.Parallel()
	tallies := counted(append(living(minCrowd-1, func(int) person.Address { return person.Address{Line1: "7 Secretroad", Postcode: "E8 4ZZ"} }),
		living(400, house)...)...)
	if n := len(tallies.Dwellings.Words); n != 0 {
		t.Errorf("%d homes are told from others", n)
	}
	if n := len(tallies.Streets.Words); n != 10 {
		t.Errorf("%d postcodes are told from others, want the 10 of 40 people", n)
	}
	for _, kind := range []Tally{tallies.Areas, tallies.Streets, tallies.Dwellings} {
		for word := range kind.Words {
			if strings.Contains(strings.ToUpper(word), "E8") && len(word) < 8 {
				t.Errorf("%q is a postcode", word)
			}
		}
	}
	if _, told := tallies.Words.Words["secretroad"]; told || tallies.Words.Words["orchard"] != 400 {
		t.Errorf("words %v", tallies.Words.Words)
	}
}

func TestWhatIsNoHomeIsNoAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   person.Address
		want string // the words, of the address that is left
	}{
		{"a town alone", person.Address{Town: "Leeds"}, ""},
		{"a post office box", person.Address{Line1: "PO Box 7", Town: "Leeds", Postcode: "LS1 1AA"}, ""},
		{"a street in a village", person.Address{Line1: "4 Church Lane", Town: "Nether Wallop"}, "4 church lane nether wallop"},
		{"a postcode in a town", person.Address{Postcode: "LS2 1AA", Town: "Leeds"}, "leeds"},
		{"a street in London, which is no village", person.Address{Line1: "4 Church Lane", Town: "London"}, "4 church lane"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var words []string
			for _, a := range Standardise(person.Person{Addresses: []person.Address{test.in}}).Addresses {
				words = append(words, a.Tokens...)
			}
			if got := strings.Join(words, " "); got != test.want {
				t.Errorf("kept is %q, want %q", got, test.want)
			}
		})
	}
}
