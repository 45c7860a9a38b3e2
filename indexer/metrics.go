package indexer

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics count what rounds do.
type metrics struct {
	people  *prometheus.CounterVec
	settled prometheus.Counter
	bulk    prometheus.Histogram
}

func newMetrics(alias string) *metrics {
	labels := prometheus.Labels{"index": alias}
	return &metrics{
		people: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name:        "persons_indexer_people_total",
			Help:        "People taken from the outbox, by what became of them.",
			ConstLabels: labels,
		}, []string{"outcome"}),
		settled: prometheus.NewCounter(prometheus.CounterOpts{
			Name:        "persons_indexer_settled_total",
			Help:        "Changes that left the outbox because they are searchable.",
			ConstLabels: labels,
		}),
		bulk: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:        "persons_indexer_bulk_seconds",
			Help:        "How long Elasticsearch took to write one batch.",
			ConstLabels: labels,
			Buckets:     prometheus.ExponentialBuckets(0.005, 2, 12),
		}),
	}
}

func (m *metrics) count(r Result) {
	m.people.WithLabelValues("indexed").Add(float64(r.Indexed))
	m.people.WithLabelValues("overtaken").Add(float64(r.Overtook))
	m.people.WithLabelValues("rejected").Add(float64(r.Rejected))
	m.people.WithLabelValues("released").Add(float64(r.Released))
}

// timeBulk starts the clock for one batch and returns what stops it.
func (m *metrics) timeBulk() func() {
	start := time.Now()
	return func() { m.bulk.Observe(time.Since(start).Seconds()) }
}
