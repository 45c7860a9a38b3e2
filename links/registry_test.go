package links

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/person"
)

func template(t testing.TB, text string) Template {
	t.Helper()
	parsed, err := ParseTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// registry is one whose services are down where their name is in down.
func registry(t testing.TB, services []Service, down ...string) *Registry {
	t.Helper()
	r := New(services, slog.New(slog.DiscardHandler))
	for i, s := range services {
		if slices.Contains(down, s.Name) {
			r.replace(r.checkOf[i], true)
		}
	}
	return r
}

func rels(links []person.Link) []string {
	var list []string
	for _, link := range links {
		list = append(list, link.Rel)
	}
	return list
}

var ada = &person.Person{ID: "ada-1", CrossReferences: []person.CrossReference{
	{System: "housing", Reference: "T/1"}, {System: "care", Reference: "7"}, {System: "housing", Reference: "T2"}, {System: "Housing", Reference: "T3"},
}}

func TestLinksAreInTheOrderOfServicesAndReferences(t *testing.T) {
	t.Parallel()
	r := registry(t, []Service{
		{Name: "tenure", Rel: "tenure", System: "housing", Method: "GET", Template: template(t, "https://h.example/{reference}"), Title: "Tenancies"},
		{Name: "register", Rel: "register", System: "register", Method: "GET", Template: template(t, "https://r.example/{reference}")},
		{Name: "alerts", Rel: "alerts", Method: "POST", Template: template(t, "https://a.example/{id}")},
	})
	links, unavailable := r.For(access.Caller{}).Of(ada)
	want := []person.Link{
		{Href: "https://h.example/T%2F1", Rel: "tenure", Type: "GET", Title: "Tenancies"},
		{Href: "https://h.example/T2", Rel: "tenure", Type: "GET", Title: "Tenancies"},
		{Href: "https://a.example/ada-1", Rel: "alerts", Type: "POST"},
	}
	if diff := cmp.Diff(want, links); diff != "" || len(unavailable) > 0 {
		t.Errorf("unavailable %v, links (-want +got)\n%s", unavailable, diff)
	}
}

func TestWhatIsDownIsListedOnceAndSorted(t *testing.T) {
	t.Parallel()
	health := func(name string) *Health { return &Health{URL: "https://h.example/" + name} }
	service := func(name, rel, system string) Service {
		text := "https://h.example/{id}"
		if system != "" {
			text = "https://h.example/{reference}"
		}
		return Service{Name: name, Rel: rel, System: system, Template: template(t, text), Health: health(name)}
	}
	r := registry(t, []Service{
		service("z", "tenure", "housing"), service("y", "tenure", "care"), service("x", "tenure", ""),
		service("w", "alerts", ""), service("v", "register", "register"),
	}, "z", "y", "w", "v")
	links, unavailable := r.For(access.Caller{}).Of(ada)
	if got := rels(links); !slices.Equal(got, []string{"tenure"}) {
		t.Errorf("the links are %v", got)
	}
	// Two systems of tenure are down and one is up; nobody calls her anything in
	// the register.
	if want := []string{"alerts", "tenure"}; !slices.Equal(unavailable, want) {
		t.Errorf("unavailable are %v and should be %v", unavailable, want)
	}
}

// Ensures, for every set of roles and areas, that a caller learns of exactly what
// they may follow, and of nothing else whether it is up or down.
func TestOnlyWhatMayBeFollowedIsToldOf(t *testing.T) {
	t.Parallel()
	areas := []access.Area{"housing", "care"}
	roles := []access.Role{access.Reader, access.Steward}
	var services []Service
	for i, r := range subsets(roles) {
		for j, a := range subsets(areas) {
			name := fmt.Sprintf("s%d-%d", i, j)
			services = append(services, Service{
				Name: name, Rel: name, Template: template(t, "https://s.example/{id}"), Roles: r, Areas: a, Health: &Health{URL: "https://s.example/" + name},
			})
		}
	}
	var names []string
	for _, s := range services {
		names = append(names, s.Name)
	}
	up, down := registry(t, services), registry(t, services, names...)
	for _, callerRoles := range subsets(roles) {
		for _, callerAreas := range subsets(areas) {
			caller := access.Caller{Roles: callerRoles, Areas: callerAreas}
			var want []string
			for _, s := range services {
				if may(s.Roles, callerRoles) && may(s.Areas, callerAreas) {
					want = append(want, s.Rel)
				}
			}
			slices.Sort(want)
			links, unavailable := up.For(caller).Of(ada)
			got := rels(links)
			slices.Sort(got)
			if !slices.Equal(got, want) || len(unavailable) > 0 {
				t.Errorf("%v in %v is told of %v, and that %v are unavailable; should be of %v", callerRoles, callerAreas, got, unavailable, want)
			}
			links, unavailable = down.For(caller).Of(ada)
			if !slices.Equal(unavailable, want) || len(links) > 0 {
				t.Errorf("%v in %v is told of %v, and that %v are unavailable; should be %v", callerRoles, callerAreas, rels(links), unavailable, want)
			}
		}
	}
}

func subsets[T any](of []T) [][]T {
	sets := [][]T{nil}
	for _, v := range of {
		for _, s := range sets[:len(sets):len(sets)] {
			sets = append(sets, append(slices.Clone(s), v))
		}
	}
	return sets
}

// may is the rule in its shortest form: nothing is asked, or one is had.
func may[T comparable](asked, had []T) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, func(v T) bool { return slices.Contains(had, v) })
}

