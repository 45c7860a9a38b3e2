package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/links"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// linking is a registry of the services of a file.
func linking(t *testing.T, file string) *links.Registry {
	t.Helper()
	services, err := links.Parse([]byte(file), []access.Area{"housing", "care"})
	if err != nil {
		t.Fatal(err)
	}
	return links.New(services, slog.New(slog.DiscardHandler))
}

// nobody listens at port 1 of loopback, so that the health of notes there fails.
const linkedServices = `
services:
  - {name: alerts, rel: alerts, template: "https://alerts.example/{id}", title: Cautionary alerts}
  - {name: tenure, rel: tenure, template: "https://housing.example/{reference}", system: housing, areas: [housing]}
  - {name: care, rel: care, template: "https://care.example/{reference}", system: care, method: POST, areas: [care], roles: [steward]}
  - {name: notes, rel: notes, template: "https://notes.example/{id}", areas: [housing], health: {url: "http://127.0.0.1:1/health"}}
`

func linkedService(t *testing.T) *service {
	t.Helper()
	registry := linking(t, linkedServices)
	registry.RunOnce(t.Context())
	return start(t, func(_ *Config, d *Deps) { d.Links = registry })
}

const bothSystems = `{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11","crossReferences":[{"system":"housing","reference":"T/1"},{"system":"care","reference":"7"}]}`

func tokenFor(areas []access.Area, roles ...access.Role) []string {
	return []string{"Authorization", tokenOf(access.Caller{Subject: "tester", Roles: roles, Areas: areas})}
}

func TestAPersonIsLinkedToWhatTheCallerMayFollow(t *testing.T) {
	t.Parallel()
	s := linkedService(t)
	p := s.create(bothSystems)
	alerts := person.Link{Href: "https://alerts.example/" + string(p.ID), Rel: "alerts", Type: "GET", Title: "Cautionary alerts"}
	tenure := person.Link{Href: "https://housing.example/T%2F1", Rel: "tenure", Type: "GET"}
	care := person.Link{Href: "https://care.example/7", Rel: "care", Type: "POST"}
	for _, test := range []struct {
		name        string
		credential  []string
		links       []person.Link
		unavailable []string
	}{
		{"no area", tokenFor(nil, access.Reader), []person.Link{alerts}, []string{}},
		{"housing", tokenFor([]access.Area{"housing"}, access.Reader), []person.Link{alerts, tenure}, []string{"notes"}},
		{"care, without the role", tokenFor([]access.Area{"care"}, access.Reader, access.Writer), []person.Link{alerts}, []string{}},
		{"care", tokenFor([]access.Area{"care"}, access.Steward), []person.Link{alerts, care}, []string{}},
		{"both", tokenFor([]access.Area{"care", "housing"}, access.Reader, access.Steward), []person.Link{alerts, tenure, care}, []string{"notes"}},
	} {
		for _, path := range []string{"/persons/" + string(p.ID), "/persons?system=care&reference=7", "/persons/" + string(p.ID) + "?include=links", "/persons?system=care&reference=7&include=provenance"} {
			got := s.do(http.MethodGet, path, "", test.credential...).want(http.StatusOK).person()
			if diff := cmp.Diff(test.links, got.Links); diff != "" || !slices.Equal(got.Unavailable, test.unavailable) {
				t.Errorf("%s, %s: unavailable %v, links (-want +got)\n%s", test.name, path, got.Unavailable, diff)
			}
		}
	}
}

