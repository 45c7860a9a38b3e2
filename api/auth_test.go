package api

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"personindex/access"
)

// open is what needs no credential: the contract's list, with what /docs loads.
func open() []string {
	return []string{
		"GET /healthz", "GET /readyz", "GET /openapi.json", "GET /docs", "GET /docs/problems",
		"GET /docs/start.js", "GET /docs/swagger-ui-bundle.js", "GET /docs/swagger-ui.css", "GET /docs/problems.css",
	}
}

// noPerson is what is answered where a person called search would be: that there is
// no such method.
func noPerson() []string {
	return []string{"GET /persons/search", "PATCH /persons/search", "DELETE /persons/search"}
}

// Ensures that every route of the router has a stated role, or is open on purpose.
func TestEveryRouteSaysWhoMay(t *testing.T) {
	t.Parallel()
	a := New(Config{}, Deps{})
	var served []string
	for _, route := range a.routes {
		name := route.Method + " " + documented(route.Path)
		served = append(served, name)
		roles, stated := a.roles[name]
		switch {
		case slices.Contains(open(), name):
			if stated && !slices.Equal(roles, []access.Role{everyone}) {
				t.Errorf("%s should be open, and is for %v", name, roles)
			}
		case slices.Contains(noPerson(), name):
		case len(roles) == 0:
			t.Errorf("%s says not who may", name)
		}
		for _, role := range roles {
			if !slices.Contains(append(access.Roles(), everyone), role) || role == everyone && !slices.Contains(open(), name) {
				t.Errorf("%s is for %s", name, role)
			}
		}
	}
	for _, name := range append(open(), noPerson()...) {
		if !slices.Contains(served, name) {
			t.Errorf("%s is open, and is not there", name)
		}
	}
	for name := range a.roles {
		if !slices.Contains(served, name) {
			t.Errorf("%s says who may, and is not there", name)
		}
	}
}

// Ensures that nobody gets past the door of any operation without a credential that
// proves one of its roles, and that a role that may does.
func TestEveryOperationAsksWhoCalls(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, roles := range s.api.roles {
		if slices.Equal(roles, []access.Role{everyone}) {
			continue
		}
		method, path, _ := strings.Cut(name, " ")
		path = strings.ReplaceAll(path, "{id}", "nobody")
		none := s.do(method, path, `{"`, "Authorization", "").wantProblem(unauthenticated)
		bad := s.do(method, path, `{"`, "Authorization", "Bearer *").wantProblem(unauthenticated)
		if none.Errors != nil || bad.Errors != nil {
			t.Errorf("%s tells strangers what is wrong with their request: %+v %+v", name, none, bad)
		}
		for _, role := range append(access.Roles(), "", everyone, "Reader", "root") {
			r := s.do(method, path, `{"`, "Authorization", tokenOf(access.Caller{Subject: "x", Roles: []access.Role{role}}))
			if may := slices.Contains(roles, role); may == (r.status == http.StatusForbidden) || r.status == http.StatusUnauthorized {
				t.Errorf("%s as %q is answered %d", name, role, r.status)
			}
		}
	}
}

func TestACallerIsToldHowToBeKnown(t *testing.T) {
	t.Parallel()
	s := start(t)
	none := s.do(http.MethodGet, "/persons/x", "", "Authorization", "")
	bad := s.do(http.MethodGet, "/persons/x", "", "Authorization", "Bearer *")
	page := s.do(http.MethodGet, "/persons/x", "", "Authorization", "", "Sec-Fetch-Mode", "cors")
	const password = `Basic realm="persons", charset="UTF-8"`
	for _, test := range []struct {
		name string
		got  response
		want []string
	}{
		{"without a credential", none, []string{`Bearer realm="persons"`, password}},
		{"with one that is refused", bad, []string{`Bearer realm="persons", error="invalid_token"`, password}},
		{"in a browser", page, []string{`Bearer realm="persons"`}},
	} {
		if diff := cmp.Diff(test.want, test.got.header.Values("WWW-Authenticate")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
	}
	for _, path := range open() {
		_, path, _ = strings.Cut(path, " ")
		s.do(http.MethodGet, path, "", "Authorization", "").want(http.StatusOK)
		s.do(http.MethodGet, path, "", "Authorization", "Bearer *").want(http.StatusOK)
	}
}

// failing is what knows nobody, for want of a server.
type failing struct{ err error }

func (f failing) Authenticate(context.Context, string) (access.Caller, error) {
	return access.Caller{}, f.err
}

func TestACallerWhoCannotBeJudgedMayTryAgain(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *Config, d *Deps) {
		d.Callers = failing{fmt.Errorf("%w: issuer council does not tell its keys", access.ErrUnavailable)}
	})
	r := s.do(http.MethodGet, "/persons/x", "")
	r.wantProblem(unavailable)
	if r.header.Get("Retry-After") == "" || strings.Contains(r.body, "council") {
		t.Errorf("answered %v %s", r.header, r.body)
	}
	if !strings.Contains(s.logs.String(), "issuer council") {
		t.Errorf("the log does not say why: %s", s.logs)
	}
	s.do(http.MethodGet, "/healthz", "").want(http.StatusOK)
}

