package search

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each shape of question has its request in a golden file, so that a change of
// what Elasticsearch is asked is a reviewed diff.
func TestTheRequestOfEachShapeOfQuestion(t *testing.T) {
	t.Parallel()
	cleared := map[string]person.Restriction{"cleared": person.Restricted, "fully-cleared": person.VeryRestricted}
	shapes := map[string]Query{
		"cleared":          {LastName: "Example", Phone: "020 7946 0123"},
		"fully-cleared":    {LastName: "Example"},
		"names":            {FirstName: "Ada", LastName: "Exampel"},
		"name-and-date":    {FirstName: "Ada", LastName: "Example", DateOfBirth: person.Date{Year: 1989, Month: 11, Day: 10}},
		"date-default":     {LastName: "Example", DateOfBirth: person.Date{Year: 1989, Month: 1, Day: 1}},
		"ni":               {NI: "qq 12 34 56 c"},
		"address":          {Address: "12 Orchard Rd", Postcode: "e81ea"},
		"contact":          {Phone: "020 7946 0123", Email: "Ada@example.org"},
		"box":              {Q: "ada example 11/10/1989 e8 1ea"},
		"include-deceased": {LastName: "Example", IncludeDeceased: true},
		"postcode-abroad":  {LastName: "Example", Postcode: "4223"},
	}
	for name, query := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := CandidateBody(query.wanted(cleared[name]), 100)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, body, "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			path := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("(-want +got; -update writes it anew)\n%s", diff)
			}
		})
	}
}
