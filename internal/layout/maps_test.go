package layout

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The maps of docs/import.md read the files beside them.
func TestTheWorkedMapsReadTheirFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		form       Form
		want       []string
	}{
		{"council-tax", "council-tax.csv", Form{CSV, "windows-1252", ';'}, []string{
			"7001 Zoë Hawthorne 1989-10-11, 1 numbers, 3 contacts, Flat 2 12 Orchard Road E8 1EA; PO Box 9 E8 9ZZ; ",
			"7002 Ewan Quillon 1961, 0 numbers, 0 contacts, 14 Orchard Road E8 1EA; ",
		}},
		{"housing", "housing.ndjson", Form{NDJSON, "utf-8", 0}, []string{
			"T-31 Adaline Sample 1989-10-11, 0 numbers, 1 contacts, Flat 7, Plover House E8 1EB; ",
			"T-32 Ruth Quarles 1975-08, 0 numbers, 0 contacts, 3 Farther Close N1 7AA; ",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			columns, err := os.Open("../../docs/maps/" + test.name + ".yaml")
			if err != nil {
				t.Fatal(err)
			}
			defer columns.Close()
			m, err := Read(columns)
			if err != nil {
				t.Fatal(err)
			}
			f, err := Open("../../docs/maps/"+test.file, m, Form{}, false)
			if err != nil {
				t.Fatal(err)
			}
			if f.Form != test.form {
				t.Errorf("the file is taken for %+v", f.Form)
			}
			var got []string
			for row, err := range f.Rows() {
				if err != nil || len(row.Wrong) > 0 {
					t.Fatal(err, row.Wrong)
				}
				var text strings.Builder
				p := row.Person
				fmt.Fprintf(&text, "%s %s %s %s, %d numbers, %d contacts, ", row.Reference, p.Forename, p.Surname, p.DateOfBirth.Iso(), len(p.Identification), len(p.Communication))
				for _, a := range p.Addresses {
					fmt.Fprintf(&text, "%s %s; ", a.Line1, a.Postcode)
				}
				got = append(got, text.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
