// Package breaker stops asking a server that does not answer. After several
// failures in a row it is open: calls fail at once, instead of each waiting for its
// deadline and holding a connection. After a while it lets one call through to see,
// and closes again if that succeeds.
package breaker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/prometheus/client_golang/prometheus"
)

// ErrOpen means that a call was not made because those before it failed.
var ErrOpen = errors.New("circuit breaker open")

// Config says when a breaker opens, and for how long. A zero field takes its
// default.
type Config struct {
	// Failures is how many calls in a row must fail. Default 5: one is bad luck,
	// and a server that still answers some is worth asking.
	Failures int
	// Wait is how long nobody is asked then. Default 5 s.
	Wait time.Duration
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Failures < 0 || c.Wait < 0 {
		return errors.New("breaker failures and wait must not be negative")
	}
	return nil
}

// Breaker guards one kind of call. It is safe for concurrent use.
type Breaker struct {
	policy circuitbreaker.CircuitBreaker[any]
	state  prometheus.GaugeFunc
	opened prometheus.Counter
}

// New returns a closed breaker of the calls that name names, in logs and metrics.
// It logs one line when it opens and one when it closes.
func New(name string, config Config, log *slog.Logger) *Breaker {
	if config.Failures == 0 {
		config.Failures = 5
	}
	if config.Wait == 0 {
		config.Wait = 5 * time.Second
	}
	labels := prometheus.Labels{"call": name}
	b := &Breaker{opened: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "persons_breaker_opened_total", Help: "Times that a circuit breaker opened.", ConstLabels: labels,
	})}
	b.policy = circuitbreaker.NewBuilder[any]().
		WithFailureThreshold(uint(config.Failures)).
		WithSuccessThreshold(1).
		WithDelay(config.Wait).
		OnOpen(func(change circuitbreaker.StateChangedEvent) {
			b.opened.Inc()
			if change.OldState == circuitbreaker.ClosedState { // not once more for each call that only tries
				log.Warn("circuit breaker opened", "call", name, "failures", config.Failures)
			}
		}).
		OnClose(func(circuitbreaker.StateChangedEvent) { log.Info("circuit breaker closed", "call", name) }).
		Build()
	b.state = prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "persons_breaker_state", Help: "State of a circuit breaker: 0 closed, 1 open, 2 trying one call.", ConstLabels: labels,
	}, b.figure)
	return b
}

func (b *Breaker) figure() float64 {
	switch {
	case b.policy.IsOpen():
		return 1
	case b.policy.IsHalfOpen():
		return 2
	}
	return 0
}

// Metrics are the collectors of the breaker, to be registered once.
func (b *Breaker) Metrics() []prometheus.Collector {
	return []prometheus.Collector{b.state, b.opened}
}

// Do makes the call and returns its error, or ErrOpen without making it. Two errors
// say nothing about the server: one that wraps context.Canceled, since whoever
// asked left, and the ErrOpen of a breaker within the call, which asked nobody.
func (b *Breaker) Do(call func() error) error {
	if !b.policy.TryAcquirePermit() {
		return ErrOpen
	}
	err := errPanicked
	defer func() { b.record(err) }()
	err = call()
	return err
}

var errPanicked = errors.New("call panicked")

// record counts an outcome. Every one that was tried for must be, also one that
// tells nothing: else nobody would ever try again.
func (b *Breaker) record(err error) {
	switch {
	case err == nil:
		b.policy.RecordSuccess()
	case !errors.Is(err, context.Canceled) && !errors.Is(err, ErrOpen) || b.policy.IsHalfOpen():
		b.policy.RecordFailure()
	}
}

// Open reports whether a call would not be made now.
func (b *Breaker) Open() bool { return b.policy.IsOpen() && b.policy.RemainingDelay() > 0 }
