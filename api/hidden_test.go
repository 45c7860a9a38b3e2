package api

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/person"
)

// probe is a request by which a caller who is not cleared might learn of somebody.
type probe struct {
	operation    string // as the document names it
	method, path string
	body         string
	headers      []string
}

func (p probe) String() string { return p.method + " " + p.path + " " + p.body }

// aboutAda is a question or a record that fits nobody as well as it fits Ada.
const (
	adasName     = `"forename":"Adaline","surname":"Hawthorne","dateOfBirth":"1989-10-11"`
	adasContacts = `"addresses":[{"line1":"12 Orchard Road","postcode":"E8 1EA","uprn":"999900001234"}],` +
		`"communication":[{"channel":"phone","value":"020 7946 0123"},{"channel":"email","value":"ada@example.org"}]`
	adasRest = `"identification":[{"type":"NI","value":"QQ123456C"}],"crossReferences":[{"system":"housing","reference":"H-1"}],` +
		`"relations":[{"personId":"mother","type":"mother"}]`
)

// probes are all that might tell of Ada: every question about her, every route to
// her id and to her reference, everything that is written about somebody like her,
// and all questions again.
func probes() []probe {
	erased := probe{operation: "DELETE /persons/{id}", method: http.MethodDelete, path: "/persons/ada", headers: []string{"If-Match", "*", "Erasure-Reason", "a probe"}}
	return slices.Concat(
		questionsAboutAda(), routesToAda(), writesAboutAda(), questionsAboutAda(), routesToAda(),
		[]probe{erased}, questionsAboutAda(), routesToAda())
}

func questionsAboutAda() []probe {
	var list []probe
	for _, criteria := range []map[string]string{
		{"firstName": "Adaline", "lastName": "Hawthorne"}, {"lastName": "Hawthorn"}, {"firstName": "Adaline", "lastName": "Hawthorne", "dateOfBirth": "11/10/1989"},
		{"dateOfBirth": "1989-10-11"}, {"address": "12 Orchard Road"}, {"postcode": "E8 1EA"}, {"uprn": "999900001234"}, {"phone": "020 7946 0123"},
		{"email": "ada@example.org"}, {"ni": "QQ123456C"}, {"q": "adaline hawthorne 12 orchard road e8 1ea"}, {"lastName": "Hawthorne", "postcode": "E8 1EA", "limit": "1"},
		{"firstName": "Adaline", "lastName": "Hawthorne", "dateOfBirth": "11/10/1989", "address": "12 Orchard Road", "phone": "020 7946 0123", "ni": "QQ123456C", "includeDeceased": "true"},
	} {
		values := url.Values{}
		for name, text := range criteria {
			values.Set(name, text)
		}
		list = append(list, probe{operation: "GET /persons", method: http.MethodGet, path: "/persons?" + values.Encode()})
		delete(criteria, "limit")
		delete(criteria, "includeDeceased")
		list = append(list, probe{operation: "POST /persons/search", method: http.MethodPost, path: searchPath, body: string(mustMarshal(criteria))})
	}
	return list
}

func routesToAda() []probe {
	list := []probe{
		{operation: "GET /persons", method: http.MethodGet, path: "/persons?system=housing&reference=H-1"},
		{operation: "GET /healthz", method: http.MethodGet, path: "/healthz"},
		{operation: "GET /readyz", method: http.MethodGet, path: "/readyz"},
	}
	for _, id := range []string{"ada", "grace", "twin", "mother"} {
		kept := "/persons/" + id + "/extended/housing"
		list = append(list,
			probe{operation: "GET /persons/{id}/extended/{area}", method: http.MethodGet, path: kept, headers: of("housing", access.Reader)},
			probe{operation: "GET /persons/{id}/extended/{area}/history", method: http.MethodGet, path: kept + "/history", headers: of("housing", access.Reader)},
			probe{operation: "GET /persons/{id}/audit", method: http.MethodGet, path: "/persons/" + id + "/audit"},
			probe{operation: "GET /persons/{id}", method: http.MethodGet, path: "/persons/" + id},
			probe{operation: "GET /persons/{id}", method: http.MethodGet, path: "/persons/" + id + "?include=provenance"},
			probe{operation: "GET /persons/{id}/history", method: http.MethodGet, path: "/persons/" + id + "/history"},
		)
	}
	return list
}

