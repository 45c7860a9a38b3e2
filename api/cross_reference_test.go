package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
)

func TestACrossReferenceLeadsToThePerson(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	path := "/persons/" + string(p.ID)
	added := s.do(http.MethodPost, path+"/crossReferences", `{"system":"housing","reference":"T/1 é"}`).want(http.StatusCreated)
	if diff := cmp.Diff([]person.CrossReference{{System: "housing", Reference: "T/1 é"}}, added.person().CrossReferences); diff != "" || added.header.Get("ETag") != `"2"` {
		t.Errorf("ETag %s, cross-references (-want +got):\n%s", added.header.Get("ETag"), diff)
	}
	found := s.do(http.MethodGet, "/persons?system=housing&reference=T%2F1+%C3%A9", "").want(http.StatusOK)
	byID := s.do(http.MethodGet, path, "").want(http.StatusOK)
	if found.body != byID.body || found.header.Get("ETag") != byID.header.Get("ETag") {
		t.Errorf("by cross-reference\n%s\nand by id\n%s", found.body, byID.body)
	}
	s.do(http.MethodGet, "/persons?system=housing&reference=T2", "").wantProblem(notFound)
}

func TestACrossReferenceMayBeAddedAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	path := "/persons/" + string(p.ID) + "/crossReferences"
	const reference = `{"system":"housing","reference":"T1"}`
	first := s.do(http.MethodPost, path, reference, "If-Match", `"1"`).want(http.StatusCreated)
	again := s.do(http.MethodPost, path, reference, "If-Match", `"1"`).want(http.StatusCreated)
	if first.body != again.body {
		t.Errorf("a repeated request was answered\n%s\nfirst, and then\n%s", first.body, again.body)
	}
	s.do(http.MethodPost, path, `{"system":"housing","reference":"T2"}`, "If-Match", `"1"`).wantProblem(stale)
	s.do(http.MethodPost, path, `{"system":"housing","reference":"T2"}`, "If-Match", `W/"2"`).wantProblem(stale)
	s.do(http.MethodPost, path, `{"system":"housing","reference":"T2"}`, "If-Match", `2`).wantProblem(header)
	s.do(http.MethodPost, path, `{"system":"housing","reference":"T2"}`, "If-Match", "*").want(http.StatusCreated)
	other := s.create(`{"forename":"Bea","surname":"Other"}`)
	s.do(http.MethodPost, "/persons/"+string(other.ID)+"/crossReferences", reference).wantProblem(crossReferenceInUse)
	s.do(http.MethodPost, "/persons/nobody/crossReferences", reference).wantProblem(notFound)
}

func TestACrossReferenceMustBeOne(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	tests := []struct {
		name, body string
		want       []string
	}{
		{"nothing given", `{}`, []string{"system: must be given", "reference: must be given"}},
		{"a number", `{"system":"a","reference":7,"Reference":"b"}`, []string{"reference: must be text", "Reference: is not a known field: did you mean reference?"}},
		{"too long", `{"system":"` + strings.Repeat("a", 201) + `","reference":"b"}`, []string{"system: must be at most 200 characters"}},
		{"NUL", `{"system":"a","reference":"\u0000"}`, []string{"reference: must not contain control characters"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			p := s.do(http.MethodPost, "/persons/"+string(p.ID)+"/crossReferences", test.body).wantProblem(invalidPerson)
			if diff := cmp.Diff(test.want, p.fields()); diff != "" {
				t.Errorf("field errors (-want +got):\n%s", diff)
			}
		})
	}
}