// Ensures that each caller has a measure of their own, and that health is asked for
// without one.
func TestACallerIsHeldToAMeasure(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config, _ *Deps) { c.Limits = Limits{PerSecond: 0.01, Burst: 3} })
	as := func(name string) response {
		return s.do(http.MethodGet, "/persons/nobody", "", "Authorization", tokenOf(access.Caller{Subject: name, Roles: access.Roles()}))
	}
	for range 3 {
		as("ada").wantProblem(notFound)
	}
	r := as("ada")
	r.wantProblem(tooManyRequests)
	if wait := r.header.Get("Retry-After"); wait != "100" && wait != "99" {
		t.Errorf("Retry-After is %q", wait)
	}
	as("bea").wantProblem(notFound)
	for range 10 {
		s.do(http.MethodGet, "/healthz", "", "Authorization", "").want(http.StatusOK)
	}
}

// Ensures that whoever tries credentials is soon told to wait, while callers at the
// same address notice nothing: those with a token, and those whose key was known.
func TestTryingCredentialsEndsSoon(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config, _ *Deps) { c.Limits = Limits{Failures: 5} })
	known, unknown := tokenOf(access.Caller{Subject: "ada", Roles: access.Roles()}), tokenOf(access.Caller{Subject: "bea", Roles: access.Roles()})
	get := func(authorization string) response {
		return s.do(http.MethodGet, "/persons/nobody", "", "Authorization", authorization)
	}
	get(known).wantProblem(notFound)
	for range 5 {
		get("Bearer *").wantProblem(unauthenticated)
	}
	r := get("Bearer *")
	r.wantProblem(tooManyRequests)
	if wait := r.header.Get("Retry-After"); wait != "12" && wait != "11" {
		t.Errorf("Retry-After is %q", wait)
	}
	get(unknown).wantProblem(tooManyRequests)
	get(known).wantProblem(notFound)
	get("").wantProblem(unauthenticated)
	get(unknown + ".").wantProblem(notFound) // a token, new or not
	get("Bearer *.").wantProblem(tooManyRequests)
	if logs := s.logs.String(); strings.Count(logs, `"msg":"credential refused","reason":"credential refused","from":"127.0.0.1"`) != 6 || strings.Contains(logs, "Bearer") {
		t.Errorf("the log says %s", logs)
	}
}

func TestAFailureElsewhereIsNobodysFault(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config, _ *Deps) {
		c.Limits, c.TrustedProxies = Limits{Failures: 2}, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	})
	from := func(address, authorization string) response {
		return s.do(http.MethodGet, "/persons/nobody", "", "Authorization", authorization, "X-Forwarded-For", address)
	}
	for range 2 {
		from("203.0.113.7", "Bearer *").wantProblem(unauthenticated)
	}
	from("203.0.113.7", tokenOf(tester())).wantProblem(tooManyRequests)
	from("203.0.113.8", tokenOf(tester())).wantProblem(notFound)
	for range 2 {
		from("2001:db8::1", "Bearer *").wantProblem(unauthenticated)
	}
	from("2001:db8::2", "Bearer *").wantProblem(tooManyRequests)
	from("2001:db8:0:1::2", "Bearer *").wantProblem(unauthenticated)
}

// Ensures that the address is that of who connected, or whom a trusted proxy names,
// and never one that a caller makes up.
func TestWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, test := range []struct {
		connected string
		said      []string
		want      string
	}{
		{"203.0.113.7:1", nil, "203.0.113.7"},
		{"203.0.113.7:1", []string{"198.51.100.1"}, "203.0.113.7"},
		{"10.0.0.1:1", nil, "10.0.0.1"},
		{"10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:1", []string{"made-up, 198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:1", []string{"192.0.2.1, 198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:1", []string{"192.0.2.1", "198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"10.0.0.1:1", []string{"198.51.100.1, made-up"}, "10.0.0.1"},
		{"10.0.0.1:1", []string{""}, "10.0.0.1"},
		{"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"10.0.0.1:1", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"[fd00::1]:1", []string{"2001:db8::1"}, "2001:db8::1"},
		{"[fd00::1]:1", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{"[fd00::1]:1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"[::ffff:10.0.0.1]:1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"", []string{"198.51.100.1"}, "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: test.connected, Header: http.Header{"X-Forwarded-For": test.said}}
		if got := addressOf(r, trusted).String(); got != test.want {
			t.Errorf("%s saying %q is %s, want %s", test.connected, test.said, got, test.want)
		}
	}
}

// Ensures that the document says of each operation who may, in words and in the form
// that tools read.
func TestTheDocumentSaysWhoMay(t *testing.T) {
	t.Parallel()
	a := New(Config{}, Deps{})
	schemes := a.huma.OpenAPI().Components.SecuritySchemes
	operations(a, func(name string, op *huma.Operation) {
		roles := a.roles[name]
		if slices.Contains(roles, everyone) {
			if len(op.Security) > 0 || op.Responses["401"] != nil {
				t.Errorf("%s is open, and the document asks for a credential", name)
			}
			return
		}
		want := []map[string][]string{{schemeBearer: {}}, {schemeBasic: {}}}
		if diff := cmp.Diff(want, op.Security); diff != "" || schemes[schemeBearer] == nil || schemes[schemeBasic] == nil {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if !strings.HasSuffix(op.Description, "with the role "+either(roles)+".") {
			t.Errorf("%s is described so: %s", name, op.Description)
		}
		for _, status := range []string{"401", "403", "429", "503"} {
			if op.Responses[status] == nil {
				t.Errorf("%s does not tell of %s", name, status)
			}
		}
	})
}
