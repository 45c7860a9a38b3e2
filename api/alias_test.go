package api

import (
	"net/http"
	"slices"
	"testing"

	"personindex/access"
	"personindex/person"
)

// Ensures that whoever looked at somebody is found under that person alone, also
// where an id is one person's for those who may know of everybody and another's for
// the others; and that an auditor who may not is told of the second as of anybody.
func TestTheAuditTellsApartWhoIsCalledAlike(t *testing.T) {
	t.Parallel()
	s := start(t)
	officer := func(name string, clearance person.Restriction) string {
		return tokenOf(access.Caller{Subject: name, Roles: access.Roles(), Clearance: clearance, BreakGlass: person.VeryRestricted})
	}
	knows, knowsNot := officer("knows", person.VeryRestricted), officer("knows-not", person.Restricted)
	const named = `{"forename":"Adaline","surname":"Hawthorne","dateOfBirth":"1989-10-11"`
	s.do("POST", "/persons/ada", named+`,"restriction":"very-restricted"}`, "Authorization", knows).want(http.StatusCreated)
	s.do("GET", "/persons/ada", "", "Authorization", knowsNot).wantProblem(notFound)
	s.do("POST", "/persons/ada", `{"forename":"Eve","surname":"Wintergreen"}`, "Authorization", knowsNot).want(http.StatusCreated)

	s.do("GET", "/persons/ada", "", "Authorization", knows).want(http.StatusOK)
	s.do("GET", "/persons/ada", "", "Authorization", officer("breaks-glass", person.Unrestricted), "Break-Glass-Reason", "a test").want(http.StatusOK)
	s.do("GET", "/persons/ada", "", "Authorization", knowsNot).want(http.StatusOK)
	s.do("GET", "/persons?firstName=Eve&lastName=Wintergreen", "", "Authorization", knowsNot).want(http.StatusOK)
	s.do("GET", "/persons?firstName=Eve&lastName=Wintergreen", "", "Authorization", knowsNot, "Search-Session", "typing").want(http.StatusOK)
	s.do("PATCH", "/persons/ada", `{"title":"Dr"}`, "Authorization", knowsNot, "If-Match", "*").want(http.StatusOK)
	s.do("PATCH", "/persons/ada", `{"title":"Dr"}`, "Authorization", knowsNot, "If-Match", `"1"`).wantProblem(stale)

	trail := func(id string, clearance person.Restriction) (told []string) {
		var page auditTrail
		s.do("GET", "/persons/"+id+"/audit?limit=100", "", "Authorization", officer("auditor", clearance)).want(http.StatusOK).decode(&page)
		for _, e := range page.Events {
			if e.Operation != "read-audit" {
				told = append(told, e.Caller+" "+string(e.Action))
			}
		}
		slices.Reverse(told)
		return told
	}
	var second string
	if err := s.behind().QueryRow(t.Context(), "select person_id from person_alias where id = 'ada'").Scan(&second); err != nil {
		t.Fatal(err)
	}
	ofEve := []string{"knows-not create", "knows-not read", "knows-not search", "knows-not update", "knows-not update", "knows-not search"}
	for _, test := range []struct {
		name, id  string
		clearance person.Restriction
		want      []string
	}{
		{"the hidden one", "ada", person.VeryRestricted, []string{"knows create", "knows-not read", "knows read", "breaks-glass break-glass", "breaks-glass read"}},
		{"the other", second, person.VeryRestricted, ofEve},
		{"for who knows of one alone", "ada", person.Restricted, append([]string{"knows-not read"}, ofEve...)},
	} {
		if got := trail(test.id, test.clearance); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n%q, want\n%q", test.name, got, test.want)
		}
	}

	s.do("DELETE", "/persons/ada", "", "Authorization", knowsNot, "If-Match", "*", "Erasure-Reason", "a test").want(http.StatusNoContent)
	for id, want := range map[string]bool{"ada": false, second: true} {
		if got := slices.Contains(trail(id, person.VeryRestricted), "knows-not erase"); got != want {
			t.Errorf("that somebody was erased is told of %s: %t", id, got)
		}
	}
}
