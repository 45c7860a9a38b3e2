package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
)

func TestACriterionThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		query Query
		want  []string // fields, sorted
	}{
		{"nothing asked", Query{}, []string{""}},
		{"only blanks", Query{FirstName: "  "}, []string{""}},
		{"only a limit", Query{Limit: 5}, []string{""}},
		{"too many at once", Query{LastName: "Example", Limit: 51}, []string{"limit"}},
		{"no NI number", Query{NI: "1234A"}, []string{"ni"}},
		{"no e-mail, no phone, no UPRN, no gender", Query{Email: "ada", Phone: "12", UPRN: "12a", Gender: "q"}, []string{"email", "gender", "phone", "uprn"}},
		{"a name without a letter", Query{LastName: "…"}, []string{"lastName"}},
		{"NUL", Query{LastName: "Exam\x00ple"}, []string{"lastName"}},
		{"no UTF-8", Query{LastName: "Exam\xffple"}, []string{"lastName"}},
		{"a name of 10 kB", Query{LastName: strings.Repeat("a", 10_000)}, []string{"lastName"}},
		{"a name in another script", Query{LastName: "অদিতি"}, nil},
		{"a partial date alone", Query{DateOfBirth: person.Date{Year: 1989}}, nil},
		{"an administrative NI number", Query{NI: "OO123456C"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := test.query.Validate()
			var invalid *person.ValidationError
			var fields []string
			if errors.As(err, &invalid) {
				for _, f := range invalid.Fields {
					fields = append(fields, f.Field)
				}
			}
			if diff := cmp.Diff(test.want, fields); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestWhatWasAskedIsNotFormatted(t *testing.T) {
	t.Parallel()
	q := Query{FirstName: "Secretada", NI: "QQ123456C", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		if got := fmt.Sprintf(verb, q); got != "dateOfBirth,firstName,ni" {
			t.Errorf("%s gives %q", verb, got)
		}
	}
}

// Ensures of whatever may be asked that it is refused by name or can be searched by,
// and that no message repeats it.
func FuzzCriteria(f *testing.F) {
	f.Add("Ada", "Exampel", "12 Orchard Road", "QQ123456C", "E8 1EA", "100023336956", "ada@example.org", "07700 900123", "F", "11/10/1989")
	f.Add("", "\x00", "\xff", "AB", "E8 \x1dE\u06b8", "-1", "@", "+", "?", "31/02/1990")
	f.Add("\u202e", "Mc", ",", "QQ 12 34 56", "E8", "0", "a@b@c", "0044", "woman", "")
	f.Fuzz(func(t *testing.T, first, last, address, ni, postcode, uprn, email, phone, gender, birth string) {
		born, err := person.ParseDate(birth)
		if err != nil {
			return // as the API does
		}
		q := Query{
			FirstName: first, LastName: last, Address: address, NI: ni, Postcode: postcode, UPRN: uprn, Email: email, Phone: phone, Gender: gender,
			DateOfBirth: born,
		}
		var invalid *person.ValidationError
		if err := q.Validate(); errors.As(err, &invalid) {
			for _, wrong := range invalid.Fields {
				if text := q.texts()[wrong.Field]; len(text) > 20 && strings.Contains(wrong.Message, text) {
					t.Fatalf("%s is told again", wrong.Field)
				}
			}
			return
		} else if err != nil {
			t.Fatal(err)
		}
		record := q.Record()
		_ = match.ProbeKeys(record)
		body, err := CandidateBody(Wanted{Record: record, IncludeDeceased: true, Clearance: person.VeryRestricted}, maxLimit)
		if err != nil || !json.Valid(body) {
			t.Fatalf("the body of the search is %q, %v", body, err)
		}
	})
}

func FuzzBox(f *testing.F) {
	for _, seed := range []string{"Ada Example 11/10/1989", "12 Orchard Road E8 1EA", "QQ123456C", "ada@example.org 020 7946 0123", "\x00\xff", ",,,;;", "flat"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		if len(text) > maxQ {
			return
		}
		_ = Query{Q: text}.Record() // it must not panic
	})
}
