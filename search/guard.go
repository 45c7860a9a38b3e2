package search

import (
	"context"

	"personindex/internal/breaker"
	"personindex/match"
	"personindex/person"
)

// guarded is a register that is not asked while it does not answer: searches then
// fail at once, and leave its connections to whoever writes.
type guarded struct {
	register Register
	breaker  *breaker.Breaker
}

func (g guarded) Entries(ctx context.Context, clearance person.Restriction, ids []person.ID) ([]match.Entry, error) {
	return guard(g.breaker, func() ([]match.Entry, error) { return g.register.Entries(ctx, clearance, ids) })
}

func (g guarded) Overlay(ctx context.Context, clearance person.Restriction, alias string, keys []match.BlockingKey, limit int) ([]match.Entry, error) {
	return guard(g.breaker, func() ([]match.Entry, error) { return g.register.Overlay(ctx, clearance, alias, keys, limit) })
}

func (g guarded) Candidates(ctx context.Context, clearance person.Restriction, keys []match.BlockingKey, limit int) ([]match.Entry, error) {
	return guard(g.breaker, func() ([]match.Entry, error) { return g.register.Candidates(ctx, clearance, keys, limit) })
}

func (g guarded) People(ctx context.Context, clearance person.Restriction, ids []person.ID) (map[person.ID]person.Person, error) {
	return guard(g.breaker, func() (map[person.ID]person.Person, error) { return g.register.People(ctx, clearance, ids) })
}

func (g guarded) Size(ctx context.Context) (int64, error) {
	return guard(g.breaker, func() (int64, error) { return g.register.Size(ctx) })
}

func (g guarded) Frequencies(ctx context.Context) (*match.Frequencies, error) {
	return guard(g.breaker, func() (*match.Frequencies, error) { return g.register.Frequencies(ctx) })
}

// guard makes a call that returns something, if the breaker lets it.
func guard[T any](b *breaker.Breaker, call func() (T, error)) (T, error) {
	var answer T
	err := b.Do(func() (err error) {
		answer, err = call()
		return err
	})
	return answer, err
}
