package api

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
)

// Ensures that no operation can be added that the audit does not know of: each
// one is called, by somebody who may and by somebody who may not, and both leave
// one event.
func TestEveryRequestOfAKnownCallerIsOnTheAudit(t *testing.T) {
	t.Parallel()
	s := start(t)
	ada := s.create(`{"forename":"Ada"}`)
	for path, item := range s.api.huma.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if op == nil || slices.Contains(op.Tags, tagService) {
				continue
			}
			t.Run(op.OperationID, func(t *testing.T) {
				s := s.in(t)
				path := strings.ReplaceAll(path, "{id}", string(ada.ID))
				for _, roles := range [][]access.Role{access.Roles(), nil} {
					id := "audit-" + op.OperationID + string(rune('0'+len(roles)))
					r := s.do(method, path, "{}", "X-Request-ID", id, "Authorization", tokenOf(access.Caller{Subject: "officer", Roles: roles, Areas: []access.Area{"housing"}}))
					events := s.events("request_ids @> array[$1]", id)
					if len(events) != 1 {
						t.Fatalf("%d events: %+v", len(events), events)
					}
					e := events[0]
					if e.Route != op.OperationID || e.Action == "" || e.Status != r.status || e.Caller != "officer" ||
						len(e.Roles) != len(roles) || !slices.Equal(e.Areas, []access.Area{"housing"}) || e.From != "127.0.0.1" {
						t.Errorf("answered %d, and the audit says %+v", r.status, e)
					}
					if strings.Contains(path, string(ada.ID)) != slices.Contains(e.Persons, ada.ID) {
						t.Errorf("%s is about %v", path, e.Persons)
					}
				}
			})
		}
	}
	if n := len(s.events("caller = ''")); n > 0 {
		t.Errorf("%d events of nobody", n)
	}
}

// Ensures that an event tells who was shown and what was changed, and nothing
// that anybody without the auditors' key could read of people.
func TestTheAuditTellsWhoWasShown(t *testing.T) {
	t.Parallel()
	s := start(t)
	ada := s.create(`{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11","crossReferences":[{"system":"housing","reference":"T1"}]}`)
	bea := s.do("POST", "/persons", `{"forename":"Bea","surname":"Exampleton","dateOfBirth":"1989-10-11"}`, "Acknowledge-Duplicates", string(ada.ID)).want(201).person()
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		want                     audit.Event
	}{
		{"a search", "GET", "/persons?lastName=Exampleton&dateOfBirth=1989-10-11", "", 200, audit.Event{Action: audit.Search, Persons: []person.ID{ada.ID, bea.ID}}},
		{"a search by reference", "GET", "/persons?system=housing&reference=T1", "", 200, audit.Event{Action: audit.Search, Persons: []person.ID{ada.ID}}},
		{"a search that finds nobody", "POST", "/persons/search", `{"ni":"QQ000000A"}`, 200, audit.Event{Action: audit.Search}},
		{"a read", "GET", "/persons/" + string(ada.ID), "", 200, audit.Event{Action: audit.Read, Persons: []person.ID{ada.ID}}},
		{"a read of nobody", "GET", "/persons/nobody", "", 404, audit.Event{Action: audit.Read, Persons: []person.ID{"nobody"}}},
		{"a change", "PATCH", "/persons/" + string(ada.ID), `{"title":"Dr","gender":"F"}`, 200, audit.Event{Action: audit.Update, Persons: []person.ID{ada.ID}, Fields: []string{"title", "gender"}}},
		{"a change that changes nothing", "PATCH", "/persons/" + string(ada.ID), `{"title":"Dr"}`, 200, audit.Event{Action: audit.Update, Persons: []person.ID{ada.ID}}},
		{"a create that is refused", "POST", "/persons", `{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11"}`, 409, audit.Event{Action: audit.Create, Persons: []person.ID{ada.ID, bea.ID}}},
		{"a reference of somebody else's", "POST", "/persons/" + string(bea.ID) + "/crossReferences", `{"system":"housing","reference":"T1"}`, 409, audit.Event{Action: audit.Update, Persons: []person.ID{bea.ID, ada.ID}}},
		{"an erasure", "DELETE", "/persons/" + string(bea.ID), "", 204, audit.Event{Action: audit.Erase, Persons: []person.ID{bea.ID}, Fields: []string{"forename", "surname", "dateOfBirth"}, Reason: "article 17"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			id := strings.ReplaceAll(test.name, " ", "-")
			s.do(test.method, test.path, test.body, "X-Request-ID", strings.ReplaceAll(id, "'", ""), "If-Match", "*", "Erasure-Reason", "article 17").want(test.status)
			events := s.events("request_ids @> array[$1]", strings.ReplaceAll(id, "'", ""))
			if len(events) != 1 {
				t.Fatalf("%d events: %+v", len(events), events)
			}
			e := events[0]
			slices.Sort(e.Persons)
			slices.Sort(test.want.Persons)
			got := audit.Event{Action: e.Action, Persons: e.Persons, Fields: e.Fields, Reason: e.Reason}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" || e.Status != test.status {
				t.Errorf("status %d (-want +got):\n%s", e.Status, diff)
			}
		})
	}
	if text := s.dump(); strings.Contains(text, "Exampleton") || strings.Contains(text, "QQ000000A") || strings.Contains(text, "1989-10-11") {
		t.Error("the audit holds what somebody is called, or was asked for")
	}
}

