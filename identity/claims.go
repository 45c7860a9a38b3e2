package identity

import (
	"regexp"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"personindex/access"
)

// subjectForm is printable ASCII without blanks, which OpenID Connect promises of
// sub: what stands in logs and the audit cannot break them.
var subjectForm = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

// callerOf is whom the claims of a token of i speak of, with all that their groups
// may do.
func (i Issuer) callerOf(claims jwt.MapClaims) (access.Caller, error) {
	subject := text(claims, i.SubjectClaim)
	if !subjectForm.MatchString(subject) {
		return access.Caller{}, refused("subject")
	}
	c := access.Caller{
		Subject:  i.Name + " " + subject,
		Forename: text(claims, i.ForenameClaim),
		Surname:  text(claims, i.SurnameClaim),
		Postcode: text(claims, i.PostcodeClaim),
	}
	member := map[string]bool{}
	for _, group := range texts(find(claims, i.GroupsClaim)) {
		member[group] = true
	}
	for _, g := range i.Groups {
		if member[g.Group] {
			g.allow(&c)
		}
	}
	return c, nil
}

// allow adds to c what the members of the group may do.
func (g Group) allow(c *access.Caller) {
	for _, role := range g.Roles {
		if !c.Has(role) {
			c.Roles = append(c.Roles, role)
		}
	}
	for _, area := range g.Areas {
		if !c.In(area) {
			c.Areas = append(c.Areas, area)
		}
	}
	c.Clearance = max(c.Clearance, g.Clearance)
	c.BreakGlass = max(c.BreakGlass, g.BreakGlass, c.Clearance)
}

// find follows a path of claims. Since a claim's own name may hold full stops, as
// https://example.org/groups does, every way to part the path is tried, the
// longest name first.
func find(claims map[string]any, path string) any {
	if found, ok := claims[path]; ok {
		return found
	}
	for end := strings.LastIndexByte(path, '.'); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		if inner, ok := claims[path[:end]].(map[string]any); ok {
			if found := find(inner, path[end+1:]); found != nil {
				return found
			}
		}
	}
	return nil
}

// text is a claim that is one text, or empty.
func text(claims map[string]any, path string) string {
	s, _ := find(claims, path).(string)
	return s
}

// texts is a claim that is a text or a list of them. Anything else names no group.
func texts(claim any) []string {
	switch v := claim.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, entry := range v {
			if s, ok := entry.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}
