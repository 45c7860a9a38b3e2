package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/oversight"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

// watching is the search, and with which clearance its callers came.
type watching struct {
	Searcher
	clearances *[]person.Restriction
}

func (w watching) Search(ctx context.Context, clearance person.Restriction, asked search.Query, about ...func([]person.ID)) (search.Answer, error) {
	*w.clearances = append(*w.clearances, clearance)
	return w.Searcher.Search(ctx, clearance, asked, about...)
}

// duty is an officer who may break the glass.
func duty() access.Caller {
	return access.Caller{Subject: "duty", Roles: []access.Role{access.Reader, access.Writer}, BreakGlass: person.VeryRestricted}
}

func TestBreakingTheGlass(t *testing.T) {
	t.Parallel()
	var seen []person.Restriction
	s := start(t, func(_ *Config, d *Deps) { d.Searcher = watching{d.Searcher, &seen} })
	p := s.create(`{"forename":"Zebedee","surname":"Quillfeather"}`)
	const reason = "Police at the door, case 4711"
	as := func(c access.Caller, method, path, body, reason string, headers ...string) response {
		s.t.Helper()
		headers = append(headers, "Authorization", tokenOf(c))
		if reason != "" {
			headers = append(headers, "Break-Glass-Reason", reason)
		}
		return s.do(method, path, body, headers...)
	}
	const question = "/persons?lastName=Quillfeather"
	as(duty(), "GET", question, "", "").want(200)
	as(duty(), "GET", question, "", reason, "X-Request-ID", "first").want(200)
	as(duty(), "GET", question, "", reason, "X-Request-ID", "second").want(200)
	as(duty(), "GET", question, "", "").want(200)
	if want := []person.Restriction{person.Unrestricted, person.VeryRestricted, person.VeryRestricted, person.Unrestricted}; !slices.Equal(seen, want) {
		t.Errorf("searched with the clearances %v, want %v", seen, want)
	}
	one := "/persons/" + string(p.ID)
	as(duty(), "GET", one, "", reason, "X-Request-ID", "read").want(200)
	as(duty(), "GET", one+"/history", "", reason, "X-Request-ID", "history").want(200)
	as(duty(), "POST", "/persons/search", `{"lastName":"Quillfeather"}`, reason, "X-Request-ID", "body").want(200)
	as(duty(), "PATCH", one, `{"title":"Dr"}`, reason, "X-Request-ID", "change", "If-Match", "*").want(200)

	grants := s.events("action = 'break-glass'")
	if len(grants) != 1 || grants[0].Caller != "duty" || !slices.Equal(grants[0].Flags, []string{oversight.BreakGlass}) {
		t.Fatalf("opened %+v", grants)
	}
	for _, id := range []string{"first", "second", "read", "history", "body", "change"} {
		events := s.events("request_ids @> array[$1] and action <> 'break-glass'", id)
		if len(events) != 1 || !slices.Contains(events[0].Flags, oversight.BreakGlass) {
			t.Errorf("%s is on the audit as %+v", id, events)
			continue
		}
		said, err := s.auditor.Open("duty", events[0].Sealed[0])
		if err != nil || said.Reason != reason {
			t.Errorf("%s: auditors read %+v, %v", id, said, err)
		}
	}
	var kept string
	err := s.behind().QueryRow(t.Context(), `select string_agg(t, ' ') from (
		select e::text as t from audit_event e union all select g::text from break_glass g union all select a::text from alert a) all_of_it`).Scan(&kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"case 4711", "Police", fmt.Sprintf("%x", "Police")} {
		if strings.Contains(kept+s.logs.String(), text) {
			t.Errorf("%s can be read without the auditors' key", text)
		}
	}
	if n := strings.Count(s.logs.String(), `"msg":"glass broken"`); n != 1 {
		t.Errorf("%d lines of one grant", n)
	}
}

func TestWhoMayNotBreakTheGlass(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	one := "/persons/" + string(p.ID)
	stranger := duty()
	stranger.Roles = []access.Role{access.Auditor}
	for _, test := range []struct {
		name   string
		caller access.Caller
		reason string
		want   kind
	}{
		{"no role", stranger, "a good reason", forbidden},
		{"no reason", duty(), " ab ", header},
		{"a long story", duty(), strings.Repeat("x", 501), header},
		{"not UTF-8", duty(), "b\xe9cause", header},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.in(t).do("GET", one, "", "Authorization", tokenOf(test.caller), "Break-Glass-Reason", test.reason).wantProblem(test.want)
		})
	}
	if n := len(s.events("action = 'break-glass' or flags <> '{}'")); n > 0 {
		t.Errorf("%d events say that the glass was broken", n)
	}
	s.do("DELETE", one, "", "Authorization", tokenOf(access.Caller{Subject: "admin", Roles: access.Roles(), BreakGlass: person.VeryRestricted}),
		"Break-Glass-Reason", "a good reason", "If-Match", "*", "Erasure-Reason", "a test").want(http.StatusNoContent)
	if n := len(s.events("action = 'break-glass'")); n > 0 {
		t.Error("an erasure broke the glass")
	}
}

