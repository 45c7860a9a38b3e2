package normalise

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile are the texts every fuzz target begins with.
var hostile = []string{
	"", "Ada Example", "Mr. Ọláwálé O’Brien-Smith Jr", "محمد عبد الرحمن", "রহমান মোহাম্মদ", "QQ 12 34 56 C", "E8 1EA", "flat 60 whimbrel house n16 1rq",
	"07700 900123", "ada@example.org", "\x00\xff\xfe", "👩🏽‍🦱", "\u202e\u200f\u200b", "e\u0301\u0301\u0301", "1/2, 12-14a St", "E8 \x1dEڸ\xf0\x06\xed\xf3iA", strings.Repeat("Mc ", 400),
}

func seed(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
}

func FuzzFold(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if folded := Fold(s); !isFolded(folded) || Fold(folded) != folded {
			t.Errorf("Fold(%q) = %q", s, folded)
		}
	})
}

func FuzzNames(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, token := range append(GivenNames(s), Surnames(s)...) {
			if !isFolded(token) || token == "" {
				t.Errorf("%q gives token %q", s, token)
			}
			Nicknames(token)
			SurnameVariants(SurnameStem(StripParticle(token)))
		}
	})
}

func FuzzSounds(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		DoubleMetaphone(s)
		if codes := DaitchMokotoff(s); len(codes) > soundexBranches {
			t.Errorf("%q has %d codes", s, len(codes))
		}
		Skeleton(s)
		Confusable(s)
	})
}

func FuzzParseNI(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if ni := ParseNI(s); ni.Number != "" && (len(ni.Number) != niLength || ni.Kind == NINone) {
			t.Errorf("ParseNI(%q) = %+v", s, ni)
		}
	})
}

func FuzzPostcode(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if p := ParsePostcode(s); p.Valid && ParsePostcode(p.Text) != p {
			t.Errorf("ParsePostcode(%q) = %+v", s, p)
		}
		if p, rest := FindPostcode(s); p == (Postcode{}) && rest != s || len(rest) > len(s)+1 {
			t.Errorf("FindPostcode(%q) = %+v, %q", s, p, rest)
		}
	})
}

func FuzzParseAddress(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		a := ParseAddress(s)
		for _, token := range a.Tokens {
			if token == "" || strings.Contains(token, " ") || !utf8.ValidString(token) {
				t.Errorf("ParseAddress(%q) has token %q", s, token)
			}
		}
	})
}

func FuzzPhone(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if number := Phone(s); number != "" && (number[0] != '+' || !isDigits(number[1:])) {
			t.Errorf("Phone(%q) = %q", s, number)
		}
	})
}

func FuzzEmail(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if email := Email(s); Email(email) != email {
			t.Errorf("Email(%q) = %q, then %q", s, email, Email(email))
		}
	})
}

func FuzzGender(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if g := Gender(s); g != "" && g != "F" && g != "M" && g != "other" {
			t.Errorf("Gender(%q) = %q", s, g)
		}
		TitleGender(s)
	})
}
