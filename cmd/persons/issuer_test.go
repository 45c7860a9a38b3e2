package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"personindex/access"
	"personindex/internal/devissuer"
	"personindex/person"
)

// councilIssuer is the issuer whose callers the services of these tests know. It
// answers until all tests have ended.
var councilIssuer = sync.OnceValue(func() *council {
	c := new(council)
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.ServeHTTP(w, r) }))
	c.Issuer = devissuer.New(c.server.URL, devissuer.NewKey())
	return c
})

// council is an issuer and the server that it answers on.
type council struct {
	*devissuer.Issuer
	server *httptest.Server
}

// councilAreas are the service areas of these tests.
func councilAreas() []access.Area { return []access.Area{"housing", "social-care"} }

// councilSettings lead a service to the issuer, by the environment.
func councilSettings(t testing.TB) []string {
	t.Helper()
	issuers, err := yaml.Marshal([]any{councilIssuer().Settings(councilAreas())})
	if err != nil {
		t.Fatal(err)
	}
	return []string{"PERSONS_ACCESS_AREAS=" + listedWithoutBlanks(councilAreas()), "PERSONS_ACCESS_ISSUERS=" + string(issuers)}
}

func listedWithoutBlanks(areas []access.Area) string {
	var text string
	for _, area := range areas {
		text += "," + string(area)
	}
	return text[1:]
}

// tokenOf is a token of somebody with these roles, who sees everybody.
func tokenOf(t testing.TB, roles ...access.Role) string {
	t.Helper()
	return tokenFor(t, person.VeryRestricted, roles...)
}

// tokenFor is a token of somebody with this clearance and these roles.
func tokenFor(t testing.TB, clearance person.Restriction, roles ...access.Role) string {
	t.Helper()
	token, err := councilIssuer().Token(access.Caller{Subject: "tester", Roles: roles, Clearance: clearance}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
