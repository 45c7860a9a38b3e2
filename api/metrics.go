package api

import (
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"personindex/audit"
)

// metrics counts in a registry of its own. No label takes a value that a caller
// can choose.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	problems *prometheus.CounterVec
	audit    *prometheus.HistogramVec
	unkept   prometheus.Counter
	glass    prometheus.Counter
}

func newMetrics(others []prometheus.Collector) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "persons_http_requests_total", Help: "Requests answered, by route, method and status.",
		}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "persons_http_request_duration_seconds", Help: "Time to answer a request, by route and method.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method"}),
		problems: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "persons_http_problems_total", Help: "Requests refused or failed, by kind of problem.",
		}, []string{"problem"}),
		audit: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "persons_audit_write_seconds", Help: "Time to write an event of the audit that is no change's, by action.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"action"}),
		unkept: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "persons_audit_failures_total", Help: "Events of the audit that could not be written; their requests were refused.",
		}),
	}
	m.glass = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "persons_break_glass_total", Help: "Times that a caller took more clearance in an emergency.",
	})
	m.registry.MustRegister(m.requests, m.duration, m.problems, m.audit, m.unkept, m.glass)
	registerAll(m.registry, others)
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	method = methodLabel(method)
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route, method).Observe(took.Seconds())
}

// audited counts an event of the audit, or that it could not be written.
func (m *metrics) audited(action audit.Action, took time.Duration, err error) {
	if err != nil {
		m.unkept.Inc()
		return
	}
	m.audit.WithLabelValues(string(action)).Observe(took.Seconds())
}

// methodLabel keeps callers from inventing labels.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodPut:
		return method
	}
	return "other"
}

// registerAll adds what every process tells of itself to the given collectors.
func registerAll(registry *prometheus.Registry, given []prometheus.Collector) {
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(given...)
}

// Admin serves /metrics and /debug/pprof/. It is for a loopback listener of its
// own: it has no access control, and a profile stops the world.
func (a *API) Admin() http.Handler { return admin(a.metrics.registry) }

// Admin is [API.Admin] for a process that serves no API.
func Admin(given []prometheus.Collector) http.Handler {
	registry := prometheus.NewRegistry()
	registerAll(registry, given)
	return admin(registry)
}

func admin(registry *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	// Without cmdline, which would show secrets given as flags.
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
