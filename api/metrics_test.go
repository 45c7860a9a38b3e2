package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestRequestsAndProblemsAreCounted(t *testing.T) {
	t.Parallel()
	other := prometheus.NewGauge(prometheus.GaugeOpts{Name: "persons_other", Help: "Somebody else's."})
	s := start(t, func(_ *Config, d *Deps) { d.Collectors = []prometheus.Collector{other} })
	s.do(http.MethodGet, "/persons/one", "").wantProblem(notFound)
	s.do(http.MethodGet, "/persons/two", "").wantProblem(notFound)
	s.do(http.MethodGet, "/persons?lastname=x", "").wantProblem(parameter)
	s.do("BREW", "/persons", "").wantProblem(methodNotAllowed)
	s.do(http.MethodGet, "/somewhere/else", "").wantProblem(noSuchPath)
	metrics := s.admin("/metrics")
	for _, want := range []string{
		`persons_http_requests_total{method="GET",route="/persons/{id}",status="404"} 2`,
		`persons_http_requests_total{method="GET",route="/persons",status="400"} 1`,
		`persons_http_requests_total{method="other",route="none",status="405"} 1`,
		`persons_http_request_duration_seconds_count{method="GET",route="/persons/{id}"} 2`,
		`persons_http_problems_total{problem="not-found"} 2`,
		`persons_http_problems_total{problem="no-such-path"} 1`,
		`persons_other 0`,
		`go_goroutines`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

func TestTheSecondListenerServesProfilesAndNothingOfPeople(t *testing.T) {
	t.Parallel()
	s := start(t)
	if !strings.Contains(s.admin("/debug/pprof/"), "heap") || !strings.Contains(s.admin("/debug/pprof/goroutine?debug=1"), "goroutine profile") {
		t.Error("there should be profiles")
	}
	for _, path := range []string{"/persons", "/debug/pprof/cmdline", "/"} {
		if body := s.admin(path); !strings.Contains(body, "404") && !strings.Contains(body, "Unknown profile") {
			t.Errorf("%s should not be there: %s", path, body)
		}
	}
	s.do(http.MethodGet, "/metrics", "").wantProblem(noSuchPath)
	s.do(http.MethodGet, "/debug/pprof/", "").wantProblem(noSuchPath)
}
