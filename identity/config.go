package identity

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"personindex/access"
	"personindex/person"
)

// Config says whom to believe, and what they are allowed.
type Config struct {
	Areas   []access.Area // the service areas that there are
	Issuers []Issuer
}

// Issuer is an OpenID Connect provider whose tokens are accepted. A claim is named
// by its path, such as realm_access.roles; a claim whose own name holds a full stop
// is found too.
type Issuer struct {
	// Name stands before the subject of each of its callers, for ever: 1 to 32
	// lower-case letters, digits and hyphens.
	Name string
	// URL is the issuer as its tokens name it, letter for letter. Its discovery
	// document is below it.
	URL string
	// Audience is whom its tokens must be for: one of these.
	Audience []string

	SubjectClaim  string // sub where empty
	GroupsClaim   string // a text or a list of texts; groups where empty
	ForenameClaim string // given_name where empty
	SurnameClaim  string // family_name where empty
	PostcodeClaim string // address.postal_code where empty

	Groups []Group
}

// Group is what the members of one of the issuer's groups may do. Who is in several
// may do all that any of them may.
type Group struct {
	Group      string // as it stands in the token
	Roles      []access.Role
	Areas      []access.Area
	Clearance  person.Restriction
	BreakGlass person.Restriction // no less than Clearance counts
}

func (i Issuer) orDefault() Issuer {
	i.SubjectClaim = cmp.Or(i.SubjectClaim, "sub")
	i.GroupsClaim = cmp.Or(i.GroupsClaim, "groups")
	i.ForenameClaim = cmp.Or(i.ForenameClaim, "given_name")
	i.SurnameClaim = cmp.Or(i.SurnameClaim, "family_name")
	i.PostcodeClaim = cmp.Or(i.PostcodeClaim, "address.postal_code")
	return i
}

var (
	nameForm = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	areaForm = regexp.MustCompile(`^[a-z0-9][a-z0-9 -]{0,49}$`)
)

// Validate reports everything that is wrong, each with its place.
func (c Config) Validate() error {
	var errs []error
	for n, area := range c.Areas {
		if !areaForm.MatchString(string(area)) {
			errs = append(errs, fmt.Errorf("areas[%d] must be 1 to 50 lower-case letters, digits, blanks and hyphens", n))
		}
	}
	seen := map[string]bool{access.KeyIssuer: true}
	for n, i := range c.Issuers {
		place := fmt.Sprintf("issuers[%d]", n)
		if seen[i.Name] || seen[i.URL] {
			errs = append(errs, fmt.Errorf("%s: the name and the URL must be its own, and no name is %s", place, access.KeyIssuer))
		}
		seen[i.Name], seen[i.URL] = true, true
		errs = append(errs, i.validate(place, c.Areas))
	}
	return errors.Join(errs...)
}

func (i Issuer) validate(place string, areas []access.Area) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(place+format, args...)) }
	if !nameForm.MatchString(i.Name) {
		wrong(".name must be 1 to 32 lower-case letters, digits and hyphens")
	}
	if !trustworthy(i.URL) {
		wrong(".url must begin with https://, or be on this machine's loopback")
	}
	if len(i.Audience) == 0 || slices.Contains(i.Audience, "") {
		wrong(".audience must name whom tokens are for: else a token for any other service would do")
	}
	if len(i.Groups) == 0 {
		wrong(".groups must say what at least one group may do")
	}
	for n, g := range i.Groups {
		errs = append(errs, g.validate(fmt.Sprintf("%s.groups[%d]", place, n), areas))
	}
	return errors.Join(errs...)
}

func (g Group) validate(place string, areas []access.Area) error {
	var errs []error
	if g.Group == "" {
		errs = append(errs, fmt.Errorf("%s.group must be given", place))
	}
	for _, role := range g.Roles {
		if !slices.Contains(access.Roles(), role) {
			errs = append(errs, fmt.Errorf("%s.roles: %q is none of %v", place, role, access.Roles()))
		}
	}
	for _, area := range g.Areas {
		if !slices.Contains(areas, area) {
			errs = append(errs, fmt.Errorf("%s.areas: %q is none of access.areas, which are %v", place, area, areas))
		}
	}
	return errors.Join(errs...)
}

// trustworthy reports whether what is read from a URL can be believed: nobody
// between can have changed it.
func trustworthy(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && local
}

// discovery is where an issuer says what it is.
func discovery(issuer string) string {
	return strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
}
