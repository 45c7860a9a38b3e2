package search

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
)

func TestBoxIsReadInAnyOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, box string
		want      Query
	}{
		{"names", "Ada Example", Query{FirstName: "Ada", LastName: "Example"}},
		{"surname before a comma", "Example, Ada", Query{FirstName: "Ada", LastName: "Example"}},
		{"particles go with the surname", "Ada van der Example", Query{FirstName: "Ada", LastName: "van der Example"}},
		{"one name", "Example", Query{LastName: "Example"}},
		{"date after names", "ada exampel 11/10/1989", Query{FirstName: "ada", LastName: "exampel", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}},
		{"date between names", "Ada 11 Oct 1989 Example", Query{FirstName: "Ada", LastName: "Example", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}},
		{"date in full", "11th of October, 1989 Ada Example", Query{FirstName: "Ada", LastName: "Example", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}},
		{"compact date", "11101989 example", Query{LastName: "example", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}},
		{"year", "Ada Example 1989", Query{FirstName: "Ada", LastName: "Example", DateOfBirth: person.Date{Year: 1989}}},
		{"postcode", "e81ea Example", Query{LastName: "Example", Postcode: "E8 1EA"}},
		{"address then names", "12 Example Lane Ada Sample", Query{FirstName: "Ada", LastName: "Sample", Address: "12 Example Lane"}},
		{"names then flat, street and postcode", "Ada Sample flat 60 Whimbrel House Shearling Close N16 1RQ",
			Query{FirstName: "Ada", LastName: "Sample", Address: "flat 60 Whimbrel House Shearling Close", Postcode: "N16 1RQ"}},
		{"building without a number", "Ada Sample, Whimbrel House", Query{FirstName: "Ada", LastName: "Sample", Address: "Whimbrel House"}},
		{"NI number in pairs", "qq 12 34 56 c Sample", Query{LastName: "Sample", NI: "qq 12 34 56 c"}},
		{"phone and e-mail", "07700 900123 ada@example.org", Query{Phone: "07700 900123", Email: "ada@example.org"}},
		{"everything", "Sample 020 7946 0123 E8 1EA QQ123456C 1989-10-11 Ada",
			Query{FirstName: "Sample", LastName: "Ada", Phone: "020 7946 0123", Postcode: "E8 1EA", NI: "QQ123456C", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.want.Q = test.box
			if diff := cmp.Diff(test.want, Query{Q: test.box}.withBox()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
