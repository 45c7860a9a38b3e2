package indexer

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

func TestMetricsTellWhatWaitsAndWhatWasDone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	i := r.ready(t)
	r.load(t, 70)
	drain(t, i)
	r.create(t, "ada", "Example")
	stats := func(ctx context.Context) (Stats, error) {
		s, err := r.store.OutboxStats(ctx, r.alias)
		s.Oldest = 90 * time.Second // which depends on the time
		return Stats(s), err
	}
	registry := prometheus.NewPedanticRegistry()
	for _, collector := range i.Metrics(stats) {
		registry.MustRegister(collector)
	}
	want := map[string]float64{
		"persons_indexer_people_total indexed":   70,
		"persons_indexer_people_total overtaken": 0,
		"persons_indexer_people_total rejected":  0,
		"persons_indexer_people_total released":  0,
		"persons_breaker_opened_total":           0,
		"persons_breaker_state":                  0,
		"persons_indexer_settled_total":          0,
		"persons_indexer_failures_total":         0,
		"persons_outbox_people":                  71,
		"persons_outbox_waiting_people":          1,
		"persons_outbox_rejected_people":         0,
		"persons_outbox_lag_seconds":             90,
	}
	if diff := cmp.Diff(want, scrape(t, registry)); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

// scrape returns counters and gauges by name and outcome.
func scrape(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			name := family.GetName()
			for _, label := range metric.GetLabel() {
				if label.GetName() == "outcome" {
					name += " " + label.GetValue()
				}
			}
			switch {
			case metric.Counter != nil:
				values[name] = metric.GetCounter().GetValue()
			case metric.Gauge != nil:
				values[name] = metric.GetGauge().GetValue()
			}
		}
	}
	return values
}

// A scrape must go on when Postgres is away.
func TestMetricsGoOnWithoutTheOutbox(t *testing.T) {
	t.Parallel()
	i := newRig(t).indexer(t)
	registry := prometheus.NewPedanticRegistry()
	for _, collector := range i.Metrics(func(context.Context) (Stats, error) { return Stats{}, errors.New("away") }) {
		registry.MustRegister(collector)
	}
	families, err := registry.Gather()
	if err != nil || len(families) == 0 {
		t.Errorf("got %d metrics and error %v, want those of the indexer itself", len(families), err)
	}
}
