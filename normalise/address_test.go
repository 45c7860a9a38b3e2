package normalise

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                           string
		lines                          []string
		number, flat, building, street string
	}{
		{"nothing", nil, "", "", "", ""},
		{"a house and its street", []string{"12 Mare Street"}, "12", "", "", "mare street"},
		{"kinds of street are written in full", []string{"12 Mare St."}, "12", "", "", "mare street"},
		{"gardens, crescents and courts too", []string{"7 Wagtail Gdns"}, "7", "", "", "wagtail gardens"},
		{"a house with a letter", []string{"99B Orchardly Ln"}, "99b", "", "", "orchardly lane"},
		{"a letter that stands apart", []string{"99 b orchardly lane"}, "99b", "", "", "orchardly lane"},
		{"a range", []string{"12-14 High Rd"}, "12-14", "", "", "high road"},
		{"a flat, a building and a street", []string{"Flat 60, Whimbrel House", "Shearling Close"}, "", "60", "whimbrel house", "shearling close"},
		{"in one line without commas, with the postcode", []string{"flat 60 whimbrel house shearling close n16 1rq"}, "", "60", "whimbrel house", "shearling close"},
		{"a number before a building is a flat's", []string{"60 Whimbrel Hse, Shearling Cl"}, "", "60", "whimbrel house", "shearling close"},
		{"a flat in a house", []string{"Flat 3a, 12 Mare St"}, "12", "3a", "", "mare street"},
		{"other words for a flat", []string{"Apt 4, 10 Green Lanes"}, "10", "4", "", "green lanes"},
		{"a word for a flat and its number as one word", []string{"flat3 10 mare street"}, "10", "3", "", "mare street"},
		{"of two numbers the first is the flat's", []string{"3, 99B Orchardly Lane"}, "99b", "3", "", "orchardly lane"},
		{"a dash between flat and house", []string{"Flat 5 - 12 High St"}, "12", "5", "", "high street"},
		{"two numbers that can be no range", []string{"6-170 Pellham Pl"}, "170", "6", "", "pellham place"},
		{"a stroke between flat and house", []string{"3/99b Orchardly Lane"}, "99b", "3", "", "orchardly lane"},
		{"a flat with a stroke of its own", []string{"1/2, 24 Wagtail Street"}, "24", "1/2", "", "wagtail street"},
		{"a flat by its floor", []string{"Ground Floor Flat, 99 Orchardly Lane"}, "99", "gff", "", "orchardly lane"},
		{"the same abbreviated", []string{"GFF 99 Orchardly Lane"}, "99", "gff", "", "orchardly lane"},
		{"a basement", []string{"Basement Flat", "7 Park Road"}, "7", "bf", "", "park road"},
		{"a flat that comes last", []string{"99 Orchardly Lane flat 3"}, "99", "3", "", "orchardly lane"},
		{"a lettered flat", []string{"Flat B, 10 Mare Street"}, "10", "b", "", "mare street"},
		{"a number lost", []string{"Orchardly Lane"}, "", "", "", "orchardly lane"},
		{"a street lost", []string{"Flat 2, Whimbrel House"}, "", "2", "whimbrel house", ""},
		{"a kind of street misspelt", []string{"142 Ostrey Gardehs"}, "142", "", "", "ostrey gardehs"},
		{"a kind of building misspelt", []string{"Flat 2, Whimbrel Huose", "Shearling Close"}, "", "2", "whimbrel huose", "shearling close"},
		{"a building with a name of its own", []string{"The Hollies", "12 Mare Street"}, "12", "", "the hollies", "mare street"},
		{"a court is a building before a street", []string{"Flat 3 Kingsley Court Downs Rd"}, "", "3", "kingsley court", "downs road"},
		{"and a street without one", []string{"12 Kingsley Ct"}, "12", "", "", "kingsley court"},
		{"house may be part of a street's name", []string{"12 Manor House Road"}, "12", "", "", "manor house road"},
		{"so may green and hill", []string{"77 Wood Green High Road"}, "77", "", "", "wood green high road"},
		{"St leads saints", []string{"St John's Court", "5 Saint Marks Rise"}, "5", "", "st johns court", "st marks rise"},
		{"London and the country are no street", []string{"12 Mare Street", "London", "United Kingdom"}, "12", "", "", "mare street"},
		{"London Lane is one", []string{"12 London Lane"}, "12", "", "", "london lane"},
		{"an estate is neither", []string{"Flat 12, Kingsmead Estate", "Kingsmead Way"}, "", "12", "", "kingsmead way"},
		{"and leaves its number to the street", []string{"12 Kingsmead Estate", "Kingsmead Way"}, "12", "", "", "kingsmead way"},
		{"a numbered street of no known kind before a part of town", []string{"35 Tanjil Loop", "Berkeley Vale"}, "35", "", "", "tanjil loop"},
		{"a hill is a street after a court", []string{"Flat 3 Kingsley Court", "Downs Hill"}, "", "3", "kingsley court", "downs hill"},
		{"no. before the number", []string{"No. 12 Acacia Avenue"}, "12", "", "", "acacia avenue"},
		{"care of somebody", []string{"c/o Example", "3 Mare Street"}, "3", "", "example", "mare street"},
		{"a compass point at the end", []string{"5 Church Street North"}, "5", "", "", "church street north"},
		{"a number alone", []string{"12"}, "12", "", "", ""},
		{"a number after the street", []string{"Orchardly Lane 99"}, "99", "", "", "orchardly lane"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := ParseAddress(tt.lines...)
			got := []string{a.Number, a.Flat, a.Building, a.Street}
			if diff := cmp.Diff([]string{tt.number, tt.flat, tt.building, tt.street}, got); diff != "" {
				t.Errorf("ParseAddress(%q), number, flat, building, street (-want +got):\n%s", tt.lines, diff)
			}
		})
	}
}

