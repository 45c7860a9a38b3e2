package normalise

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPhone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"a mobile", "07700 900123", "+447700900123"},
		{"a mobile without spaces", "07700900123", "+447700900123"},
		{"with the country's code", "+44 7700 900123", "+447700900123"},
		{"with the code and the nought in brackets", "+44 (0)20 7946 0123", "+442079460123"},
		{"dialled from abroad", "0044 7700 900123", "+447700900123"},
		{"the nought lost to a spreadsheet", "7700900123", "+447700900123"},
		{"with dots", "020.7946.0123", "+442079460123"},
		{"with a label", "tel: 07700 900123", "+447700900123"},
		{"with a note", "07700 900123 (mum)", "+447700900123"},
		{"of two, the first", "07700 900123 / 020 7946 0123", "+447700900123"},
		{"an extension is dropped", "020 7946 0123 ext 12", "+442079460123"},
		{"a foreign one", "+33 1 23 45 67 89", "+33123456789"},
		{"another drama range", "01632 960123", "+441632960123"},
		{"Nottingham's drama range", "0115 496 0123", "+441154960123"},
		{"an extension alone is none", "ext 4421", ""},
		{"nor with a country's code", "+444421", ""},
		{"too few figures", "07700 9001", ""},
		{"too many", "07700 900123 4567", ""},
		{"no such number", "01234", ""},
		{"words", "none given", ""},
		{"nothing", "", ""},
		{"ten kilobytes", strings.Repeat("07700900123", 1000), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Phone(tt.in); got != tt.want {
				t.Errorf("Phone(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestPhoneIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(anyText(), rapid.StringMatching(`(\+44|0)(7700 ?900[0-9]{3}|20 ?7946 ?0[0-9]{3}|[0-9]{7,10})`)).Draw(t, "s")
		if once := Phone(s); Phone(once) != once {
			t.Fatalf("%q gives %q, then %q", s, once, Phone(once))
		}
	})
}

func TestEmail(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"lower case and trimmed", " Ada@Example.ORG ", "ada@example.org"},
		{"a tag is kept", "ada+council@example.org", "ada+council@example.org"},
		{"brackets and mailto go", "<mailto:ada@example.org>", "ada@example.org"},
		{"a full stop after it goes", "ada@example.org.", "ada@example.org"},
		{"accents are kept", "zoë@example.org", "zoë@example.org"},
		{"no at", "example.org", ""},
		{"two ats", "ada@b@example.org", ""},
		{"no domain", "ada@", ""},
		{"a domain without a dot", "ada@localhost", ""},
		{"no name", "@example.org", ""},
		{"a space inside", "ada b@example.org", ""},
		{"an empty label", "ada@example..org", ""},
		{"a NUL", "ada\x00@example.org", ""},
		{"nothing", "", ""},
		{"ten kilobytes", strings.Repeat("a", 10_000) + "@example.org", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Email(tt.in); got != tt.want {
				t.Errorf("Email(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestEmailIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(anyText(), rapid.StringMatching(`[ <"mailto:]{0,9}[A-Zaİé.+]{1,4}@[A-Zaİ-]{1,3}\.[A-Zaß.]{1,3}[>. ]?`)).Draw(t, "s")
		if once := Email(s); Email(once) != once {
			t.Fatalf("%q gives %q, then %q", s, once, Email(once))
		}
	})
}

func TestGender(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Female": "F", "f": "F", " WOMAN ": "F", "Male": "M", "m": "M", "Man": "M", "Other": "other", "non-binary": "other", "X": "other",
		"": "", "unknown": "", "prefer not to say": "", "Mr": "", "fm": "", "\x00": "",
	} {
		if got := Gender(in); got != want {
			t.Errorf("Gender(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTitleGender(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Mr": "M", "mr.": "M", "Master": "M", "Sir": "M", "Lord": "M", "Mrs": "F", "Ms": "F", "MISS": "F", "Lady": "F", "Dame": "F",
		"Dr": "", "Mx": "", "Prof": "", "": "",
	} {
		if got := TitleGender(in); got != want {
			t.Errorf("TitleGender(%q) = %q, want %q", in, got, want)
		}
	}
}
