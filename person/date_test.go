package person

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDatesAreReadInTheFormsPeopleWrite(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"1989-10-11", "1989-10-11"},
		{"11/10/1989", "1989-10-11"},
		{"1/2/1989", "1989-02-01"},
		{"11-10-1989", "1989-10-11"},
		{"11.10.1989", "1989-10-11"},
		{"11 10 1989", "1989-10-11"},
		{"11 Oct 1989", "1989-10-11"},
		{"11 October 1989", "1989-10-11"},
		{"11th of October 1989", "1989-10-11"},
		{"1st sept 1989", "1989-09-01"},
		{"11-OCT-1989", "1989-10-11"},
		{"11101989", "1989-10-11"},
		{"10/1989", "1989-10"},
		{"Oct 1989", "1989-10"},
		{"1989-10", "1989-10"},
		{"1989", "1989"},
		{"1989-10-00", "1989-10"},
		{"1989-00-00", "1989"},
		{"1989-10-11T00:00:00Z", "1989-10-11"},
		{"29/02/2000", "2000-02-29"},
		{"  1989 ", "1989"},
		{"", ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			d, err := ParseDate(test.text)
			if err != nil || d.Iso() != test.want {
				t.Errorf("%q is read as %q, %v; want %q", test.text, d.Iso(), err, test.want)
			}
		})
	}
}

func TestWhatIsNoDateIsRefusedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"31/02/1989", "29/02/1900", "1989-13-01", "32/01/1989", "0989-01-01", "11/10/89", "today", "1989-10-11x",
		"1989-00-11", "10/11/12/1989", "11 Octopus 1989", "11 Oc 1989", "٣/١٠/1989", strings.Repeat("1", 1000), "1989-10-11T12:00:00Z",
	} {
		_, err := ParseDate(text)
		if err == nil {
			t.Errorf("%.20q is read as a date", text)
		} else if strings.Contains(err.Error(), text) {
			t.Errorf("the error repeats %.20q", text)
		}
	}
}

func TestADateReadsBackAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := Date{Year: rapid.IntRange(1000, 9999).Draw(t, "year")}
		if rapid.Bool().Draw(t, "month known") {
			d.Month = rapid.IntRange(1, 12).Draw(t, "month")
		}
		if d.Month != 0 && rapid.Bool().Draw(t, "day known") {
			d.Day = rapid.IntRange(1, 28).Draw(t, "day")
		}
		back, err := ParseDate(d.Iso())
		if err != nil || back != d {
			t.Fatalf("%s reads back as %s, %v", d.Iso(), back.Iso(), err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"1989-10-11", "11/10/1989", "11th of October 1989", "\x00", "9999-99-99"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text)
		if err != nil {
			return
		}
		if back, err := ParseDate(d.Iso()); err != nil || back != d {
			t.Errorf("%q is read as %s, which is not read back", text, d.Iso())
		}
	})
}

func TestNobodysDataIsFormattedOrLogged(t *testing.T) {
	t.Parallel()
	seen := true
	p := Person{
		ID: "p1", Forename: "Secretada", Surname: "Secretexample", DateOfBirth: Date{1989, 10, 11},
		Identification: []Identifier{{Type: "NI", Value: "QQ123456C", Valid: &seen}},
	}
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("person", "person", p, "date", p.DateOfBirth, "identifier", p.Identification[0])
	texts := []string{log.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q"} {
		texts = append(texts, fmt.Sprintf(verb, p), fmt.Sprintf(verb, p.DateOfBirth), fmt.Sprintf(verb, p.Identification[0]))
	}
	for _, text := range texts {
		for _, secret := range []string{"Secret", "1989", "QQ123456"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q tells %s", text, secret)
			}
		}
	}
}

func TestAnUnknownDateIsLeftOut(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(Person{Forename: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "dateOfBirth") {
		t.Errorf("an unknown date of birth is written: %s", data)
	}
}
