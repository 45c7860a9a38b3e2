package indexer

import (
	"errors"
	"testing"
	"time"

	"personindex/internal/breaker"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// While Elasticsearch is gone nobody is taken from the outbox only to be given
// back, and once it is there again nobody is missing.
func TestWhileElasticsearchIsGoneNobodyIsTaken(t *testing.T) {
	t.Parallel()
	direct := newRig(t)
	r, proxy := direct.through(t)
	i := r.ready(t, func(c *Config, _ *Store) { c.Breaker = breaker.Config{Failures: 2, Wait: time.Second} })
	r.create(t, "ada", "Example")

	proxy.set(reset)
	for range 2 {
		result, err := i.RunOnce(t.Context())
		if err == nil || errors.Is(err, breaker.ErrOpen) {
			t.Errorf("a round without Elasticsearch: %v", err)
		}
		wantResult(t, Result{Claimed: 1, Released: 1}, result)
	}
	result, err := i.RunOnce(t.Context())
	if !errors.Is(err, breaker.ErrOpen) {
		t.Errorf("a round while the breaker is open: %v", err)
	}
	wantResult(t, Result{}, result)

	proxy.set(pass)
	for err != nil && t.Context().Err() == nil {
		sleep(t.Context(), 10*time.Millisecond)
		result, err = i.RunOnce(t.Context())
	}
	wantResult(t, Result{Claimed: 1, Indexed: 1}, result)
}

// While Postgres is gone it is left alone, and once it is back nobody is missing.
func TestWhilePostgresIsGoneItIsLeftAlone(t *testing.T) {
	t.Parallel()
	line, c := storagetest.NewLine(t, storagetest.NewConfig(t))
	c.Breaker = breaker.Config{Failures: 2, Wait: time.Second}
	store, err := storage.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	e, alias := newElastic(t)
	r := rig{store, e, alias}
	i := r.ready(t)
	r.create(t, "ada", "Example")

	line.Cut()
	for !errors.Is(err, breaker.ErrOpen) {
		if _, err = i.RunOnce(t.Context()); err == nil {
			t.Error("a round without Postgres")
		}
	}
	line.Mend()
	var result Result
	for err != nil && t.Context().Err() == nil {
		sleep(t.Context(), 10*time.Millisecond)
		result, err = i.RunOnce(t.Context())
	}
	wantResult(t, Result{Claimed: 1, Indexed: 1}, result)
}
