package indexer

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Stats is what waits in the outbox of an index.
type Stats struct {
	Depth    int64         // people in it, those included who only wait for searches to end
	Waiting  int64         // of these, those the index does not have at their version
	Rejected int64         // of these, those whose document the index refused
	Oldest   time.Duration // since the first of those waiting changed: how far the index lags
}

// Metrics returns what Prometheus can collect of this indexer. Stats is asked for
// what waits whenever it does; while that fails, those figures are missing.
func (i *Indexer) Metrics(stats func(context.Context) (Stats, error)) []prometheus.Collector {
	return append(i.elastic.breaker.Metrics(),
		i.metrics.people,
		i.metrics.settled,
		i.metrics.failures,
		i.metrics.bulk,
		newOutboxCollector(i.alias, stats),
	)
}

// metrics count what rounds do.
type metrics struct {
	people   *prometheus.CounterVec
	settled  prometheus.Counter
	failures prometheus.Counter
	bulk     prometheus.Histogram
}

func newMetrics(alias string) *metrics {
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels(alias)}
	}
	return &metrics{
		people: prometheus.NewCounterVec(
			counter("persons_indexer_people_total", "People taken from the outbox, by what became of them."),
			[]string{"outcome"}),
		settled: prometheus.NewCounter(
			counter("persons_indexer_settled_total", "People who left the outbox because they are searchable.")),
		failures: prometheus.NewCounter(
			counter("persons_indexer_failures_total", "Rounds that failed.")),
		bulk: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:        "persons_indexer_bulk_seconds",
			Help:        "How long Elasticsearch took to write the people of one round.",
			ConstLabels: labels(alias),
			Buckets:     prometheus.ExponentialBuckets(0.005, 2, 12),
		}),
	}
}

func labels(alias string) prometheus.Labels { return prometheus.Labels{"index": alias} }

func (m *metrics) count(r Result, err error) {
	m.people.WithLabelValues("indexed").Add(float64(r.Indexed))
	m.people.WithLabelValues("overtaken").Add(float64(r.Overtaken))
	m.people.WithLabelValues("rejected").Add(float64(r.Rejected))
	m.people.WithLabelValues("released").Add(float64(r.Released))
	if err != nil {
		m.failures.Inc()
	}
}

// timeBulk starts the clock for one batch and returns what stops it.
func (m *metrics) timeBulk() func() {
	start := time.Now()
	return func() { m.bulk.Observe(time.Since(start).Seconds()) }
}

// statsTimeout is how long a scrape waits for the outbox to be counted.
const statsTimeout = 2 * time.Second

// outboxCollector counts the outbox when it is scraped, so that the figures are
// right even when no indexer runs.
type outboxCollector struct {
	stats                    func(context.Context) (Stats, error)
	depth, waiting, rejected *prometheus.Desc
	oldest                   *prometheus.Desc
}

func newOutboxCollector(alias string, stats func(context.Context) (Stats, error)) outboxCollector {
	desc := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, nil, labels(alias))
	}
	return outboxCollector{
		stats:    stats,
		depth:    desc("persons_outbox_people", "People in the outbox, searchable or not."),
		waiting:  desc("persons_outbox_waiting_people", "People whom the index does not have at their version."),
		rejected: desc("persons_outbox_rejected_people", "People whose document the index refused."),
		oldest:   desc("persons_outbox_lag_seconds", "How long ago the first of those waiting changed."),
	}
}

// Describe sends the descriptions of what Collect sends.
func (c outboxCollector) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{c.depth, c.waiting, c.rejected, c.oldest} {
		to <- desc
	}
}

// Collect sends nothing when the outbox cannot be counted: one figure less must
// not cost the whole scrape.
func (c outboxCollector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), statsTimeout)
	defer cancel()
	stats, err := c.stats(ctx)
	if err != nil {
		return
	}
	gauge := func(desc *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	gauge(c.depth, float64(stats.Depth))
	gauge(c.waiting, float64(stats.Waiting))
	gauge(c.rejected, float64(stats.Rejected))
	gauge(c.oldest, stats.Oldest.Seconds())
}
