// Package links leads from a person to what other services hold about them:
// tenancies, cautionary alerts, cases.
//
// A [Registry] knows the services that a council configured: where each has its
// page of a person, who may follow a link there, and whether the service answers
// at present. That is found out in the background ([Registry.Run]). Making links
// asks nobody, neither a service nor a database: a person's cross-references come
// with the record.
package links

import (
	"time"

	"personindex/access"
	"personindex/person"
)

// Service is one that holds something about people. [Parse] reads services, and
// checks them.
type Service struct {
	// Name is unique among services, and what logs and metrics call it.
	Name string
	// Rel says what the link leads to, and Title says it to people. Several
	// services may share a Rel if they know people by different systems.
	Rel, Title string
	// System is whose reference the service knows a person by. Only those who bear
	// one have a link, one for each. Empty where it knows them by our id: then
	// everybody has a link.
	System   string
	Method   string // of HTTP, to follow the link with
	Template Template
	// Roles and Areas are whose callers may follow the link: those who have any of
	// the roles and work in any of the areas. Empty lets every role, or area.
	Roles []access.Role
	Areas []access.Area
	// Health is how to find out whether the service answers; nil for one that
	// cannot be asked, whose links are always given.
	Health *Health
}

// Health is how to find out whether a service answers: a GET of URL, anew Every
// so often, that is answered within Timeout. Several services may share one.
type Health struct {
	URL            string
	Every, Timeout time.Duration
}

// allows reports whether a caller may follow the service's links.
func (s *Service) allows(caller access.Caller) bool {
	if len(s.Roles) > 0 && !caller.Has(s.Roles...) {
		return false
	}
	for _, area := range s.Areas {
		if caller.In(area) {
			return true
		}
	}
	return len(s.Areas) == 0
}

// link adds the service's links to p to those there are.
func (s *Service) link(links []person.Link, p *person.Person) []person.Link {
	if s.System == "" {
		return s.add(links, p.ID, "")
	}
	for _, r := range p.CrossReferences {
		if r.System == s.System {
			links = s.add(links, p.ID, r.Reference)
		}
	}
	return links
}

func (s *Service) add(links []person.Link, id person.ID, reference string) []person.Link {
	href, ok := s.Template.expand(string(id), reference)
	if !ok {
		return links
	}
	return append(links, person.Link{Href: href, Rel: s.Rel, Type: s.Method, Title: s.Title})
}
