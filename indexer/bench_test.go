package indexer

import (
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"personindex/mappings"
	"personindex/person"
	"personindex/storage/storagetest"
)

// BenchmarkFill compares filling an index from the register with sending the
// same documents, made beforehand, in requests of the same size and as many at a
// time. It reports the medians of eleven rounds, after one that warms up: people a
// second, and how many times the bare time of its round a fill takes.
func BenchmarkFill(b *testing.B) {
	const people, rounds = 20_000, 11
	r := newRig(b)
	r.populate(b, people)
	i := r.indexer(b, func(c *Config, _ *Store) { c.FillPage = 1000 })
	requests := r.requests(b, i.config.FillPage)
	ways := []func(target string) error{
		func(target string) error {
			_, err := i.fill(b.Context(), target, nil)
			return err
		},
		func(target string) error { return r.sendAll(b, i, target, requests) },
	}
	for b.Loop() {
		var seconds [2][]float64
		var ratios []float64
		for round := range 1 + rounds {
			var took [2]float64
			for n := range ways { // by turns: the second finds Elasticsearch tidying up after the first
				way := (round + n) % 2
				took[way] = r.timed(b, ways[way]).Seconds()
			}
			if round > 0 {
				seconds[0], seconds[1], ratios = append(seconds[0], took[0]), append(seconds[1], took[1]), append(ratios, took[0]/took[1])
			}
		}
		b.ReportMetric(people/median(seconds[0]), "people/s")
		b.ReportMetric(people/median(seconds[1]), "bare-people/s")
		b.ReportMetric(median(ratios), "x-bare")
	}
	b.ReportMetric(0, "ns/op")
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// BenchmarkVerify reports how many people a second index and register are
// compared in.
func BenchmarkVerify(b *testing.B) {
	const people = 20_000
	r := newRig(b)
	r.populate(b, people)
	i := r.ready(b, func(c *Config, _ *Store) { c.FillPage = 1000 })
	for b.Loop() {
		wantTrue(b, i, people)
	}
	b.ReportMetric(float64(people*b.N)/b.Elapsed().Seconds(), "people/s")
	b.ReportMetric(0, "ns/op")
}

// populate files n residents.
func (r rig) populate(b *testing.B, n int) {
	b.Helper()
	for page := range slices.Chunk(storagetest.Residents(b, n), 1000) {
		if _, err := r.store.Load(b.Context(), change, page); err != nil {
			b.Fatal(err)
		}
	}
}

// requests are the bodies that a fill sends, made beforehand.
func (r rig) requests(b *testing.B, page int) [][]byte {
	b.Helper()
	var requests [][]byte
	for after := person.ID(""); ; {
		entries, err := r.store.EntriesAfter(b.Context(), after, page)
		if err != nil {
			b.Fatal(err)
		}
		if len(entries) == 0 {
			return requests
		}
		request, err := encode(entries)
		if err != nil {
			b.Fatal(err)
		}
		requests = append(requests, request.bytes())
		after = entries[len(entries)-1].ID
	}
}

// sendAll sends requests as a fill does, and nothing else.
func (r rig) sendAll(b *testing.B, i *Indexer, target string, requests [][]byte) error {
	b.Helper()
	var workers errgroup.Group
	workers.SetLimit(i.config.FillWorkers)
	for _, request := range requests {
		workers.Go(func() error {
			_, err := r.post(b.Context(), target, request)
			return err
		})
	}
	return workers.Wait()
}

// timed returns how long it takes to fill a fresh index.
func (r rig) timed(b *testing.B, fill func(target string) error) time.Duration {
	b.Helper()
	name := newIndexName(r.alias, time.Now())
	if err := r.elastic.create(b.Context(), name, mappings.Settings{Shards: 1}); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := fill(name + fillingSuffix); err != nil {
		b.Fatal(err)
	}
	took := time.Since(start)
	if err := r.delete(b.Context(), name); err != nil {
		b.Fatal(err)
	}
	return took
}
