package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadinessSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	there := func(context.Context) error { return nil }
	missing := func(context.Context) error { return errors.New(`dial "secret.example.org"`) }
	tests := []struct {
		name         string
		dependencies []Dependency
		status       int
		want         readiness
	}{
		{"everything is there", []Dependency{{"postgres", there, false}, {"elasticsearch", there, true}}, http.StatusOK,
			readiness{true, []dependencyState{{"postgres", true, false}, {"elasticsearch", true, true}}}},
		{"what is optional is missing", []Dependency{{"postgres", there, false}, {"elasticsearch", missing, true}}, http.StatusOK,
			readiness{true, []dependencyState{{"postgres", true, false}, {"elasticsearch", false, true}}}},
		{"what is needed is missing", []Dependency{{"postgres", missing, false}, {"elasticsearch", there, true}}, http.StatusServiceUnavailable,
			readiness{false, []dependencyState{{"postgres", false, false}, {"elasticsearch", true, true}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(_ *Config, d *Deps) { d.Dependencies = test.dependencies })
			r := s.do(http.MethodGet, "/readyz", "").want(test.status)
			var got readiness
			r.decode(&got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("readiness (-want +got):\n%s", diff)
			}
			if strings.Contains(r.body+s.logs.String(), "secret.example.org") {
				t.Errorf("the reason should be told to nobody: %s %s", r.body, s.logs)
			}
			s.do(http.MethodGet, "/healthz", "").want(http.StatusOK)
		})
	}
}

func TestReadinessAsksTheRealRegister(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.do(http.MethodGet, "/readyz", "").want(http.StatusOK)
	s.store.Close()
	s.do(http.MethodGet, "/readyz", "").want(http.StatusServiceUnavailable)
}
