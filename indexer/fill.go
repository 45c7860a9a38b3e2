package indexer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"personindex/match"
	"personindex/person"
)

// maxRefused is how many documents an index may refuse while it is filled. More
// would mean that the mapping is wrong, and the old index the better one.
const maxRefused = 1000

// fill writes everybody to the index behind an alias and returns those whom it
// refused.
func (i *Indexer) fill(ctx context.Context, alias string, progress Progress) ([]person.ID, error) {
	f := fill{Indexer: i, target: alias, progress: progress}
	workers, ctx := errgroup.WithContext(ctx)
	pages := make(chan []match.Entry)
	workers.Go(func() error {
		defer close(pages)
		return f.read(ctx, pages)
	})
	for range i.config.FillWorkers {
		workers.Go(func() error { return f.write(ctx, pages) })
	}
	err := workers.Wait()
	return f.refused, err
}

// fill is a fill under way.
type fill struct {
	*Indexer
	target   string
	progress Progress

	mu      sync.Mutex
	done    int64
	refused []person.ID
}

func (f *fill) read(ctx context.Context, pages chan<- []match.Entry) error {
	for after := person.ID(""); ; {
		page, err := f.store.EntriesAfter(ctx, after, f.config.FillPage)
		if err != nil {
			return fmt.Errorf("read people: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		select {
		case pages <- page:
		case <-ctx.Done():
			return ctx.Err()
		}
		after = page[len(page)-1].ID
	}
}

func (f *fill) write(ctx context.Context, pages <-chan []match.Entry) error {
	for page := range pages {
		if err := f.writePage(ctx, page); err != nil {
			return err
		}
	}
	return nil
}

// writePage writes a page, and again what was not accepted of it, until all is
// or patience ends.
func (f *fill) writePage(ctx context.Context, page []match.Entry) error {
	deadline := time.Now().Add(f.config.Patience)
	for failures := 1; ; failures++ {
		outcomes, err := f.elastic.bulk(ctx, f.target, f.config.BulkBytes, page)
		unwritten, errRefused := f.account(page, outcomes)
		switch {
		case errRefused != nil:
			return errRefused
		case len(unwritten) == 0:
			return nil
		case errors.Is(err, ErrNoIndex):
			return fmt.Errorf("fill index: somebody deleted it: %w", err)
		case err != nil && (ctx.Err() != nil || time.Now().After(deadline)):
			return fmt.Errorf("fill index: %w", err)
		case time.Now().After(deadline):
			return fmt.Errorf("fill index: Elasticsearch is too busy for %d documents", len(unwritten))
		}
		page = unwritten
		sleep(ctx, backoff(failures))
	}
}

// account notes what became of a page and returns what must be sent again.
func (f *fill) account(page []match.Entry, outcomes []outcome) ([]match.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var unwritten []match.Entry
	for n, entry := range page {
		switch outcomes[n].verdict {
		case unsent:
			unwritten = append(unwritten, entry)
		case rejected:
			f.refused = append(f.refused, entry.ID)
		}
	}
	if len(f.refused) > maxRefused {
		return nil, fmt.Errorf("fill index: it refused more than %d documents", maxRefused)
	}
	f.done += int64(len(page) - len(unwritten))
	f.progress.report("filling", f.done, 0)
	return unwritten, nil
}