func writesAboutAda() []probe {
	any := []string{"If-Match", "*"}
	housing := append(of("housing", access.Writer), any...)
	like := "{" + adasName + "," + adasContacts + "}"
	return []probe{
		{operation: "PATCH /persons/{id}/extended/{area}", method: http.MethodPatch, path: "/persons/ada/extended/housing", body: `{"a":1}`, headers: housing},
		{operation: "PUT /persons/{id}/extended/{area}", method: http.MethodPut, path: "/persons/ada/extended/housing", body: `{"a":1}`, headers: housing},
		{operation: "DELETE /persons/{id}/extended/{area}", method: http.MethodDelete, path: "/persons/ada/extended/housing", headers: housing},
		{operation: "PATCH /persons/{id}", method: http.MethodPatch, path: "/persons/ada", body: `{"title":"Ms"}`, headers: any},
		{operation: "PATCH /persons/{id}", method: http.MethodPatch, path: "/persons/ada", body: `{"addresses":[]}`, headers: []string{"If-Match", `"1"`}},
		{operation: "PATCH /persons/{id}", method: http.MethodPatch, path: "/persons/ada", body: `{"title":"Ms"}`, headers: []string{"If-Match", `"7"`}},
		{operation: "PATCH /persons/{id}", method: http.MethodPatch, path: "/persons/grace", body: `{"title":"Ms","relations":[{"personId":"ada","type":"aunt"},{"personId":"twin","type":"sister"}]}`, headers: any},
		{operation: "DELETE /persons/{id}", method: http.MethodDelete, path: "/persons/ada", headers: append(any, "Erasure-Reason", "a probe")},
		{operation: "POST /persons/{id}/crossReferences", method: http.MethodPost, path: "/persons/ada/crossReferences", body: `{"system":"rents","reference":"1"}`},
		{operation: "POST /persons/{id}/crossReferences", method: http.MethodPost, path: "/persons/grace/crossReferences", body: `{"system":"housing","reference":"H-1"}`},
		{operation: "POST /persons", method: http.MethodPost, path: "/persons", body: like, headers: []string{"Idempotency-Key", "probe"}},
		{operation: "POST /persons", method: http.MethodPost, path: "/persons", body: like, headers: []string{"Idempotency-Key", "probe"}},
		{operation: "POST /persons", method: http.MethodPost, path: "/persons", body: "{" + adasName + "," + adasContacts + "," + adasRest + "}"},
		{operation: "POST /persons/{id}", method: http.MethodPost, path: "/persons/like-ada", body: like, headers: []string{"Acknowledge-Duplicates", "grace"}},
		{operation: "POST /persons/{id}", method: http.MethodPost, path: "/persons/ada", body: `{"forename":"Eve","surname":"Wintergreen","communication":[{"channel":"email","value":"eve@example.org"}]}`, headers: []string{"Idempotency-Key", "own"}},
		{operation: "POST /persons/{id}", method: http.MethodPost, path: "/persons/ada", body: `{"forename":"Eve","surname":"Wintergreen","communication":[{"channel":"email","value":"eve@example.org"}]}`, headers: []string{"Idempotency-Key", "own"}},
		{operation: "POST /persons/{id}", method: http.MethodPost, path: "/persons/ada", body: `{"forename":"Eve","surname":"Other"}`},
		{operation: "PATCH /persons/{id}", method: http.MethodPatch, path: "/persons/ada", body: `{"title":"Dr"}`, headers: any},
		{operation: "POST /persons/{id}/crossReferences", method: http.MethodPost, path: "/persons/ada/crossReferences", body: `{"system":"rents","reference":"2"}`},
		{operation: "POST /persons/{id}/crossReferences", method: http.MethodPost, path: "/persons/grace/crossReferences", body: `{"system":"rents","reference":"2"}`},
		{operation: "GET /persons", method: http.MethodGet, path: "/persons?system=rents&reference=2&include=provenance"},
		{operation: "GET /persons", method: http.MethodGet, path: "/persons?email=eve@example.org"},
		{operation: "POST /persons", method: http.MethodPost, path: "/persons", body: `{"surname":"Example","relations":[{"personId":"ada","type":"friend"}]}`},
	}
}