func TestARestrictedPersonIsLinkedToNothingForWhoIsNotCleared(t *testing.T) {
	t.Parallel()
	services := []Service{
		{Name: "alerts", Rel: "alerts", Template: template(t, "https://a.example/{id}"), Health: &Health{URL: "https://a.example/health"}},
		{Name: "notes", Rel: "notes", Template: template(t, "https://n.example/{id}"), Health: &Health{URL: "https://n.example/health"}},
	}
	r := registry(t, services, "notes")
	for _, clearance := range person.Restrictions() {
		for _, restriction := range person.Restrictions() {
			links, unavailable := r.For(access.Caller{Roles: access.Roles(), Clearance: clearance}).Of(&person.Person{ID: "ada-1", Restriction: restriction})
			cleared := restriction <= clearance
			if (len(links) == 1) != cleared || (len(unavailable) == 1) != cleared {
				t.Errorf("a caller cleared for %v is told of %v and %v of a person who is %v", clearance, rels(links), unavailable, restriction)
			}
		}
	}
}

// Ensures that a view is of one moment, whatever happens after it.
func TestAViewDoesNotChange(t *testing.T) {
	t.Parallel()
	r := registry(t, []Service{{Name: "alerts", Rel: "alerts", Template: template(t, "https://a.example/{id}"), Health: &Health{URL: "https://a.example/health"}}})
	before := r.For(access.Caller{})
	r.replace(0, true)
	after := r.For(access.Caller{})
	for _, test := range []struct {
		view View
		up   int
	}{{before, 1}, {after, 0}} {
		links, unavailable := test.view.Of(ada)
		if len(links) != test.up || len(unavailable) != 1-test.up {
			t.Errorf("links %v, unavailable %v", links, unavailable)
		}
	}
}

func BenchmarkLinks(b *testing.B) {
	var services []Service
	for i := range 16 {
		services = append(services, Service{
			Name: fmt.Sprint(i), Rel: fmt.Sprint(i), System: "housing", Method: "GET", Template: template(b, "https://housing.example.gov.uk/tenants/{reference}/tenures"),
			Roles: []access.Role{access.Reader}, Areas: []access.Area{"housing"},
		})
	}
	r := registry(b, services)
	p := &person.Person{ID: "ada-1", CrossReferences: ada.CrossReferences[:1]}
	caller := access.Caller{Roles: access.Roles(), Areas: []access.Area{"care", "housing"}}
	b.ReportAllocs()
	for b.Loop() {
		if links, _ := r.For(caller).Of(p); len(links) != 16 {
			b.Fatal(len(links))
		}
	}
}
