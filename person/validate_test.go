package person

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func TestEveryFieldErrorIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	p := Person{
		Forename:       strings.Repeat("a", MaxText+1),
		Surname:        "Exam\x00ple",
		DateOfBirth:    Date{Year: 2027},
		PreviousNames:  []PreviousName{{From: Date{2001, 1, 1}, To: Date{2000, 1, 1}}},
		Identification: []Identifier{{Value: "x"}},
		Languages:      []Language{{"English", true}, {"French", true}},
		Communication:  []Contact{{Channel: "phone"}},
		Addresses:      []Address{{Type: "holiday", UPRN: "12x"}, {}},
		CrossReferences: []CrossReference{
			{"housing", "1"}, {"housing", "1"},
		},
		PersonTypes: []string{"wizard"},
		Relations:   []Relation{{Type: "mother"}, {Type: "father", PersonID: "a b"}},
	}
	err := p.Validate(Rules{PersonTypes: []string{"resident"}}, now)
	var invalid *ValidationError
	if !errors.As(err, &invalid) {
		t.Fatalf("error is %v", err)
	}
	var fields []string
	for _, f := range invalid.Fields {
		fields = append(fields, f.Field)
	}
	want := []string{
		"forename", "surname", "previousNames[0].to", "previousNames[0]", "dateOfBirth", "identification[0].type",
		"languages", "communication[0].value", "addresses[0].type", "addresses[0].uprn", "addresses[1]",
		"crossReferences[1]", "personTypes[0]", "relations[0]", "relations[1].personId",
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAnythingButNothingIsAPerson(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		p    Person
		ok   bool
	}{
		{"nothing", Person{}, false},
		{"blank text", Person{Forename: "  "}, false},
		{"only what the service sets", Person{ID: "p", Version: 3, Links: []Link{{Rel: "x"}}}, false},
		{"a first name", Person{Forename: "Ada"}, true},
		{"a year of birth", Person{DateOfBirth: Date{Year: 1989}}, true},
		{"an NI number that is none", Person{Identification: []Identifier{{Type: "NI", Value: "1234A"}}}, true},
		{"a name in any script", Person{Forename: "অদিতি", Surname: "Nguyễn-Öztürk O’Brien"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if err := test.p.Validate(Rules{}, now); (err == nil) != test.ok {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestAnIDIsWhatAURLCanHold(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a", "P0011146", "a.b-c_d=e~f", strings.Repeat("x", 64)} {
		if _, err := ParseID(text); err != nil {
			t.Errorf("%q is refused: %v", text, err)
		}
	}
	for _, text := range []string{"", ".", "..", "search", "a b", "a/b", "é", "a\n", strings.Repeat("x", 65)} {
		if _, err := ParseID(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestNINumbersAreJudgedAndNothingElseIs(t *testing.T) {
	t.Parallel()
	claimed := true
	p := Person{Identification: []Identifier{
		{Type: "NI", Value: "1234A", Valid: &claimed},
		{Type: "National Insurance number", Value: "qq 12 34 56 c"},
		{Type: "passport", Value: "A11111", Valid: &claimed},
	}}.WithLists()
	var valid []string
	for _, id := range p.Identification {
		switch {
		case id.Valid == nil:
			valid = append(valid, "not judged")
		case *id.Valid:
			valid = append(valid, "valid")
		default:
			valid = append(valid, "invalid")
		}
	}
	if diff := cmp.Diff([]string{"invalid", "valid", "not judged"}, valid); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if p.Addresses == nil || p.Links == nil {
		t.Error("an absent list is null, which a client cannot iterate")
	}
}
