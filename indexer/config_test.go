package indexer

import (
	"testing"
	"time"

	"personindex/mappings"
)

func TestConfigOfDefaultsIsValid(t *testing.T) {
	t.Parallel()
	if err := (Config{}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestConfigRefuses(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]Config{
		"a batch of less than nobody":     {Batch: -1},
		"a lease that bulk may outlast":   {Lease: time.Second, BulkTimeout: time.Second},
		"no time for a request":           {RequestTimeout: -1},
		"an index of fewer than 0 copies": {Index: mappings.Settings{Replicas: -1}},
		"an index of fewer than 0 shards": {Index: mappings.Settings{Shards: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := config.Validate(); err == nil {
				t.Errorf("%+v passed", config)
			}
		})
	}
}

// Two indexers that fail together must not try again together, nor ever stop
// trying.
func TestBackoffGrowsToALimit(t *testing.T) {
	t.Parallel()
	seen := map[time.Duration]bool{}
	for failures := 1; failures < 100; failures++ {
		wait := backoff(failures)
		if wait < 50*time.Millisecond || wait > 30*time.Second {
			t.Errorf("after %d failures: %s", failures, wait)
		}
		seen[wait] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d different waits in 99", len(seen))
	}
}
