package normalise

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func whole(outward, inward string) Postcode {
	return Postcode{Text: outward + " " + inward, Outward: outward, Valid: true}
}

func TestParsePostcode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     Postcode
	}{
		{"as Royal Mail writes it", "E8 1EA", whole("E8", "1EA")},
		{"without its space, in lower case", "e81ea", whole("E8", "1EA")},
		{"form A99", "N16 5AA", whole("N16", "5AA")},
		{"form A9A", "W1A 0AX", whole("W1A", "0AX")},
		{"form AA9", "CR2 6XH", whole("CR2", "6XH")},
		{"form AA99", "DN55 1PT", whole("DN55", "1PT")},
		{"form AA9A", "EC1A 1BB", whole("EC1A", "1BB")},
		{"the Girobank's", "gir0aa", whole("GIR", "0AA")},
		{"I for 1", "EI 4AB", whole("E1", "4AB")},
		{"l for 1", "nl6 1rq", whole("N16", "1RQ")},
		{"O for 0", "N16 ORQ", whole("N16", "0RQ")},
		{"0 for O", "S016 4GX", whole("SO16", "4GX")},
		{"5 for S", "5E1 4AB", whole("SE1", "4AB")},
		{"the first half alone", "N16", Postcode{Outward: "N16"}},
		{"the first half alone, misread", "NI6", Postcode{Outward: "N16"}},
		{"a sector", "E8 1", Postcode{Outward: "E8"}},
		{"a sector of a first half misread", "EI 1", Postcode{Outward: "E1"}},
		{"a first half with a space in it", "HA 0", Postcode{Outward: "HA0"}},
		{"with another mark in it, and a letter that folds to one", "ʰA?0", Postcode{Outward: "HA0"}}, // seed 9042316318855710267
		{"a first half with a space in it that could be misread", "SO 1", Postcode{Outward: "SO1"}},
		{"letters that are not used in the second half", "E8 1CA", Postcode{Text: "E81CA", Outward: "E8"}},
		{"no such area", "Z9 9ZZ", Postcode{Text: "Z99ZZ"}},
		{"an Australian one", "4223", Postcode{Text: "4223"}},
		{"an Australian one that could be misread", "5047", Postcode{Text: "5047"}},
		{"an American one that could be misread", "57088", Postcode{Text: "57088"}},
		{"an Irish one", "D02 AF30", Postcode{Text: "D02AF30"}},
		{"nothing", " ", Postcode{}},
		{"ten kilobytes", strings.Repeat("E8 1EA ", 1500), Postcode{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, ParsePostcode(tt.in)); diff != "" {
				t.Errorf("ParsePostcode(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestPostcodeReadsWhatItWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := ParsePostcode(rapid.OneOf(anyText(), rapid.StringMatching(`[A-Za-z0-9]{2,4} ?[0-9OI][A-Z0-9]{2}`)).Draw(t, "s"))
		if p.Text != "" && ParsePostcode(p.Text) != p {
			t.Fatalf("%+v is read again as %+v", p, ParsePostcode(p.Text))
		}
		if p.Valid && ParsePostcode(strings.ReplaceAll(p.Text, " ", "")) != p {
			t.Fatalf("%+v is another without its space", p)
		}
		if p.Outward != "" && p.Outward != "GIR" && ParsePostcode(p.Outward).Outward != p.Outward {
			t.Fatalf("%+v: its first half is read as %+v", p, ParsePostcode(p.Outward))
		}
	})
}

func TestFindPostcode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     Postcode
		rest     string
	}{
		{"at the end", "12 Mare Street, London E8 1EA", whole("E8", "1EA"), "12 Mare Street, London"},
		{"without its space", "12 mare street e81ea", whole("E8", "1EA"), "12 mare street"},
		{"in the middle", "Ada Example E8 1EA 11/10/1989", whole("E8", "1EA"), "Ada Example 11/10/1989"},
		{"at the front", "E8 1EA, 12 Mare Street", whole("E8", "1EA"), "12 Mare Street"},
		{"the last of two", "E8 1EA then N16 5AA", whole("N16", "5AA"), "E8 1EA then"},
		{"with one character misread", "12 mare street e8 iea", whole("E8", "1EA"), "12 mare street"},
		{"the first half alone at the end", "12 Mare Street E8", Postcode{Outward: "E8"}, "12 Mare Street"},
		{"but not where it numbers a flat", "Flat E8", Postcode{}, "Flat E8"},
		{"nor in the middle", "E8 Mare Street", Postcode{}, "E8 Mare Street"},
		{"none", "12 Mare Street", Postcode{}, "12 Mare Street"},
		{"a word that is no postcode", "Solo 1 Lane", Postcode{}, "Solo 1 Lane"},
		{"nothing", "", Postcode{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, rest := FindPostcode(tt.in)
			if got != tt.want || rest != tt.rest {
				t.Errorf("FindPostcode(%q) = %+v, %q, want %+v, %q", tt.in, got, rest, tt.want, tt.rest)
			}
		})
	}
}
