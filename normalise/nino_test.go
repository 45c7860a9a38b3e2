package normalise

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseNI(t *testing.T) {
	t.Parallel()
	test := func(suffix string) NI { return NI{Number: "QQ123456", Suffix: suffix, Kind: NITest} }
	tests := []struct {
		name, in string
		want     NI
	}{
		{"as HMRC writes it", "QQ123456C", test("C")},
		{"spaced in pairs", "QQ 12 34 56 C", test("C")},
		{"in lower case with dashes", "qq-12-34-56-c", test("C")},
		{"with invisible characters", "\u200bQQ123456C\u00a0", test("C")},
		{"with its label", "NI No: QQ 12 34 56 C", test("C")},
		{"without the suffix", "QQ123456", test("")},
		{"with a space for the suffix", "QQ123456 ", test("")},
		{"with a suffix that is none", "QQ123456E", test("")},
		{"a letter O among the figures is 0", "QQ1O345OD", NI{"QQ103450", "D", NITest}},
		{"letters I and l among the figures are 1", "QQI23l56A", NI{"QQ123156", "A", NITest}},
		{"figures among the letters are letters", "0O112233A", NI{"OO112233", "A", NIAdministrative}},
		{"a figure for the suffix is the letter", "QQ1234568", test("B")},
		{"an administrative prefix", "PZ112233A", NI{"PZ112233", "A", NIAdministrative}},
		{"a temporary number", "TN112233F", NI{"TN112233", "", NITemporary}},
		{"a temporary reference", "11 A1 11 11", NI{"11A11111", "", NITemporary}},
		{"the example of every form", "AB123456C", NI{"AB123456", "C", NIPlaceholder}},
		{"one figure throughout", "AB 00 00 00 A", NI{"AB000000", "A", NIPlaceholder}},
		{"figures typed to get on", "12345678", NI{"12345678", "", NIPlaceholder}},
		{"noughts typed to get on", "000000000", NI{"00000000", "", NIPlaceholder}},
		{"a prefix that is not allocated", "GB112233A", NI{}},
		{"a letter that is not used first", "DA112233A", NI{}},
		{"O is not used second", "AO112233A", NI{}},
		{"too short", "1234A", NI{}},
		{"a longer text with a number inside", "QQ123456C is hers", NI{}},
		{"nothing", "", NI{}},
		{"ten kilobytes", strings.Repeat("QQ123456C", 1200), NI{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, ParseNI(tt.in)); diff != "" {
				t.Errorf("ParseNI(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// Ensures HMRC's rules over all 676 prefixes: the figures are the same for all and
// belong to nobody in particular.
func TestNIPrefixesFollowHMRC(t *testing.T) {
	t.Parallel()
	special := map[string]NIKind{
		"QQ": NITest, "TN": NITemporary, "OO": NIAdministrative, "CR": NIAdministrative, "FY": NIAdministrative, "MW": NIAdministrative,
		"NC": NIAdministrative, "PP": NIAdministrative, "PY": NIAdministrative, "PZ": NIAdministrative,
		"BG": NINone, "GB": NINone, "KN": NINone, "NK": NINone, "NT": NINone, "ZZ": NINone,
	}
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			prefix := string([]rune{first, second})
			read := strings.ReplaceAll(prefix, "I", "L") // an I can only be an L
			want := NIIssued
			if strings.ContainsAny(read, "DFQUV") || read[1] == 'O' {
				want = NINone
			}
			if kind, ok := special[read]; ok {
				want = kind
			}
			if got := ParseNI(prefix + "112233A").Kind; got != want {
				t.Errorf("prefix %s is %v, want %v", prefix, got, want)
			}
		}
	}
}

func TestNIEvidence(t *testing.T) {
	t.Parallel()
	for kind, want := range map[NIKind][2]bool{
		NINone: {false, false}, NIIssued: {true, true}, NITest: {false, true}, NIAdministrative: {false, false},
		NITemporary: {false, false}, NIPlaceholder: {false, false},
	} {
		got := [2]bool{NI{Kind: kind}.Evidence(false), NI{Kind: kind}.Evidence(true)}
		if got != want {
			t.Errorf("%v is evidence without and with test numbers: %v, want %v", kind, got, want)
		}
	}
}

func TestNIReadsWhatItWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ni := ParseNI(rapid.OneOf(anyText(), rapid.StringMatching(`[A-Z0-9]{2}[0-9OIl]{6}[A-Z0-9 ]?`)).Draw(t, "s"))
		if ni.Kind == NINone != (ni.Number == "") {
			t.Fatalf("%+v", ni)
		}
		if again := ParseNI(ni.Number + ni.Suffix); ni.Kind != NINone && again != ni {
			t.Fatalf("%+v is read again as %+v", ni, again)
		}
	})
}