// Ensures that who is not cleared for a person learns nothing of which services know
// them, up or down, wherever links are answered.
func TestARestrictedPersonIsLinkedToNothingForWhoIsNotCleared(t *testing.T) {
	t.Parallel()
	s := linkedService(t)
	caller := access.Caller{Subject: "tester", Roles: access.Roles(), Areas: []access.Area{"housing", "care"}}
	cleared := caller
	cleared.Clearance = person.Restricted
	restricted := strings.Replace(bothSystems, "{", `{"restriction":"restricted",`, 1)
	created := s.do(http.MethodPost, "/persons/ada-1", restricted, "Authorization", tokenOf(caller)).want(http.StatusCreated).person()
	for _, path := range []string{"/persons/ada-1", "/persons?system=care&reference=7"} {
		seen := s.do(http.MethodGet, path, "", "Authorization", tokenOf(cleared)).want(http.StatusOK).person()
		if len(seen.Links) != 3 || !slices.Equal(seen.Unavailable, []string{"notes"}) {
			t.Errorf("%s, for who is cleared: links %v, unavailable %v", path, seen.Links, seen.Unavailable)
		}
	}
	for what, p := range map[string]person.Person{
		"the answer of the create": created,
		"a read":                   s.do(http.MethodGet, "/persons/ada-1", "", "Authorization", tokenOf(caller)).want(http.StatusOK).person(),
		"a change":                 s.do(http.MethodPatch, "/persons/ada-1", `{"title":"Ms"}`, "If-Match", "*", "Authorization", tokenOf(caller)).want(http.StatusOK).person(),
	} {
		if len(p.Links) > 0 || len(p.Unavailable) > 0 {
			t.Errorf("%s: links %v, unavailable %v", what, p.Links, p.Unavailable)
		}
	}
}

func TestWritesAnswerWithLinksAndKeepNone(t *testing.T) {
	t.Parallel()
	s := linkedService(t)
	housing := tokenFor([]access.Area{"housing"}, access.Writer)
	sent := `{"forename":"Ada","links":[{"href":"https://evil.example","rel":"tenure","type":"GET"}],"unavailable":["alerts"]}`
	created := s.do(http.MethodPost, "/persons/ada-1", sent, housing...).want(http.StatusCreated).person()
	changed := s.do(http.MethodPatch, "/persons/ada-1", sent, append(housing, "If-Match", "*")...).want(http.StatusOK).person()
	for _, p := range []person.Person{created, changed} {
		if len(p.Links) != 1 || p.Links[0].Rel != "alerts" || !slices.Equal(p.Unavailable, []string{"notes"}) {
			t.Errorf("links %v, unavailable %v", p.Links, p.Unavailable)
		}
	}
	if changed.Version != 1 {
		t.Errorf("what is read-only makes version %d", changed.Version)
	}
	// The link is there as soon as the service is known to know the person.
	told := s.do(http.MethodPost, "/persons/ada-1/crossReferences", `{"system":"housing","reference":"T2"}`, housing...).want(http.StatusCreated).person()
	if len(told.Links) != 2 || told.Links[1].Href != "https://housing.example/T2" {
		t.Errorf("links %v", told.Links)
	}
	history := s.do(http.MethodGet, "/persons/ada-1/history", "", housing...)
	if strings.Contains(history.body, "evil") || strings.Contains(history.body, "alerts") {
		t.Errorf("links are kept: %s", history.body)
	}
}

