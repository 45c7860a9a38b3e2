package api

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
	"personindex/storage"
)

func TestProvenanceIsToldWhereAsked(t *testing.T) {
	t.Parallel()
	s := start(t)
	source := storage.Source{System: "housing", Fields: []string{"forename", "surname"}}
	row := storage.ImportRow{Reference: "1", Person: person.Person{Forename: "Ada", Surname: "Example"}}
	if _, err := s.store.Import(context.Background(), storage.Change{Actor: "import housing"}, source, []storage.ImportRow{row}); err != nil {
		t.Fatal(err)
	}
	p := s.do(http.MethodGet, "/persons?system=housing&reference=1", "").want(http.StatusOK).person()
	path := "/persons/" + string(p.ID)
	if p.Provenance != nil {
		t.Error("provenance is told unasked")
	}
	s.do(http.MethodPatch, path, `{"surname":"Right","provenance":{"surname":null}}`, "If-Match", "*").want(http.StatusOK)
	p = s.do(http.MethodGet, path+"?include=provenance", "").want(http.StatusOK).person()
	systems := map[string]string{}
	for field, from := range p.Provenance {
		systems[field] = from.System
		if from.ChangedAt.IsZero() || from.VerifiedAt.IsZero() != (from.System == person.Service) {
			t.Errorf("%s comes from %+v", field, from)
		}
	}
	want := map[string]string{"forename": "housing", "surname": person.Service, "crossReferences": "housing"}
	if diff := cmp.Diff(want, systems); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	byReference := s.do(http.MethodGet, "/persons?system=housing&reference=1&include=provenance", "").want(http.StatusOK).person()
	if diff := cmp.Diff(p, byReference); diff != "" {
		t.Errorf("by reference (-by id +got)\n%s", diff)
	}
	s.do(http.MethodGet, "/persons?lastName=Right&include=provenance", "").wantProblem(parameter)
	refused := s.do(http.MethodGet, path+"?include=history", "").wantProblem(parameter)
	if diff := cmp.Diff([]string{"include: must be provenance or links"}, refused.fields()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
