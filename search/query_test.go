package search

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
