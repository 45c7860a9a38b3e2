package search

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"personindex/match"
)

const (
	// frequenciesKept is how long a count is used before the register is asked
	// for a newer one. Registers are counted once a day or less.
	frequenciesKept = 5 * time.Minute
	// frequenciesRetry is the same after the register could not be asked.
	frequenciesRetry = 10 * time.Second
	// frequenciesDeadline bounds one reading, of 200,000 words at most.
	frequenciesDeadline = 2 * time.Second
)

// frequencyCache remembers the model as the frequencies of a register make it. The
// first search waits for them; later ones use what is there while a newer count is
// read.
type frequencyCache struct {
	register Register
	model    *match.Model // without frequencies
	log      *slog.Logger

	mutex   sync.Mutex
	current *match.Model // nil before the first search
	due     time.Time
	failing bool
	reading sync.WaitGroup
}

// latest returns the model with the latest frequencies, or empty ones if they could
// never be read: no name then counts as rarer than another.
func (c *frequencyCache) latest(ctx context.Context) *match.Model {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if time.Now().Before(c.due) {
		return c.current
	}
	c.due = time.Now().Add(frequenciesKept)
	ctx = context.WithoutCancel(ctx) // whoever asked may leave; the others wait for it too
	if c.current == nil {
		c.current = c.model.WithFrequencies(nil)
		frequencies, err := c.read(ctx)
		c.keep(ctx, frequencies, err)
		return c.current
	}
	c.reading.Go(func() {
		frequencies, err := c.read(ctx)
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.keep(ctx, frequencies, err)
	})
	return c.current
}

func (c *frequencyCache) read(ctx context.Context) (*match.Frequencies, error) {
	ctx, cancel := context.WithTimeout(ctx, frequenciesDeadline)
	defer cancel()
	return c.register.Frequencies(ctx)
}

// keep replaces the frequencies, or keeps the old ones and says so once, until
// they are read again. The mutex must be held.
func (c *frequencyCache) keep(ctx context.Context, frequencies *match.Frequencies, err error) {
	if err == nil {
		c.current, c.failing = c.model.WithFrequencies(frequencies), false
		return
	}
	c.due = time.Now().Add(frequenciesRetry)
	if !c.failing {
		c.failing = true
		c.log.WarnContext(ctx, "frequencies of names not read, the last ones are used", "error", err)
	}
}
