package oversight

import (
	"slices"
	"testing"

	"go.uber.org/goleak"

	"personindex/access"
	"personindex/person"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestFlags(t *testing.T) {
	t.Parallel()
	officer := access.Caller{Subject: "me", Forename: "Zoë", Surname: "O’Brien-Example", Postcode: "E8 1EA"}
	colleagues := map[string][]string{
		"zoe obrien example": {"me"},
		"ada sample":         {"her"},
		"mary van der berg":  {"mary"},
	}
	for _, test := range []struct {
		name string
		by   access.Caller
		look Look
		want []string
	}{
		{"somebody else", officer, Look{Forenames: []string{"Grace"}, Surnames: []string{"Test"}, Postcodes: []string{"N1 1AA"}}, nil},
		{"nothing", officer, Look{}, nil},
		{"the same surname, written otherwise", officer, Look{Surnames: []string{"OBRIEN EXAMPLE"}}, []string{OwnSurname}},
		{"a former surname", officer, Opened(person.Person{Surname: "Test", PreviousNames: []person.PreviousName{{Surname: "O'Brien Example"}}}), []string{OwnSurname}},
		{"half of the surname", officer, Look{Surnames: []string{"Example"}}, nil},
		{"the surname in a search box", officer, Look{Text: "11/10/1989 o'brien-example tom"}, []string{OwnSurname}},
		{"the own postcode", officer, Opened(person.Person{Addresses: []person.Address{{Postcode: "e81ea"}}}), []string{OwnAddress}},
		{"the own postcode in an address", officer, Look{Text: "12 Larkspur Road, E8 1EA"}, []string{OwnAddress}},
		{"half of the postcode", officer, Look{Postcodes: []string{"E8"}}, nil},
		{"oneself", officer, Look{Forenames: []string{"Zoe"}, Surnames: []string{"O'Brien-Example"}}, []string{OwnSurname}},
		{"a colleague", officer, Look{Forenames: []string{"Ada May"}, Surnames: []string{"SAMPLE"}}, []string{Colleague}},
		{"a colleague's surname alone", officer, Look{Surnames: []string{"Sample"}}, nil},
		{"a colleague in a search box", officer, Look{Text: "ada sample 1989"}, []string{Colleague}},
		{"a colleague in a search box, surname first", officer, Look{Text: "Sample, Ada"}, []string{Colleague}},
		{"a colleague of a long name", officer, Look{Text: "mary van der berg"}, []string{Colleague}},
		{"a colleague who looks", access.Caller{Subject: "her", Forename: "Ada", Surname: "Sample"}, Look{Forenames: []string{"Ada"}, Surnames: []string{"Sample"}}, []string{OwnSurname}},
		{"a program", access.Caller{Subject: "key"}, Look{Forenames: []string{"Grace"}, Surnames: []string{""}, Postcodes: []string{""}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := flags(test.by, test.look, colleagues); !slices.Equal(got, test.want) {
				t.Errorf("flags are %v, want %v", got, test.want)
			}
		})
	}
}