// Ensures that nobody is shown whom the audit could not be told of.
func TestWhatCannotBeAuditedIsNotShown(t *testing.T) {
	t.Parallel()
	s := start(t)
	ada := s.create(`{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11"}`)
	s.exec("alter table audit_event add constraint audit_is_full check (id < 0) not valid")
	for _, request := range []struct{ method, path, body string }{
		{"GET", "/persons/" + string(ada.ID), ""},
		{"GET", "/persons/" + string(ada.ID) + "/history", ""},
		{"GET", "/persons?lastName=Exampleton", ""},
		{"POST", "/persons/search", `{"lastName":"Exampleton"}`},
		{"GET", "/persons/" + string(ada.ID) + "/audit", ""},
		{"POST", "/persons", `{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11"}`},
	} {
		r := s.do(request.method, request.path, request.body)
		r.wantProblem(unavailable)
		if strings.Contains(r.body, "Ada") || strings.Contains(r.body, string(ada.ID)) {
			t.Errorf("%s %s shows somebody: %s", request.method, request.path, r.body)
		}
	}
	s.exec("alter table audit_session add constraint audit_is_full check (session = '') not valid")
	s.do("GET", "/persons?lastName=Exampleton&dateOfBirth=1989-10-11", "", "Search-Session", "s").wantProblem(unavailable)
	if r := s.do("PATCH", "/persons/"+string(ada.ID), `{"title":"Dr"}`, "If-Match", "*"); r.status < 500 {
		t.Errorf("a change without its event was answered %d", r.status)
	}
	s.exec("alter table audit_event drop constraint audit_is_full")
	if p := s.do("GET", "/persons/"+string(ada.ID), "").want(200).person(); p.Title != "" {
		t.Error("a change was made without its event")
	}
}

// Ensures that what was asked can be read with the auditors' key, and who asked it
// cannot be exchanged.
func TestAuditorsReadWhatWasAsked(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.do("GET", "/persons?lastName=Exampleton&dateOfBirth=1989-10-11", "", "X-Request-ID", "r-1").want(200)
	e := s.events("request_ids @> array['r-1']")[0]
	said, err := s.auditor.Open(e.Caller, e.Sealed[0])
	if err != nil {
		t.Fatal(err)
	}
	var asked map[string]any
	if err := json.Unmarshal(said.Criteria, &asked); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"lastName": "Exampleton", "dateOfBirth": "1989-10-11"}, asked); diff != "" || said.RequestID != "r-1" || said.At.IsZero() {
		t.Errorf("%+v (-want +got):\n%s", said, diff)
	}
	if _, err := s.auditor.Open("somebody else", e.Sealed[0]); err == nil {
		t.Error("it opens as somebody else's question")
	}
}

// newAuditor makes the auditors' keys and returns the one that a service has.
func (s *service) newAuditor() *audit.PublicKey {
	s.t.Helper()
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	if s.auditor, err = audit.NewPrivateKey(private); err != nil {
		s.t.Fatal(err)
	}
	public, err := audit.NewPublicKey(private.PublicKey())
	if err != nil {
		s.t.Fatal(err)
	}
	return public
}

// events are those of the audit for which the condition holds, in their order.
func (s *service) events(condition string, args ...any) []audit.Event {
	s.t.Helper()
	rows, err := s.behind().Query(s.t.Context(), "select * from audit_event where "+condition+" order by id", args...)
	if err != nil {
		s.t.Fatal(err)
	}
	events, err := pgx.CollectRows(rows, pgx.RowToStructByName[audit.Event])
	if err != nil {
		s.t.Fatal(err)
	}
	return events
}

