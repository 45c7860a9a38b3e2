package api

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/encryption"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// keeping is a service that can keep extended data.
func keeping(t *testing.T, change ...func(*Config, *Deps)) *service {
	t.Helper()
	config := storagetest.NewConfig(t)
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := encryption.Create(path); err != nil {
		t.Fatal(err)
	}
	var err error
	if config.Keys, err = encryption.Open(path); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	s := start(t, append([]func(*Config, *Deps){func(c *Config, d *Deps) {
		c.MaxExtended = 200
		d.Register, d.Searcher = store, searcher(t, store)
	}}, change...)...)
	s.store, s.postgres = store, config.URL
	return s
}

// of is the header of a caller of an area.
func of(area access.Area, roles ...access.Role) []string {
	return []string{"Authorization", tokenOf(access.Caller{Subject: "officer of " + string(area), Roles: roles, Areas: []access.Area{area}})}
}

func TestAnAreaKeepsReplacesChangesAndDeletesItsData(t *testing.T) {
	t.Parallel()
	s := keeping(t)
	path := "/persons/" + string(s.create(`{"forename":"Ada"}`).ID) + "/extended/housing"
	mine := of("housing", access.Writer)
	s.do(http.MethodGet, path, "", mine...).wantProblem(notFound)
	s.do(http.MethodPatch, path, `{"a":1}`, append(mine, "If-Match", "*")...).wantProblem(notFound)
	s.do(http.MethodPut, path, `{"a":1}`, append(mine, "If-Match", "*")...).wantProblem(stale)

	put := s.do(http.MethodPut, path, `{"a": 1, "b": {"c": 12345678901234567890}}`, mine...).want(http.StatusOK)
	if put.header.Get("ETag") != `"1"` || put.body != `{"a":1,"b":{"c":12345678901234567890}}`+"\n" {
		t.Errorf("kept %s %s", put.header.Get("ETag"), put.body)
	}
	s.do(http.MethodPut, path, `{"a":2}`, mine...).wantProblem(preconditionRequired)
	s.do(http.MethodPut, path, `{"a":2}`, append(mine, "If-Match", `"7"`)...).wantProblem(stale)
	patched := s.do(http.MethodPatch, path, `{"a":null,"b":{"d":true}}`, append(mine, "If-Match", `"1"`)...).want(http.StatusOK)
	if patched.body != `{"b":{"c":12345678901234567890,"d":true}}`+"\n" {
		t.Errorf("patched to %s", patched.body)
	}
	s.do(http.MethodPut, path, `{"a":3}`, append(mine, "If-Match", "*")...).want(http.StatusOK)
	s.do(http.MethodDelete, path, "", mine...).wantProblem(preconditionRequired)
	s.do(http.MethodDelete, path, "", append(mine, "If-Match", `"3"`)...).want(http.StatusNoContent)
	s.do(http.MethodGet, path, "", mine...).wantProblem(notFound)
	s.do(http.MethodDelete, path, "", append(mine, "If-Match", "*")...).wantProblem(notFound)
	if again := s.do(http.MethodPut, path, `{"a":5}`, mine...).want(http.StatusOK); again.header.Get("ETag") != `"5"` {
		t.Errorf("a version was used again: %s", again.header.Get("ETag"))
	}

	var page extendedHistory
	s.do(http.MethodGet, path+"/history?limit=3", "", mine...).want(http.StatusOK).decode(&page)
	if len(page.Versions) != 3 || page.Versions[1].Document != nil || page.Versions[0].Actor != "officer of housing" {
		t.Errorf("history is %+v", page)
	}
	var rest extendedHistory
	s.do(http.MethodGet, page.Next, "", mine...).want(http.StatusOK).decode(&rest)
	if len(rest.Versions) != 2 || rest.Versions[1].Version != 1 || rest.Next != "" {
		t.Errorf("the older history is %+v", rest)
	}
}

