package api

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHistoryLeadsThroughEveryVersion(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Name1"}`)
	path := "/persons/" + string(p.ID)
	for i := 2; i <= 5; i++ {
		s.do(http.MethodPatch, path, fmt.Sprintf(`{"forename":"Name%d"}`, i), "If-Match", "*").want(http.StatusOK)
	}
	var told []string
	next := path + "/history?limit=2"
	for pages := 0; next != ""; pages++ {
		if pages == 1 {
			// A change in between must shift nothing.
			s.do(http.MethodPatch, path, `{"forename":"Name6"}`, "If-Match", "*").want(http.StatusOK)
		}
		var h history
		s.do(http.MethodGet, next, "").want(http.StatusOK).decode(&h)
		for _, v := range h.Versions {
			told = append(told, fmt.Sprintf("%d %s %s %v %t", v.Version, v.Person.Forename, v.Actor, v.Fields, v.ChangedAt.IsZero()))
		}
		next = h.Next
	}
	want := []string{
		"5 Name5 tester [forename] false", "4 Name4 tester [forename] false", "3 Name3 tester [forename] false",
		"2 Name2 tester [forename] false", "1 Name1 tester [forename] false",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
}

func TestHistoryRefusesPagesThatCannotBe(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	tests := []struct{ name, query, want string }{
		{"a limit of none", "limit=0", "limit: must be from 1 to 100"},
		{"a limit too high", "limit=101", "limit: must be from 1 to 100"},
		{"a limit that is no number", "limit=ten", "limit: must be a whole number"},
		{"a limit beyond all numbers", "limit=99999999999999999999", "limit: must be a whole number"},
		{"before the first", "before=0", "before: must be 1 or more"},
		{"an offset", "offset=2", "offset: is not a known parameter"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			p := s.do(http.MethodGet, "/persons/"+string(p.ID)+"/history?"+test.query, "").wantProblem(parameter)
			if diff := cmp.Diff([]string{test.want}, p.fields()); diff != "" {
				t.Errorf("field errors (-want +got):\n%s", diff)
			}
		})
	}
	s.do(http.MethodGet, "/persons/nobody/history", "").wantProblem(notFound)
}