func TestAddressTokensLeaveNoiseOut(t *testing.T) {
	t.Parallel()
	want := []string{"60", "whimbrel", "house", "shearling", "close", "hackney"}
	got := ParseAddress("Flat 60 Whimbrel Hse", "Shearling Cl", "Hackney", "London", "N16 1RQ")
	if diff := cmp.Diff(want, got.Tokens); diff != "" {
		t.Errorf("Tokens (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"shearling", "close"}, got.StreetTokens); diff != "" {
		t.Errorf("StreetTokens (-want +got):\n%s", diff)
	}
}

// Ensures that an address is read alike as stored and as asked for.
func TestAddressInOneLineIsTheAddressInLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		flat := rapid.StringMatching(`(Flat [1-9][0-9]?[ab]?)?`).Draw(t, "flat")
		building := rapid.SampledFrom([]string{"", "Whimbrel House", "Kingsley Lodge", "Petrel Mansions"}).Draw(t, "building")
		number := rapid.StringMatching(`[1-9][0-9]?[0-9]?[ab]?`).Draw(t, "number")
		street := rapid.SampledFrom([]string{"Shearling Close", "Mare Street", "Manor House Road", "Green Lanes", "St Marks Rise"}).Draw(t, "street")
		stored := ParseAddress(flat, building, number+" "+street, "London")
		asked := ParseAddress(strings.ToLower(strings.Join([]string{flat, building, number, street, "N16 1RQ"}, " ")))
		if diff := cmp.Diff(stored, asked); diff != "" {
			t.Fatalf("(-stored +asked):\n%s", diff)
		}
	})
}

func TestAddressesOfAnyTextAreBounded(t *testing.T) {
	t.Parallel()
	check := func(t interface{ Fatalf(string, ...any) }, a Address) {
		if len(a.Tokens) > maxAddressTokens {
			t.Fatalf("%d tokens", len(a.Tokens))
		}
		if strings.Join(a.StreetTokens, " ") != a.Street {
			t.Fatalf("street %q of %q", a.Street, a.StreetTokens)
		}
	}
	rapid.Check(t, func(t *rapid.T) { check(t, ParseAddress(rapid.SliceOfN(anyText(), 0, 5).Draw(t, "lines")...)) })
	for _, piece := range []string{"flat ", "1/2 ", "a,", "12-14 ", "st ", "é", "house road "} {
		check(t, ParseAddress(strings.Repeat(piece, 5_000)))
	}
}

func TestPlaceWords(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]bool{"road": true, "rd": true, "house": true, "court": true, "hill": false, "shearling": false, "": false} {
		if got := IsPlaceWord(word); got != want {
			t.Errorf("IsPlaceWord(%q) = %t", word, got)
		}
	}
}

func TestIsPOBox(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"PO Box 123": true, "P.O. Box 123, London": true, "Town Hall, p o box 7": true, "POBOX 9": true,
		"12 Box Lane": false, "Post Box Cottage, 3 Po Street": false, "": false, "Box": false,
	} {
		if got := IsPOBox(text); got != want {
			t.Errorf("%q is a box: %t", text, got)
		}
	}
}