// dump is all that the audit's tables hold, as text and as the text in its bytes.
func (s *service) dump() string {
	s.t.Helper()
	var text string
	err := s.behind().QueryRow(s.t.Context(), `select coalesce(string_agg(e::text || encode(array_to_string(sealed, '')::bytea, 'escape'), ' '), '') from audit_event e`).Scan(&text)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

func (s *service) exec(sql string) {
	s.t.Helper()
	if _, err := s.behind().Exec(s.t.Context(), sql); err != nil {
		s.t.Fatal(err)
	}
}

// behind is a connection of its own to the register.
func (s *service) behind() *pgx.Conn {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.postgres)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// Ensures that searches while an officer types are one event, which auditors see
// before it is closed.
func TestTypingIsOneEvent(t *testing.T) {
	t.Parallel()
	s := start(t)
	ada := s.create(`{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11"}`)
	s.do("GET", "/persons?lastName=Exampleton", "", "Search-Session", "typing.1").want(200)
	s.do("POST", "/persons/search", `{"lastName":"Exampleton","dateOfBirth":"1989-10-11"}`, "Search-Session", "typing.2").want(200)
	s.do("POST", "/persons/search", `{"lastName":"Exampleton","firstName":"Ada","dateOfBirth":"1989-10-11"}`, "Search-Session", "typing.2").want(200)
	if n := len(s.events("action = 'search'")); n != 0 {
		t.Errorf("%d events while somebody types", n)
	}
	s.do("GET", "/persons?lastnam=Exampleton", "", "Search-Session", "typing.2").wantProblem(parameter)
	if n := len(s.events("action = 'search' and status = 400")); n != 1 {
		t.Errorf("%d events of a search that was refused", n)
	}
	for _, session := range []string{strings.Repeat("x", 65), "a b", "é"} {
		s.do("GET", "/persons?lastName=Exampleton", "", "Search-Session", session).wantProblem(header)
		s.do("POST", "/persons/search", `{"lastName":"Exampleton"}`, "Search-Session", session).wantProblem(header)
	}

	open := s.trail(ada.ID, "")
	if len(open.Events) < 2 || !open.Events[0].Open || open.Events[0].Searches != 2 || open.Events[0].Since == nil || open.Events[1].Searches+open.Events[0].Searches < 2 {
		t.Errorf("open sessions come first: %+v", open.Events)
	}
	if n, err := s.store.CloseSessions(t.Context(), 0, 0, 0); err != nil || n != 2 {
		t.Errorf("%d sessions, error %v", n, err)
	}
	for _, e := range s.trail(ada.ID, "").Events {
		if e.Open {
			t.Errorf("still open: %+v", e)
		}
	}
	e := s.events("session = 'typing.2'")
	if last := e[len(e)-1]; len(last.RequestIDs) != 2 || len(last.Sealed) != 2 || !slices.Contains(last.Persons, ada.ID) {
		t.Errorf("%+v", last)
	}
}

func (s *service) trail(id person.ID, query string) auditTrail {
	s.t.Helper()
	var trail auditTrail
	s.do("GET", "/persons/"+string(id)+"/audit"+query, "").want(200).decode(&trail)
	return trail
}

// Ensures that an auditor learns who looked at somebody and who was shown them,
// page by page, also when they are gone, and is on the audit for it.
func TestAuditorsSeeWhoLooked(t *testing.T) {
	t.Parallel()
	s := start(t)
	ada := s.create(`{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11"}`)
	path := "/persons/" + string(ada.ID)
	for range 3 {
		s.do("GET", path, "").want(200)
	}
	s.do("GET", "/persons?lastName=Exampleton&dateOfBirth=1989-10-11", "").want(200)
	s.do("GET", "/persons?lastName=Somebody&firstName=Else&dateOfBirth=1950", "").want(200)
	s.do("DELETE", path, "", "If-Match", "*", "Erasure-Reason", "article 17").want(204)
	s.do("GET", path, "").wantProblem(erased)

	var told []string
	next := "?limit=3"
	for next != "" {
		page := s.trail(ada.ID, next)
		for _, e := range page.Events {
			told = append(told, string(e.Action)+" "+strings.Join(e.Fields, ",")+" "+http.StatusText(e.Status))
		}
		_, next, _ = strings.Cut(page.Next, "?")
		if next != "" {
			next = "?" + next
		}
	}
	want := []string{
		"read  Gone", "erase forename,surname,dateOfBirth No Content", "search  OK", "read  OK", "read  OK", "read  OK",
		"create forename,surname,dateOfBirth Created",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if first := s.trail(ada.ID, "").Events[0]; first.Operation != "read-audit" || first.Caller != "tester" || first.From != "127.0.0.1" {
		t.Errorf("reading the audit is on the audit: %+v", first)
	}
	if page := s.trail("nobody-yet", ""); len(page.Events) != 0 {
		t.Errorf("of an id that nobody asked for: %+v", page)
	}
	others := slices.DeleteFunc(access.Roles(), func(r access.Role) bool { return r == access.Auditor })
	s.do("GET", path+"/audit", "", "Authorization", tokenOf(access.Caller{Subject: "officer", Roles: others})).wantProblem(forbidden)
	s.do("GET", path+"/audit?before=0", "").wantProblem(parameter)
	s.do("GET", path+"/audit?limit=101", "").wantProblem(parameter)
}