// Ensures that whatever a caller who is not fully cleared asks for or writes is
// answered with the same bytes, but for ids and times, whether or not somebody very
// restricted is on file.
func TestNothingTellsOfSomebodyHidden(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string][]string{
		"cleared for nobody":         {"Authorization", cleared(person.Unrestricted)},
		"cleared for the restricted": {"Authorization", cleared(person.Restricted)},
		"breaking the glass to the restricted": {"Break-Glass-Reason", "a probe", "Authorization", tokenOf(access.Caller{
			Subject: "cleared", Roles: access.Roles(), BreakGlass: person.Restricted,
		})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			present := start(t)
			present.do(http.MethodPost, "/persons/ada", `{"restriction":"very-restricted","restrictionReason":"a court order",`+adasName+","+adasContacts+","+adasRest+"}",
				"Authorization", cleared(person.VeryRestricted)).want(http.StatusCreated)
			compare(t, start(t), present, headers)
			full := cleared(person.VeryRestricted)
			if p := present.do(http.MethodGet, "/persons/ada", "", "Authorization", full).want(http.StatusOK).person(); p.Version != 1 || len(p.Addresses) != 1 {
				t.Errorf("somebody hidden was changed: %s", mustMarshal(p))
			}
		})
	}
}

// Ensures that somebody restricted is answered as if no contacts of theirs were on
// file, however a caller who is not cleared searches for them.
func TestNothingTellsOfContactsKept(t *testing.T) {
	t.Parallel()
	with := func(more string) *service {
		s := start(t)
		s.do(http.MethodPost, "/persons/ada", `{"restriction":"restricted",`+adasName+","+adasRest+more+"}",
			"Authorization", cleared(person.VeryRestricted)).want(http.StatusCreated)
		return s
	}
	compare(t, with(""), with(","+adasContacts+`,"restrictionReason":"a refuge"`), []string{"Authorization", cleared(person.Unrestricted)})
}

// compare sends every probe with these headers to both services, which know somebody called Ada or do not, and
// some who resemble her.
func compare(t *testing.T, absent, present *service, as []string) {
	t.Helper()
	reached := map[string]bool{}
	for _, s := range []*service{absent, present} {
		s.do(http.MethodPost, "/persons/mother", `{"forename":"Ruth","surname":"Hawthorne","dateOfBirth":"1958","relations":[{"personId":"ada","type":"daughter"}]}`).want(http.StatusCreated)
		s.do(http.MethodPost, "/persons/grace", `{"forename":"Grace","surname":"Hawthorne","dateOfBirth":"1991-02-03",`+adasContacts+`}`).want(http.StatusCreated)
		s.do(http.MethodPost, "/persons/twin", `{"forename":"Adeline","surname":"Hawthorn","dateOfBirth":"1989-10-11"}`, "Acknowledge-Duplicates", "grace,mother,ada").want(http.StatusCreated)
		s.do(http.MethodPatch, "/persons/mother", `{"relations":[{"personId":"grace","type":"daughter"},{"personId":"ada","type":"daughter"}]}`, "If-Match", "*").want(http.StatusOK)
	}
	for _, p := range probes() {
		reached[p.operation] = true
		headers := slices.Concat(as, p.headers)
		without, with := told(absent.do(p.method, p.path, p.body, headers...)), told(present.do(p.method, p.path, p.body, headers...))
		if diff := cmp.Diff(without, with); diff != "" {
			t.Errorf("%s tells (-absent +present):\n%s", p, diff)
		}
	}
	operations(present.api, func(name string, _ *huma.Operation) {
		if !reached[name] {
			t.Errorf("no request of this test goes to %s, which may tell of somebody hidden: add one to probes", name)
		}
	})
}

var (
	madeIDs   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	times     = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	eventIDs  = regexp.MustCompile(`"id":\d+|before=\d+`)
	durations = regexp.MustCompile(`"took":[0-9.e-]+`)
)

// told is all of an answer but ids that the service made, and times.
func told(r response) string {
	var text strings.Builder
	fmt.Fprintln(&text, r.status)
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		if name != "Date" && name != "Content-Length" {
			fmt.Fprintln(&text, name, r.header[name])
		}
	}
	text.WriteString(strings.ReplaceAll(r.body, ",", ",\n"))
	plain := eventIDs.ReplaceAllString(madeIDs.ReplaceAllString(text.String(), "made"), "made")
	return durations.ReplaceAllString(times.ReplaceAllString(plain, "then"), "took")
}
