package subject

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// Ensures that every table of a report has its part of the page.
func TestThePageHasEveryTable(t *testing.T) {
	t.Parallel()
	store := storagetest.New(t)
	p, err := store.Create(t.Context(), storage.Change{Actor: "clerk"}, person.Person{Forename: "Ada", Surname: "Example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	held, err := store.Holdings(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{"person": true}
	for _, s := range sections() {
		shown[s.Name] = true
	}
	for _, h := range held {
		if !shown[h.Table] {
			t.Errorf("%s is in no section", h.Table)
		}
		delete(shown, h.Table)
	}
	for name := range shown {
		t.Errorf("section %s is of no table", name)
	}
}

// Ensures that what somebody entered cannot become part of the page.
func TestThePageShowsTextAsText(t *testing.T) {
	t.Parallel()
	const hostile = `<script>alert(1)</script>`
	row, err := json.Marshal(map[string]any{"surname": hostile, "addresses": []any{map[string]string{hostile: hostile}}})
	if err != nil {
		t.Fatal(err)
	}
	r := New("p-1", time.Unix(0, 0), []storage.Holding{{Table: "person", Rows: []json.RawMessage{row}}}, map[string]person.Provenance{}, nil)
	var page strings.Builder
	if err := r.WritePage(&page); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<script") || !strings.Contains(page.String(), "&lt;script&gt;") {
		t.Errorf("the page is %s", page.String())
	}
}

func TestReadable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1989-10-11":                       "11 October 1989",
		"1989-10":                          "October 1989",
		"1989":                             "1989",
		"2026-11-24T18:20:03.123456+00:00": "24 November 2026, 18:20:03 UTC",
		"11-10-1989":                       "11-10-1989", // not as we write dates: as it was entered
		"Jean-Luc":                         "Jean-Luc",
		"07700-900000":                     "07700-900000",
	} {
		if got := readable(text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}

// Ensures that an address reads as one, though jsonb keeps no order.
func TestMembersStandInOrder(t *testing.T) {
	t.Parallel()
	v, err := parseValue("person", []byte(`{"surname":"B","version":1,"addresses":[{"town":"L","type":"current","line1":"1","line2":"","postcode":"E8"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	walk(v, "", func(name string, _ value) { names = append(names, name) })
	if got := strings.Join(names, " "); got != "surname addresses type line1 town postcode version" {
		t.Errorf("in the order %s", got)
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"person.date_of_birth":             "Date of birth",
		"person_history.body.placeOfBirth": "Place of birth",
		"person.addresses.line1":           "Line 1",
		"person.id":                        "ID",
		"audit_event.request_id":           "Request",
		"person_match.record.a.s":          "Street",
		"person_match.record.i.s":          "Last letter",
	} {
		if got := label(path); got != want {
			t.Errorf("%s is called %s, want %s", path, got, want)
		}
	}
}