// Ensures that nobody can tell another area's data from none, nor from a person
// who is not on file.
func TestAnotherAreaSeesNothingNotEvenThatThereIsSomething(t *testing.T) {
	t.Parallel()
	s := keeping(t)
	id := string(s.create(`{"forename":"Ada"}`).ID)
	path := "/persons/" + id + "/extended/social-care"
	s.do(http.MethodPut, path, `{"refuge":"unmistakable"}`, of("social-care", access.Writer)...).want(http.StatusOK)
	all := access.Caller{Subject: "other", Roles: access.Roles(), Areas: []access.Area{"housing"}}
	for _, ask := range []struct{ method, suffix, body string }{
		{http.MethodGet, "", ""}, {http.MethodGet, "/history", ""}, {http.MethodPut, "", `{}`},
		{http.MethodPatch, "", `{}`}, {http.MethodDelete, "", ""},
	} {
		headers := []string{"Authorization", tokenOf(all), "If-Match", "*", "X-Request-ID", "r"}
		theirs := s.do(ask.method, path+ask.suffix, ask.body, headers...)
		nobody := s.do(ask.method, "/persons/nobody/extended/social-care"+ask.suffix, ask.body, headers...)
		noArea := s.do(ask.method, "/persons/"+id+"/extended/nowhere"+ask.suffix, ask.body, headers...)
		for _, same := range []response{nobody, noArea} {
			if diff := cmp.Diff(theirs.body, same.body); diff != "" || theirs.status != http.StatusNotFound || same.status != http.StatusNotFound {
				t.Errorf("%s %s: %d and %d (-theirs +none)\n%s", ask.method, ask.suffix, theirs.status, same.status, diff)
			}
		}
	}
	for _, where := range []string{"/persons/" + id, "/persons/" + id + "/history", "/persons/" + id + "?include=provenance", "/persons?firstName=ada"} {
		if answer := s.do(http.MethodGet, where, "").want(http.StatusOK); strings.Contains(answer.body, "unmistakable") || strings.Contains(answer.body, "social-care") {
			t.Errorf("%s shows it: %s", where, answer.body)
		}
	}
	if logs := s.logs.String(); strings.Contains(logs, "unmistakable") {
		t.Errorf("the log shows it: %s", logs)
	}
}

func TestAReaderOfAnAreaCannotWriteToIt(t *testing.T) {
	t.Parallel()
	s := keeping(t)
	path := "/persons/" + string(s.create(`{"forename":"Ada"}`).ID) + "/extended/housing"
	s.do(http.MethodPut, path, `{}`, of("housing", access.Reader)...).wantProblem(forbidden)
	s.do(http.MethodPut, path, `{}`, of("housing", access.Steward)...).want(http.StatusOK)
	if body := s.do(http.MethodGet, path, "", of("housing", access.Reader)...).want(http.StatusOK).body; body != "{}\n" {
		t.Errorf("an empty object came back as %s", body)
	}
}

func TestExtendedDataMustBeAnObjectOfASize(t *testing.T) {
	t.Parallel()
	s := keeping(t)
	path := "/persons/" + string(s.create(`{"forename":"Ada"}`).ID) + "/extended/housing"
	mine := of("housing", access.Writer)
	for _, bad := range []string{"", "[]", `"x"`, "null", `{"a":1,"a":2}`, `{"a":`, `{"a":"\ud800"}`} {
		if got := s.do(http.MethodPut, path, bad, append(slices.Clone(mine), "Content-Type", "application/json")...); got.status != http.StatusBadRequest {
			t.Errorf("%q was answered %d %s", bad, got.status, got.body)
		}
	}
	s.do(http.MethodPut, path, `{"a":"`+strings.Repeat("x", 192)+`"}`, mine...).want(http.StatusOK)
	s.do(http.MethodPut, path, `{"a":"`+strings.Repeat("x", 193)+`"}`, append(mine, "If-Match", "*")...).wantProblem(tooLarge)
	s.do(http.MethodPatch, path, `{"b":1}`, append(mine, "If-Match", "*")...).wantProblem(tooLarge)
}

func TestExtendedDataGoesWithThePerson(t *testing.T) {
	t.Parallel()
	s := keeping(t)
	p := s.create(`{"forename":"Ada"}`)
	path := "/persons/" + string(p.ID) + "/extended/housing"
	mine := of("housing", access.Writer)
	s.do(http.MethodPut, path, `{"a":1}`, mine...).want(http.StatusOK)
	s.do(http.MethodDelete, "/persons/"+string(p.ID), "", "If-Match", "*", "Erasure-Reason", "asked").want(http.StatusNoContent)
	s.do(http.MethodGet, path, "", mine...).wantProblem(erased)
	s.do(http.MethodPut, path, `{}`, mine...).wantProblem(erased)
}

func TestWithoutKeysExtendedDataIsUnavailableAndSaysSoToTheOperator(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := "/persons/" + string(s.create(`{"forename":"Ada"}`).ID) + "/extended/housing"
	s.do(http.MethodPut, path, `{}`, of("housing", access.Writer)...).wantProblem(noKeys)
}
