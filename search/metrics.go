package search

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics count searches and time their stages. They hold no criterion.
type metrics struct {
	stages   *prometheus.HistogramVec
	searches *prometheus.CounterVec
	compared prometheus.Histogram
	shown    prometheus.Histogram
}

func newMetrics() *metrics {
	return &metrics{
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "persons_search_stage_seconds",
			Help:    "Time of the stages of a search: candidates (of which index and overlay, at once), records, score, people.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 13),
		}, []string{"stage"}),
		searches: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "persons_searches_total",
			Help: "Searches by their answer and whether the index was missing.",
		}, []string{"exists", "degraded"}),
		compared: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "persons_search_candidates",
			Help:    "People compared per search.",
			Buckets: []float64{0, 1, 2, 5, 10, 20, 50, 75, 99, 150, 500, 1000},
		}),
		shown: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "persons_search_results",
			Help:    "People shown per search.",
			Buckets: []float64{0, 1, 2, 3, 5, 10, 20, 50},
		}),
	}
}

// Metrics are the collectors of the service, to be registered once.
func (s *Service) Metrics() []prometheus.Collector {
	own := []prometheus.Collector{s.metrics.stages, s.metrics.searches, s.metrics.compared, s.metrics.shown}
	return slices.Concat(own, s.asking.Metrics(), s.register.breaker.Metrics())
}

// stage starts timing a stage and returns what ends it.
func (m *metrics) stage(name string) func() {
	start := time.Now()
	return func() { m.stages.WithLabelValues(name).Observe(time.Since(start).Seconds()) }
}

func (m *metrics) observe(a Answer) {
	degraded := "no"
	if a.Degraded {
		degraded = "yes"
	}
	m.searches.WithLabelValues(string(a.Answer.Exists), degraded).Inc()
	m.shown.Observe(float64(len(a.Results)))
}
