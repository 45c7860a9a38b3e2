package oversight

import (
	"context"
	"log/slog"
	"time"

	"personindex/audit"
)

// Lookups is the audit as far as it tells who looked at whom. *storage.Store is one.
type Lookups interface {
	FlagManyLookers(ctx context.Context, e audit.Event, many int, within time.Duration) (flagged int, err error)
	ForgetAlerts(ctx context.Context, age time.Duration) (int, error)
}

// How often it is looked whether many look at one person, and over which time.
const (
	lookEvery = 5 * time.Minute
	lookedAt  = 24 * time.Hour
)

// keepSent is how long an alert is kept once it was sent. Its event stays.
const keepSent = 90 * 24 * time.Hour

// Watch flags people whom more than many callers open within 24 hours, on an event
// of the audit of its own.
type Watch struct {
	lookups Lookups
	many    int
	log     *slog.Logger
}

// NewWatch makes a watch. Several may run, in several processes: one looks at a time.
func NewWatch(lookups Lookups, many int, log *slog.Logger) *Watch { return &Watch{lookups, many, log} }

// Run looks now and then until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if _, err := w.RunOnce(ctx); err != nil && ctx.Err() == nil {
			w.log.ErrorContext(ctx, "look-ups not watched", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// RunOnce flags whom many look at now, each once in 24 hours, and returns how many
// that is. It removes alerts that were sent long ago.
func (w *Watch) RunOnce(ctx context.Context) (flagged int, err error) {
	if _, err := w.lookups.ForgetAlerts(ctx, keepSent); err != nil {
		return 0, err
	}
	event := audit.Event{Caller: "persons", Route: "watch", Action: audit.Notice, Flags: []string{ManyLookers}}
	return w.lookups.FlagManyLookers(ctx, event, w.many, lookedAt)
}
