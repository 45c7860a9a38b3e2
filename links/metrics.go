package links

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics tell which services answer. Services that share a health URL are each
// counted, so that whoever looks for one by its name finds it.
type metrics struct {
	up     *prometheus.GaugeVec
	checks *prometheus.HistogramVec
}

func newMetrics() *metrics {
	return &metrics{
		up: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "persons_link_service_up",
			Help: "Whether people are linked to a service: 1, or 0 while its health checks fail.",
		}, []string{"service"}),
		checks: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "persons_link_check_seconds",
			Help:    "Time of a health check of a service, by whether it was answered as it should be.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 5, 10},
		}, []string{"service", "outcome"}),
	}
}

// Metrics are the collectors of the registry, to be registered once.
func (r *Registry) Metrics() []prometheus.Collector {
	return []prometheus.Collector{r.metrics.up, r.metrics.checks}
}

func (m *metrics) observe(services []string, err error, took time.Duration) {
	outcome := "answered"
	if err != nil {
		outcome = "failed"
	}
	for _, name := range services {
		m.checks.WithLabelValues(name, outcome).Observe(took.Seconds())
	}
}

func (m *metrics) set(services []string, up bool) {
	figure := 0.0
	if up {
		figure = 1
	}
	for _, name := range services {
		m.up.WithLabelValues(name).Set(figure)
	}
}
