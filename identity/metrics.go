package identity

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"personindex/access"
)

// The kinds of credential.
const (
	kindToken = "token"
	kindKey   = "key"
	kindOther = "other"
)

type metrics struct {
	credentials *prometheus.CounterVec
	ages        []prometheus.Collector
}

func newMetrics(issuers map[string]*issuer) *metrics {
	m := &metrics{credentials: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "persons_credentials_total", Help: "Credentials judged, by their kind and what became of them.",
	}, []string{"kind", "outcome"})}
	for _, i := range issuers {
		m.ages = append(m.ages, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "persons_issuer_keys_age_seconds", Help: "How long ago an issuer's keys were read; -1 for never.",
			ConstLabels: prometheus.Labels{"issuer": i.config.Name},
		}, func() float64 {
			if i.read.Load() == 0 {
				return -1
			}
			return i.age().Seconds()
		}))
	}
	return m
}

func (m *metrics) collectors() []prometheus.Collector { return append(m.ages, m.credentials) }

// count counts a verdict: accepted, unavailable, or why it was refused.
func (m *metrics) count(kind string, err error) {
	outcome := "accepted"
	var why refusal
	switch {
	case errors.As(err, &why):
		outcome = string(why)
	case errors.Is(err, access.ErrUnavailable):
		outcome = "unavailable"
	}
	m.credentials.WithLabelValues(kind, outcome).Inc()
}
