package indexer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"personindex/person"
)

// Progress is told how many people a step has done so far, and of how many where
// that is known; total is 0 otherwise. It is called by one goroutine at a time.
// A nil Progress is told nothing.
type Progress func(step string, done, total int64)

func (p Progress) report(step string, done, total int64) {
	if p != nil {
		p(step, done, total)
	}
}

// Ensure makes and fills an index unless one serves already that has been kept
// true all along. It may be called by many at once: one builds, the others wait.
//
// If it fails or dies there is no index, and not half of one: searches go on
// through Postgres, and the next call begins anew.
func (i *Indexer) Ensure(ctx context.Context, progress Progress) error {
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
func (i *Indexer) Reindex(ctx context.Context, progress Progress) error {
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
func (i *Indexer) build(ctx context.Context, progress Progress) error {
	began, err := i.store.Now(ctx)
	if err != nil {
		return fmt.Errorf("read the clock: %w", err)
	}
	serving, err := i.elastic.behind(ctx, i.alias)
	if err != nil {
		return err
	}
	if err := i.deleteLeftovers(ctx, serving); err != nil {
		return err
	}
	rekeyed := func(done, total int64) { progress.report("rekeying", done, total) }
	if err := i.store.Rekey(ctx, rekeyed); err != nil {
		return fmt.Errorf("rekey: %w", err)
	}
	c := changeOver{name: newIndexName(i.alias, began), began: began, replaced: serving}
	i.log.Info("building an index", "name", c.name)
	if err := i.buildAs(ctx, c, progress); err != nil {
		i.discard(ctx, c.name)
		return err
	}
	i.log.Info("index serves", "name", c.name)
	return nil
}

// changeOver is what it takes to have a new index serve.
type changeOver struct {
	name     string
	began    time.Time // before its fill read anybody
	replaced []string
	refused  []person.ID // those whose documents it refused
}

func (i *Indexer) buildAs(ctx context.Context, c changeOver, progress Progress) (err error) {
	if err := i.elastic.create(ctx, c.name, i.config.Index); err != nil {
		return err
	}
	if c.refused, err = i.fill(ctx, c.name+fillingSuffix, progress); err != nil {
		return err
	}
	if err := i.elastic.finish(ctx, c.name, i.config.Index); err != nil {
		return err
	}
	return i.store.WithExclusiveIndexLock(ctx, i.alias, func(ctx context.Context) error {
		return i.changeOver(ctx, c)
	})
}

// changeOver re-queues all whom the fill may have missed and has the new index
// serve, while nothing is being indexed. Should it die between the two, the old
// index gets what it has already.
//
// Where no index served, nobody can have left the outbox since the fill began.
func (i *Indexer) changeOver(ctx context.Context, c changeOver) error {
	if len(c.replaced) > 0 {
		if _, err := i.store.RequeueChangedSince(ctx, i.alias, c.began); err != nil {
			return fmt.Errorf("requeue changes: %w", err)
		}
	}
	// In the outbox, searches find those too whom the index does not take.
	if len(c.refused) > 0 {
		if _, err := i.store.Requeue(ctx, i.alias, c.refused); err != nil {
			return fmt.Errorf("requeue refused documents: %w", err)
		}
	}
	return i.elastic.serve(ctx, i.alias, c.name, c.replaced)
}

// deleteLeftovers deletes what dead runs were filling: all but what serves.
func (i *Indexer) deleteLeftovers(ctx context.Context, serving []string) error {
	built, err := i.elastic.built(ctx, i.alias)
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
