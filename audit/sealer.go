package audit

import (
	"context"
	"encoding/binary"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Ledger is where the audit is kept. *storage.Store is one.
type Ledger interface {
	// TendAudit makes the tables of the months to come.
	TendAudit(ctx context.Context) error
	// CloseSessions makes one event each of the sessions of searches that nobody
	// has added to for the time idle, that are as old as age, or that hold so many
	// searches. It returns how many.
	CloseSessions(ctx context.Context, idle, age time.Duration, searches int) (int, error)
	// SealNext adds a seal over events that have none, or returns nil where there
	// are no such events or another process is at it.
	SealNext(ctx context.Context) (*Seal, error)
	// LastSeal returns the end of the chain, or nil where there is none.
	LastSeal(ctx context.Context) (*Seal, error)
}

// When a session of searches becomes an event: a minute after the officer stopped
// typing, and after a quarter of an hour even if they did not.
const (
	sessionIdle     = time.Minute
	sessionAge      = 15 * time.Minute
	sessionSearches = 50
)

// Sealer keeps the audit sealed. Several may run, in several processes: one works
// at a time. Make one with [NewSealer].
type Sealer struct {
	ledger  Ledger
	every   time.Duration
	log     *slog.Logger
	metrics *metrics
	done    atomic.Int64 // when the last round ended that found nothing wrong, as Unix microseconds
}

// NewSealer makes a sealer that works once in so much time.
func NewSealer(ledger Ledger, every time.Duration, log *slog.Logger) *Sealer {
	s := &Sealer{ledger: ledger, every: every, log: log}
	s.done.Store(time.Now().UnixMicro())
	s.metrics = newMetrics(func() float64 { return time.Since(time.UnixMicro(s.done.Load())).Seconds() })
	return s
}

// Run works until ctx ends. What fails is logged and tried again in time.
func (s *Sealer) Run(ctx context.Context) {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := s.RunOnce(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "audit not sealed", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// RunOnce closes the sessions that are over and seals every event that has no
// seal. Should it stop half-way, the next round goes on.
func (s *Sealer) RunOnce(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			s.metrics.failures.Inc()
			return
		}
		s.done.Store(time.Now().UnixMicro())
	}()
	if err := s.ledger.TendAudit(ctx); err != nil {
		return err
	}
	if _, err := s.ledger.CloseSessions(ctx, sessionIdle, sessionAge, sessionSearches); err != nil {
		return err
	}
	for ctx.Err() == nil {
		// Whoever stops the service must not part a seal from the line that notes it.
		seal, err := s.ledger.SealNext(context.WithoutCancel(ctx))
		if err != nil {
			return err
		}
		if seal == nil {
			break
		}
		s.metrics.sealed(*seal)
		// The log is kept elsewhere: there nobody who rewrites the database can reach it.
		s.log.InfoContext(ctx, "audit sealed", "head", seal.Head().String(), "events", seal.Count)
	}
	last, err := s.ledger.LastSeal(ctx)
	if err == nil && last != nil {
		s.metrics.head(last.Head())
	}
	return err
}

// Metrics returns what Prometheus can collect of this sealer.
func (s *Sealer) Metrics() []prometheus.Collector {
	m := s.metrics
	return []prometheus.Collector{m.seals, m.events, m.failures, m.age, m.number, m.mark}
}

type metrics struct {
	seals, events, failures prometheus.Counter
	age                     prometheus.GaugeFunc
	number, mark            prometheus.Gauge
}

func newMetrics(age func() float64) *metrics {
	return &metrics{
		seals: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "persons_audit_seals_total", Help: "Seals that this process added to the audit.",
		}),
		events: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "persons_audit_sealed_events_total", Help: "Events that they cover.",
		}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "persons_audit_seal_failures_total", Help: "Rounds of sealing that failed.",
		}),
		age: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "persons_audit_unsealed_seconds", Help: "How long ago everything was sealed last, as far as this process knows.",
		}, age),
		number: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "persons_audit_seal_number", Help: "Number of the last seal.",
		}),
		mark: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "persons_audit_seal_mark", Help: "The first 48 bits of the last seal's hash, as a number: a copy that nobody can change in the database.",
		}),
	}
}

func (m *metrics) sealed(s Seal) {
	m.seals.Inc()
	m.events.Add(float64(s.Count))
}

// head shows the end of the chain. A float holds 53 bits exactly, and the hash in
// a label would be another series each minute.
func (m *metrics) head(h Head) {
	m.number.Set(float64(h.Number))
	m.mark.Set(float64(binary.BigEndian.Uint64(h.Hash) >> 16))
}
