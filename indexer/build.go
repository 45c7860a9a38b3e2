package indexer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"personindex/match"
	"personindex/person"
)

// Ensure makes and fills an index unless one serves already that has been kept
// true all along. It may be called by many at once: one builds, the others wait.
// Progress is told how many people are in the index so far.
//
// If it fails or dies there is no index, and not half of one: searches go on
// through Postgres, and the next call begins anew.
func (i *Indexer) Ensure(ctx context.Context, progress func(done int)) error {
	if serving, err := i.serving(ctx); err != nil || serving {
		return err
	}
	return i.building(ctx, func(ctx context.Context) error {
		if serving, err := i.serving(ctx); err != nil || serving {
			return err
		}
		if err := i.beginAnew(ctx); err != nil {
			return err
		}
		return i.build(ctx, progress)
	})
}

// Reindex brings the register's own keys up to date with this program's rules,
// fills a new index from the register, and has it serve in place of the old one.
// Meanwhile the old one serves and is kept true. If Reindex fails or dies, the
// old one goes on serving.
func (i *Indexer) Reindex(ctx context.Context, progress func(done int)) error {
	return i.building(ctx, func(ctx context.Context) error {
		serving, err := i.serving(ctx)
		if err != nil {
			return err
		}
		if !serving {
			if err := i.beginAnew(ctx); err != nil {
				return err
			}
		}
		return i.build(ctx, progress)
	})
}

// building keeps all others from building an index for the same alias, which is
// also what makes every index that does not serve a leftover of a dead run.
func (i *Indexer) building(ctx context.Context, fn func(context.Context) error) error {
	return i.store.WithExclusiveIndexLock(ctx, i.alias+"/build", fn)
}

// serving reports whether an index serves whose outbox has been written since.
func (i *Indexer) serving(ctx context.Context) (bool, error) {
	registered, err := i.store.RegisteredIndices(ctx)
	if err != nil {
		return false, fmt.Errorf("list registered indices: %w", err)
	}
	indices, err := i.elastic.behind(ctx, i.alias)
	return len(indices) > 0 && slices.Contains(registered, i.alias), err
}

// beginAnew registers the alias. An index that serves without being registered
// was not kept true, so it goes first: once registered it would pass for good.
func (i *Indexer) beginAnew(ctx context.Context) error {
	stale, err := i.elastic.behind(ctx, i.alias)
	if err != nil {
		return err
	}
	if err := i.elastic.delete(ctx, stale...); err != nil {
		return err
	}
	if _, err := i.store.RegisterIndex(ctx, i.alias); err != nil {
		return fmt.Errorf("register index: %w", err)
	}
	return nil
}

// build fills a new index and changes over to it.
func (i *Indexer) build(ctx context.Context, progress func(done int)) error {
	began, err := i.store.Now(ctx)
	if err != nil {
		return fmt.Errorf("read the clock: %w", err)
	}
	if err := i.deleteLeftovers(ctx); err != nil {
		return err
	}
	if err := i.store.Rekey(ctx, progress); err != nil {
		return fmt.Errorf("rekey: %w", err)
	}
	name := newIndexName(i.alias, began)
	i.log.Info("building an index", "name", name)
	if err := i.buildAs(ctx, name, began, progress); err != nil {
		i.discard(ctx, name)
		return err
	}
	i.log.Info("index serves", "name", name)
	return nil
}

func (i *Indexer) buildAs(ctx context.Context, name string, began time.Time, progress func(done int)) error {
	if err := i.elastic.create(ctx, name, i.config.Index); err != nil {
		return err
	}
	refused, err := i.fill(ctx, name+fillingSuffix, progress)
	if err != nil {
		return err
	}
	if err := i.elastic.finish(ctx, name, i.config.Index); err != nil {
		return err
	}
	return i.store.WithExclusiveIndexLock(ctx, i.alias, func(ctx context.Context) error {
		return i.changeOver(ctx, name, began, refused)
	})
}

// changeOver re-queues all whom the fill may have missed, and then has the new
// index serve. Nothing is being indexed meanwhile. Should it die between the
// two, the old index gets what it has already.
func (i *Indexer) changeOver(ctx context.Context, name string, began time.Time, refused []person.ID) error {
	since := began.Add(-i.config.WriteMargin)
	if _, err := i.store.RequeueChangedSince(ctx, i.alias, since); err != nil {
		return fmt.Errorf("requeue changes: %w", err)
	}
	if _, err := i.store.RequeueOutbox(ctx, i.alias, refused); err != nil {
		return fmt.Errorf("requeue refused documents: %w", err)
	}
	replaced, err := i.elastic.behind(ctx, i.alias)
	if err != nil {
		return err
	}
	return i.elastic.serve(ctx, i.alias, name, replaced)
}

// deleteLeftovers removes what dead runs were filling.
func (i *Indexer) deleteLeftovers(ctx context.Context) error {
	built, err := i.elastic.built(ctx, i.alias)
	if err != nil {
		return err
	}
	serving, err := i.elastic.behind(ctx, i.alias)
	if err != nil {
		return err
	}
	return i.elastic.delete(ctx, slices.DeleteFunc(built, func(name string) bool {
		return slices.Contains(serving, name)
	})...)
}

// discard removes an index whose build failed, as far as it can: the next build
// would remove it too. One that serves after all, its answer having been lost,
// stays.
func (i *Indexer) discard(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	serving, err := i.elastic.behind(ctx, i.alias)
	if err != nil || slices.Contains(serving, name) {
		return
	}
	if err := i.elastic.delete(ctx, name); err != nil {
		i.log.Warn("a half-filled index is left", "name", name, "error", err)
	}
}

// maxRefused is how many documents an index may refuse while it is filled. More
// would mean that the mapping is wrong, and the old index the better one.
const maxRefused = 1000

// fill writes everybody to the index behind an alias and returns those whom it
// refused.
func (i *Indexer) fill(ctx context.Context, alias string, progress func(done int)) ([]person.ID, error) {
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
	progress func(done int)

	mu      sync.Mutex
	done    int
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
	f.done += len(page) - len(unwritten)
	f.progress(f.done)
	return unwritten, nil
}