func TestResultsAreLinkedOnRequest(t *testing.T) {
	t.Parallel()
	s := linkedService(t)
	p := s.create(bothSystems)
	housing := tokenFor([]access.Area{"housing"}, access.Reader)
	const query, body = "/persons?firstName=Ada&lastName=Exampleton&dateOfBirth=1989-10-11", `{"firstName":"Ada","lastName":"Exampleton","dateOfBirth":"1989-10-11"`
	for _, test := range []struct {
		answer      response
		links       []string
		unavailable []string
	}{
		{s.do(http.MethodGet, query, "", housing...), nil, []string{}},
		{s.do(http.MethodPost, searchPath, body+`}`, housing...), nil, []string{}},
		{s.do(http.MethodGet, query+"&include=links", "", housing...), []string{"alerts", "tenure"}, []string{"notes"}},
		{s.do(http.MethodPost, searchPath, body+`,"include":"links"}`, housing...), []string{"alerts", "tenure"}, []string{"notes"}},
		{s.do(http.MethodGet, query+"&include=links", "", tokenFor([]access.Area{"care"}, access.Reader)...), []string{"alerts"}, []string{}},
	} {
		var a search.Answer
		test.answer.want(http.StatusOK).decode(&a)
		if len(a.Results) != 1 || a.Results[0].ID != p.ID {
			t.Fatalf("she is not found: %s", test.answer.body)
		}
		if strings.Contains(test.answer.body, ":null") {
			t.Errorf("an empty list is not told as one: %s", test.answer.body)
		}
		var rels []string
		for _, link := range a.Results[0].Person.Links {
			rels = append(rels, link.Rel)
		}
		if found := a.Results[0].Person; !slices.Equal(rels, test.links) || !slices.Equal(found.Unavailable, test.unavailable) {
			t.Errorf("links %v, unavailable %v: should be %v and %v", rels, found.Unavailable, test.links, test.unavailable)
		}
	}
	for query, want := range map[string]string{"history": "must be links", "provenance": "may be provenance with system and reference only"} {
		refused := s.do(http.MethodGet, "/persons?lastName=Exampleton&include="+query, "").wantProblem(parameter)
		if diff := cmp.Diff([]string{"include: " + want}, refused.fields()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		s.do(http.MethodPost, searchPath, `{"lastName":"Exampleton","include":"`+query+`"}`).wantProblem(parameter)
	}
}

// Ensures that links cost no query, whether a search finds one or fifty.
func TestLinksAskTheRegisterNothing(t *testing.T) {
	t.Parallel()
	var statements lines
	store, err := storage.Open(t.Context(), storagetest.NewConfig(t), storage.WithSlowLog(slog.New(slog.NewTextHandler(&statements, nil)), 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	registry := linking(t, linkedServices)
	s := start(t, func(_ *Config, d *Deps) {
		d.Links, d.Register, d.Searcher = registry, store, searcher(t, store)
	})
	// Fifty records of one person, whom only the reference of each tells apart.
	for i := range 50 {
		p := person.Person{
			Forename: "Ada", Surname: "Exampleton", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11},
			Addresses:       []person.Address{{Line1: "12 Sample Street", Postcode: "E8 1EA"}},
			CrossReferences: []person.CrossReference{{System: "housing", Reference: fmt.Sprint("T", i)}},
		}
		if _, err := store.Create(t.Context(), storage.Change{Actor: "test"}, p, nil); err != nil {
			t.Fatal(err)
		}
	}
	housing := tokenFor([]access.Area{"housing"}, access.Reader)
	const query = "/persons?firstName=Ada&lastName=Exampleton&dateOfBirth=1989-10-11&address=12+Sample+Street"
	ask := func(path string) (found int, asked []string) {
		t.Helper()
		before := len(statements.String())
		var a search.Answer
		s.do(http.MethodGet, path, "", housing...).want(http.StatusOK).decode(&a)
		for line := range strings.Lines(statements.String()[before:]) {
			_, rest, _ := strings.Cut(line, "statement=")
			name, _, _ := strings.Cut(rest, " ")
			asked = append(asked, name)
		}
		hrefs := map[string]bool{}
		for _, r := range a.Results {
			for _, link := range r.Person.Links {
				hrefs[link.Href] = true
			}
		}
		if strings.Contains(path, includeLinks) && len(hrefs) != 3*len(a.Results) {
			t.Errorf("%d people have %d links", len(a.Results), len(hrefs))
		}
		slices.Sort(asked)
		return len(a.Results), asked
	}
	ask(query) // which reads what is kept in memory from then on
	_, without := ask(query + "&limit=1")
	one, forOne := ask(query + "&limit=1&include=links")
	fifty, forFifty := ask(query + "&limit=50&include=links")
	if one != 1 || fifty != 50 {
		t.Fatalf("%d and %d people are found", one, fifty)
	}
	if len(without) == 0 || !slices.Equal(without, forOne) || !slices.Equal(forOne, forFifty) {
		t.Errorf("the register is asked\n%v without links,\n%v for one person with,\n%v for fifty", without, forOne, forFifty)
	}
}

// moody is a service whose health is as its mood.
type moody struct {
	*httptest.Server
	mood atomic.Pointer[http.HandlerFunc]
}

func newMoody(t *testing.T, mood http.HandlerFunc) *moody {
	t.Helper()
	m := &moody{}
	m.mood.Store(&mood)
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*m.mood.Load())(w, r) }))
	t.Cleanup(m.Close)
	return m
}

