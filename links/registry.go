package links

import (
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"personindex/access"
	"personindex/person"
)

// Registry is the services that people are linked to, and which of them answer.
// It is safe for concurrent use.
type Registry struct {
	services []Service
	checkOf  []int // the check of each service, by its place in checks; -1 for none
	checks   []*check
	// down says of each check whether it fails. It is replaced as a whole and never
	// changed, so that whoever reads it sees one moment, and waits for nobody.
	down      atomic.Pointer[[]bool]
	replacing sync.Mutex
	client    *http.Client
	log       *slog.Logger
	metrics   *metrics
}

// New returns a registry of services that [Parse] would accept. It starts
// nothing: see [Registry.Run].
//
// A service counts as up until it was checked. An answer that calls everything
// unavailable because the program has just started would be false nearly always,
// and a link that leads to a service that is down costs a click. That ends with
// the first check, which suffices to call a service down.
func New(services []Service, log *slog.Logger) *Registry {
	r := &Registry{services: services, client: newClient(), log: log, metrics: newMetrics()}
	byURL := map[string]int{}
	for _, s := range services {
		r.checkOf = append(r.checkOf, r.enlist(byURL, s))
	}
	down := make([]bool, len(r.checks))
	r.down.Store(&down)
	return r
}

// enlist returns the place of the check that tells of the service's health.
func (r *Registry) enlist(byURL map[string]int, s Service) int {
	if s.Health == nil {
		return -1
	}
	place, known := byURL[s.Health.URL]
	if !known {
		place = len(r.checks)
		byURL[s.Health.URL] = place
		r.checks = append(r.checks, &check{Health: *s.Health, place: place, failures: failuresToOpen - 1})
	}
	r.checks[place].services = append(r.checks[place].services, s.Name)
	r.metrics.up.WithLabelValues(s.Name).Set(1)
	return place
}

// View is what one caller may follow, as the services are at one moment.
type View struct {
	registry *Registry
	caller   access.Caller
	down     []bool
}

// For is what caller may follow now. It waits for nobody.
func (r *Registry) For(caller access.Caller) View {
	return View{r, caller, *r.down.Load()}
}

// Of returns the links from a person, in the order of the services and of the
// person's cross-references, and the rels of those left out since their service does
// not answer, sorted, each once.
//
// What the caller may not follow is in neither: that a person is known to a
// service is told to nobody else. So both are empty for a caller who is not
// cleared for the person. Neither is ever nil, which JSON would tell as null.
func (v View) Of(p *person.Person) (links []person.Link, unavailable []string) {
	links, unavailable = []person.Link{}, []string{}
	if v.caller.Clearance < p.Restriction {
		return links, unavailable
	}
	for i := range v.registry.services {
		s := &v.registry.services[i]
		if !s.allows(v.caller) {
			continue
		}
		given := len(links)
		links = s.link(links, p)
		if len(links) > given && v.isDown(i) {
			links, unavailable = links[:given], append(unavailable, s.Rel)
		}
	}
	slices.Sort(unavailable)
	return links, slices.Compact(unavailable)
}

func (v View) isDown(service int) bool {
	check := v.registry.checkOf[service]
	return check >= 0 && v.down[check]
}
