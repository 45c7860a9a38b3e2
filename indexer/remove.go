package indexer

import (
	"context"
	"fmt"
)

// Remove deletes the index and its share of the outbox, once no program of this
// version needs them any more. Another version's are left alone.
func (i *Indexer) Remove(ctx context.Context) error {
	return i.building(ctx, func(ctx context.Context) error {
		if err := i.store.RetireIndex(ctx, i.alias); err != nil {
			return fmt.Errorf("retire index: %w", err)
		}
		built, err := i.elastic.built(ctx, i.alias)
		if err != nil {
			return err
		}
		return i.elastic.delete(ctx, built...)
	})
}