// Ensures that who has no right to break the glass is answered with the same bytes as
// without the header, and that auditors see that they tried.
func TestAReasonWithoutTheRightChangesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	for id, restriction := range map[string]person.Restriction{"plain": person.Unrestricted, "kept": person.Restricted, "hidden": person.VeryRestricted} {
		s.do("POST", "/persons/"+id, `{"forename":"Adaline","surname":"Hawthorne `+id+`",`+kept+`,"restriction":"`+restriction.String()+`"}`,
			"Authorization", cleared(person.VeryRestricted), "Acknowledge-Duplicates", "plain,kept,hidden").want(http.StatusCreated)
	}
	requests := []probe{
		{method: "GET", path: "/persons?firstName=Adaline&lastName=Hawthorne&dateOfBirth=1989-10-11"},
		{method: "GET", path: "/persons?phone=02079460123"},
		{method: "POST", path: searchPath, body: `{"uprn":"999900001234"}`},
	}
	for _, id := range []string{"plain", "kept", "hidden", "nobody"} {
		one := "/persons/" + id
		requests = append(requests, probe{method: "GET", path: one}, probe{method: "GET", path: one + "/history"},
			probe{method: "PATCH", path: one, body: `{"title":""}`}, probe{method: "PATCH", path: one, body: `{"communication":[{}]}`})
	}
	for _, clearance := range person.Restrictions() {
		caller := access.Caller{Subject: "caller " + clearance.String(), Roles: access.Roles(), Clearance: clearance, BreakGlass: clearance}
		for _, r := range requests {
			headers := []string{"Authorization", tokenOf(caller), "If-Match", "*", "X-Request-ID", "same"}
			without := told(s.do(r.method, r.path, r.body, headers...))
			if diff := cmp.Diff(without, told(s.do(r.method, r.path, r.body, append(headers, "Break-Glass-Reason", "Police at the door")...))); diff != "" {
				t.Errorf("%s, cleared for %s (-without +with):\n%s", r, clearance, diff)
			}
			s.do(r.method, r.path, r.body, append(headers, "Break-Glass-Reason", "x")...).wantProblem(header)
		}
		want := len(requests)
		if clearance == person.VeryRestricted {
			want = 0 // nothing was kept from them
		}
		if n := len(s.events("flags = '{break-glass-in-vain}' and caller = $1", caller.Subject)); n != want {
			t.Errorf("cleared for %s: %d events say that they tried, not %d", clearance, n, want)
		}
	}
	if n := len(s.events("action = 'break-glass' or 'break-glass' = any (flags)")); n > 0 {
		t.Errorf("%d events say that the glass was broken", n)
	}
}

// Ensures that what is odd is flagged by whatever way somebody is asked for or opened.
func TestOddLookUpsAreFlagged(t *testing.T) {
	t.Parallel()
	var staff *oversight.Staff
	s := keeping(t, func(_ *Config, d *Deps) {
		staff = oversight.NewStaff(d.Register.(oversight.Directory), d.Logger)
		d.Staff = staff
	})
	if err := s.store.SeeCaller(t.Context(), access.Caller{Subject: "her", Forename: "Ada", Surname: "Sample"}); err != nil {
		t.Fatal(err)
	}
	if err := staff.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	kin := s.create(`{"forename":"Bea","surname":"Quillfeather","crossReferences":[{"system":"housing","reference":"T1"}]}`)
	neighbour := s.create(`{"forename":"Cara","surname":"Test","addresses":[{"line1":"3 Larkspur Road","postcode":"E8 1EA"}]}`)
	colleague := s.create(`{"forename":"Ada","surname":"Sample"}`)
	if _, err := s.store.ReviseExtended(t.Context(), storage.Change{Actor: "test"}, kin.ID, "housing", 0, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	officer := access.Caller{Subject: "officer", Roles: access.Roles(), Areas: []access.Area{"housing"}, Forename: "Zeb", Surname: "Quillfeather", Postcode: "E8 1EA"}
	for i, test := range []struct {
		method, path, body string
		want               []string
	}{
		{"GET", "/persons?lastName=Nobody", "", nil},
		{"GET", "/persons?lastName=Quillfeather", "", []string{oversight.OwnSurname}},
		{"GET", "/persons?q=3+larkspur+road+e81ea", "", []string{oversight.OwnAddress}},
		{"GET", "/persons?system=housing&reference=T1", "", []string{oversight.OwnSurname}},
		{"POST", "/persons/search", `{"firstName":"ada","lastName":"sample"}`, []string{oversight.Colleague}},
		{"GET", "/persons/" + string(kin.ID), "", []string{oversight.OwnSurname}},
		{"GET", "/persons/" + string(kin.ID) + "/history", "", []string{oversight.OwnSurname}},
		{"GET", "/persons/" + string(neighbour.ID), "", []string{oversight.OwnAddress}},
		{"GET", "/persons/" + string(colleague.ID), "", []string{oversight.Colleague}},
		{"PATCH", "/persons/" + string(colleague.ID), `{"title":"Dr"}`, []string{oversight.Colleague}},
		{"POST", "/persons/" + string(neighbour.ID) + "/crossReferences", `{"system":"housing","reference":"T2"}`, []string{oversight.OwnAddress}},
		{"PUT", "/persons/" + string(kin.ID) + "/extended/housing", `{"a":1}`, []string{oversight.OwnSurname}},
		{"GET", "/persons/" + string(kin.ID) + "/extended/housing", "", []string{oversight.OwnSurname}},
		{"GET", "/persons/" + string(kin.ID) + "/extended/housing/history", "", []string{oversight.OwnSurname}},
	} {
		id := "odd-" + string(rune('a'+i))
		r := s.do(test.method, test.path, test.body, "Authorization", tokenOf(officer), "X-Request-ID", id, "If-Match", "*")
		if r.status >= 300 {
			t.Fatalf("%s %s is answered %d %s", test.method, test.path, r.status, r.body)
		}
		events := s.events("request_ids @> array[$1]", id)
		if len(events) != 1 || !slices.Equal(events[0].Flags, test.want) && len(test.want)+len(events[0].Flags) > 0 {
			t.Errorf("%s %s is on the audit as %+v", test.method, test.path, events)
		}
	}
	if text := s.logs.String(); strings.Contains(text, "Quillfeather") || strings.Contains(text, "E8 1EA") {
		t.Error("the log says what an officer is called")
	}
}
