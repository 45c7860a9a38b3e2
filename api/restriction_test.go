package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"personindex/access"
	"personindex/person"
)

// cleared is the credential of somebody who may do everything and sees this much.
func cleared(clearance person.Restriction) string {
	return tokenOf(access.Caller{Subject: "cleared", Roles: access.Roles(), Clearance: clearance})
}

const kept = `"dateOfBirth":"1989-10-11","addresses":[{"line1":"12 Orchard Road","postcode":"E8 1EA","uprn":"999900001234"}],
	"communication":[{"channel":"phone","value":"020 7946 0123"},{"channel":"email","value":"ada@example.org"}]`

// Ensures that somebody restricted is shown without what is kept, that a patch
// which touches that is refused, and that anybody may restrict and only the cleared
// take it back.
func TestSomebodyRestricted(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Adaline","surname":"Hawthorne",` + kept + `}`)
	path := "/persons/" + string(p.ID)
	patch := func(body string, clearance person.Restriction) response {
		return s.do(http.MethodPatch, path, body, "If-Match", "*", "Authorization", cleared(clearance))
	}
	answered := patch(`{"restriction":"restricted","restrictionReason":"moved to a refuge"}`, person.Unrestricted).want(http.StatusOK)
	for name, answer := range map[string]response{
		"the change":     answered,
		"the person":     s.do(http.MethodGet, path, "").want(http.StatusOK),
		"the provenance": s.do(http.MethodGet, path+"?include=provenance", "").want(http.StatusOK),
		"the history":    s.do(http.MethodGet, path+"/history", "").want(http.StatusOK),
		"a search":       s.do(http.MethodGet, "/persons?firstName=Adaline&lastName=Hawthorne&dateOfBirth=11/10/1989", "").want(http.StatusOK),
		"a whole search": s.do(http.MethodGet, "/persons?firstName=Adaline&lastName=Hawthorne&dateOfBirth=11/10/1989&postcode=E8+1EA&phone=02079460123", "").want(http.StatusOK),
		"a reference":    s.do(http.MethodPost, path+"/crossReferences", `{"system":"housing","reference":"1"}`).want(http.StatusCreated),
		"by a reference": s.do(http.MethodGet, "/persons?system=housing&reference=1", "").want(http.StatusOK),
		"a duplicate":    s.do(http.MethodPost, "/persons", `{"forename":"Adaline","surname":"Hawthorne",`+kept+`}`).want(http.StatusConflict),
		"another change": patch(`{"title":"Ms"}`, person.Unrestricted).want(http.StatusOK),
	} {
		if !strings.Contains(answer.body, "Hawthorne") {
			t.Errorf("%s does not show the rest: %s", name, answer.body)
		}
		for _, value := range []string{`"line1"`, `"channel"`, "refuge", "restrictedBy", "restrictedAt"} { // a search repeats its own question
			if strings.Contains(answer.body, value) {
				t.Errorf("%s tells %q: %s", name, value, answer.body)
			}
		}
	}
	for _, body := range []string{
		`{"addresses":[]}`, `{"communication":null}`, `{"title":"Dr","restrictionReason":"other"}`, `{"restriction":"none"}`,
	} {
		patch(body, person.Unrestricted).wantProblem(forbidden)
	}
	now := s.do(http.MethodGet, path, "", "Authorization", cleared(person.Restricted)).want(http.StatusOK).person()
	if len(now.Addresses) != 1 || len(now.Communication) != 2 || now.Title != "Ms" || now.RestrictionReason != "moved to a refuge" || now.RestrictedBy != "cleared" || now.RestrictedAt.IsZero() {
		t.Errorf("who is cleared sees %s", mustMarshal(now))
	}
	free := patch(`{"restriction":"none","addresses":[]}`, person.Restricted).want(http.StatusOK).person()
	if free.Restriction != person.Unrestricted || free.RestrictionReason != "" || free.RestrictedBy != "" || len(free.Addresses) > 0 {
		t.Errorf("taken back: %s", mustMarshal(free))
	}
	patch(`{"restrictionReason":"none"}`, person.Restricted).wantProblem(invalidPerson)
}

// Ensures that what whoever may not see it searches by somebody's contacts does not
// lead to them, and that it leads those who are cleared.
func TestSearchingByWhatIsKept(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"restriction":"restricted","forename":"Adaline","surname":"Hawthorne",` + kept + `}`)
	for _, criteria := range []string{"phone=02079460123", "email=ada@example.org", "uprn=999900001234", "postcode=E8+1EA&address=12+Orchard+Road", "q=ada@example.org"} {
		for _, clearance := range person.Restrictions() {
			answer := s.do(http.MethodGet, "/persons?"+criteria, "", "Authorization", cleared(clearance)).want(http.StatusOK)
			if found := strings.Contains(answer.body, string(p.ID)); found != (clearance >= person.Restricted) {
				t.Errorf("%s, cleared for %v: found %v", criteria, clearance, found)
			}
		}
	}
}

// Ensures that somebody very restricted is whole for those who are cleared and is
// answered once more, redacted, to whoever hides them.
func TestSomebodyVeryRestricted(t *testing.T) {
	t.Parallel()
	s := start(t)
	body := `{"forename":"Adaline","surname":"Hawthorne","restriction":"very-restricted","restrictionReason":"a court order",` + kept + `}`
	first := s.do(http.MethodPost, "/persons", body, "Idempotency-Key", "one").want(http.StatusCreated)
	p := first.person()
	path := first.header.Get("Location")
	if p.Surname != "Hawthorne" || p.Restriction != person.VeryRestricted || len(p.Addresses) > 0 || p.RestrictionReason != "" {
		t.Errorf("the one who hides them is answered %s", first.body)
	}
	if again := s.do(http.MethodPost, "/persons", body, "Idempotency-Key", "one").want(http.StatusCreated); again.person().ID != p.ID || strings.Contains(again.body, "Hawthorne") {
		t.Errorf("the same again is answered %s", again.body)
	}
	for _, clearance := range []person.Restriction{person.Unrestricted, person.Restricted} {
		s.do(http.MethodGet, path, "", "Authorization", cleared(clearance)).wantProblem(notFound)
	}
	full := cleared(person.VeryRestricted)
	if whole := s.do(http.MethodGet, path, "", "Authorization", full).want(http.StatusOK).person(); len(whole.Addresses) != 1 || whole.RestrictionReason != "a court order" {
		t.Errorf("who is cleared sees %s", mustMarshal(whole))
	}
	for _, criteria := range []string{"firstName=Adaline&lastName=Hawthorne&dateOfBirth=1989", "phone=02079460123"} {
		if answer := s.do(http.MethodGet, "/persons?"+criteria, "", "Authorization", full).want(http.StatusOK); !strings.Contains(answer.body, string(p.ID)) {
			t.Errorf("%s does not lead to them: %s", criteria, answer.body)
		}
	}
	s.do(http.MethodPost, "/persons", body, "Authorization", full).wantProblem(duplicate)
	if fields := s.do(http.MethodPost, "/persons", `{"surname":"Example","restriction":"secret"}`).wantProblem(invalidPerson).fields(); !slices.Equal(fields, []string{"restriction: must be none, restricted or very-restricted"}) {
		t.Errorf("fields %v", fields)
	}
	s.do(http.MethodPatch, path, `{"restriction":null}`, "If-Match", "*", "Authorization", full).want(http.StatusOK)
	s.do(http.MethodGet, path, "").want(http.StatusOK)
}