func fineMood(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "well") }

func failingMood(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusServiceUnavailable)
}

func lyingMood(w http.ResponseWriter, _ *http.Request) {
	for {
		if _, err := w.Write(make([]byte, 1<<15)); err != nil {
			return
		}
	}
}

func resettingMood(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		connection.Close()
	}
}

// Ensures that a thousand readers are answered while the linked services hang, fail,
// lie and recover, that none of them waits for a service, and that each either has
// a link or is told that it is unavailable.
func TestAThousandReadersMeanwhile(t *testing.T) {
	t.Parallel()
	const readers = 1000
	released := make(chan struct{})
	hangs := func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-released:
		case <-r.Context().Done():
		}
	}
	moods := []*moody{newMoody(t, hangs), newMoody(t, fineMood), newMoody(t, fineMood)}
	var services []links.Service
	for i, m := range moods {
		template, err := links.ParseTemplate("https://linked.example/{id}")
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprint("service", i)
		services = append(services, links.Service{
			Name: name, Rel: name, Template: template, Method: http.MethodGet,
			Health: &links.Health{URL: m.URL, Every: 20 * time.Millisecond, Timeout: time.Hour},
		})
	}
	registry := links.New(services, slog.New(slog.DiscardHandler))
	s := start(t, func(c *Config, d *Deps) { d.Links, c.RequestTimeout = registry, 5*time.Minute })
	p := s.create(`{"forename":"Ada"}`)
	path := "/persons/" + string(p.ID)

	ctx, stop := context.WithCancel(t.Context())
	var checking sync.WaitGroup
	checking.Go(func() { registry.Run(ctx) })
	defer checking.Wait()
	defer stop()

	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers}}
	defer client.CloseIdleConnections()
	// read tells which services it finds up.
	read := func() (up [3]bool) {
		links, unavailable, err := readLinks(t.Context(), client, s.url+path)
		if err != nil {
			t.Error(err)
		}
		for i, service := range services {
			has, lacks := slices.Contains(links, service.Rel), slices.Contains(unavailable, service.Rel)
			if has == lacks {
				t.Errorf("links %v, unavailable %v", links, unavailable)
			}
			up[i] = has
		}
		return up
	}
	// while has a thousand read while moods change, and returns when all of them are
	// answered and the services are found as they are to be.
	while := func(what string, want [3]bool, change func()) {
		t.Helper()
		var reading sync.WaitGroup
		for range readers {
			reading.Go(func() { read() })
		}
		change()
		for got := read(); got != want; got = read() {
			if t.Failed() || t.Context().Err() != nil {
				t.Fatalf("%s: found up are %v", what, got)
			}
		}
		reading.Wait()
	}
	while("one hangs that was never asked before, one fails and one lies", [3]bool{true, false, false}, func() {
		moods[1].mood.Store(ptr(failingMood))
		moods[2].mood.Store(ptr(lyingMood))
	})
	while("one still hangs, one recovers and one resets", [3]bool{true, true, false}, func() {
		moods[1].mood.Store(ptr(fineMood))
		moods[2].mood.Store(ptr(resettingMood))
	})
	while("one fails that hung, and one recovers", [3]bool{false, true, true}, func() {
		moods[0].mood.Store(ptr(failingMood))
		close(released)
		moods[2].mood.Store(ptr(fineMood))
	})
	while("the last recovers", [3]bool{true, true, true}, func() { moods[0].mood.Store(ptr(fineMood)) })
}

func ptr(mood http.HandlerFunc) *http.HandlerFunc { return &mood }

// readLinks asks again where the register is too busy, as it may be with a thousand
// at once: that has nothing to do with the services.
func readLinks(ctx context.Context, client *http.Client, address string) (rels, unavailable []string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Authorization", tokenOf(tester()))
	answer, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusServiceUnavailable {
		_, _ = io.Copy(io.Discard, answer.Body)
		return readLinks(ctx, client, address)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("status %d", answer.StatusCode)
	}
	var p person.Person
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
		return nil, nil, err
	}
	for _, link := range p.Links {
		rels = append(rels, link.Rel)
	}
	return rels, p.Unavailable, nil
}
