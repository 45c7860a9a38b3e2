package indexer

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"personindex/internal/breaker"
	"personindex/mappings"
)

// Config says how the indexer works. A zero field takes its default.
type Config struct {
	// Batch is how many people one round takes from the outbox. Default 500:
	// some 0.5 MB, beyond which _bulk gains little and a failed round costs more.
	Batch int
	// Lease is how long a round may keep the people it took before another
	// indexer may take them. After a crash they wait for it to end. Default 30 s.
	Lease time.Duration
	// BulkTimeout is the deadline of all that a round sends to Elasticsearch, at
	// most half the lease so that the outcome is kept in time. Default 10 s.
	BulkTimeout time.Duration
	// BulkBytes is the size at which one _bulk request ends and the next begins.
	// Default 5 MB; Elasticsearch refuses 100 MB.
	BulkBytes int
	// RequestTimeout is the deadline of every other request. Default 30 s.
	RequestTimeout time.Duration
	// Poll is how long an idle indexer sleeps if nothing wakes it. Default 250 ms.
	Poll time.Duration
	// RefreshEvery is the least time between two refreshes of one indexer, which
	// make what was indexed searchable. Default 1 s.
	RefreshEvery time.Duration
	// SearchDeadline is the longest that a search may run. An outbox row stays for
	// so long after its document became searchable, lest a search that began
	// before the refresh look into the outbox after the row left. Default 10 s.
	SearchDeadline time.Duration
	// FillPage is how many people a rebuild reads, and sends, at once. Default 1000.
	FillPage int
	// FillWorkers is how many requests a rebuild keeps under way. Default 2.
	FillWorkers int
	// Patience is how long a rebuild goes on trying to send a page before it gives
	// up. Default 2 min.
	Patience time.Duration
	// Breaker says after how many failed requests in a row Elasticsearch is not
	// asked for a while.
	Breaker breaker.Config
	// Index are the settings of an index once it is filled. Default one shard that
	// is refreshed each second.
	Index mappings.Settings
}

// Validate reports every value that cannot work, after defaults.
func (c Config) Validate() error {
	c = c.withDefaults()
	positive := func(name string, n int64) error {
		if n <= 0 {
			return fmt.Errorf("%s must be positive", name)
		}
		return nil
	}
	errs := []error{
		positive("batch", int64(c.Batch)),
		positive("lease", int64(c.Lease)),
		positive("bulk timeout", int64(c.BulkTimeout)),
		positive("bulk bytes", int64(c.BulkBytes)),
		positive("request timeout", int64(c.RequestTimeout)),
		positive("poll", int64(c.Poll)),
		positive("refresh every", int64(c.RefreshEvery)),
		positive("search deadline", int64(c.SearchDeadline)),
		positive("fill page", int64(c.FillPage)),
		positive("fill workers", int64(c.FillWorkers)),
		positive("patience", int64(c.Patience)),
		positive("index shards", int64(c.Index.Shards)),
		c.Breaker.Validate(),
	}
	if c.Index.Replicas < 0 {
		errs = append(errs, errors.New("index replicas must not be negative"))
	}
	if c.BulkTimeout > c.Lease/2 {
		errs = append(errs, errors.New("bulk timeout must be at most half the lease"))
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	c.Batch = cmp.Or(c.Batch, 500)
	c.Lease = cmp.Or(c.Lease, 30*time.Second)
	c.BulkTimeout = cmp.Or(c.BulkTimeout, min(10*time.Second, c.Lease/2))
	c.BulkBytes = cmp.Or(c.BulkBytes, 5<<20)
	c.RequestTimeout = cmp.Or(c.RequestTimeout, 30*time.Second)
	c.Poll = cmp.Or(c.Poll, 250*time.Millisecond)
	c.RefreshEvery = cmp.Or(c.RefreshEvery, time.Second)
	c.SearchDeadline = cmp.Or(c.SearchDeadline, 10*time.Second)
	c.FillPage = cmp.Or(c.FillPage, 1000)
	c.FillWorkers = cmp.Or(c.FillWorkers, 2)
	c.Patience = cmp.Or(c.Patience, 2*time.Minute)
	c.Index.Shards = cmp.Or(c.Index.Shards, 1)
	c.Index.RefreshInterval = cmp.Or(c.Index.RefreshInterval, "1s")
	return c
}
