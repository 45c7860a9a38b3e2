package indexer

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"personindex/mappings"
	"personindex/match"
	"personindex/person"
)

// BenchmarkFill compares filling an index from the register with sending the
// same documents, made beforehand, in requests of the same size and as many at a
// time. It reports people a second, and how many times the bare time a fill takes.
func BenchmarkFill(b *testing.B) {
	const people = 20_000
	r := newRig(b)
	r.populate(b, people)
	i := r.indexer(b, func(c *Config, _ *Store) { c.FillPage = 1000 })
	requests := r.requests(b, i.config.FillPage)
	var filling, bare time.Duration
	for b.Loop() {
		filling += r.timed(b, func(target string) error {
			_, err := i.fill(b.Context(), target, nil)
			return err
		})
		bare += r.timed(b, func(target string) error { return r.sendAll(b, i, target, requests) })
	}
	b.ReportMetric(float64(people*b.N)/filling.Seconds(), "people/s")
	b.ReportMetric(float64(people*b.N)/bare.Seconds(), "bare-people/s")
	b.ReportMetric(filling.Seconds()/bare.Seconds(), "x-bare")
	b.ReportMetric(0, "ns/op")
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
	for page := range slices.Chunk(residents(n), 1000) {
		if _, err := r.store.Load(b.Context(), change, page); err != nil {
			b.Fatal(err)
		}
	}
}

// residents are people with what most have: a name, a birthday, a National
// Insurance number, an address, a phone and an e-mail address.
func residents(n int) []person.Person {
	var people []person.Person
	for n, id := range ids(n) {
		people = append(people, person.Person{
			ID:             id,
			Forename:       fmt.Sprintf("Forename%c%c", 'a'+n%26, 'a'+n/26%26),
			Surname:        fmt.Sprintf("Surname%c%c", 'a'+n%23, 'a'+n/23%23),
			DateOfBirth:    person.Date{Year: 1930 + n%80, Month: n%12 + 1, Day: n%28 + 1},
			Identification: []person.Identifier{{Type: "NI", Value: fmt.Sprintf("QQ%06dA", n)}},
			Addresses:      []person.Address{{Line1: fmt.Sprintf("%d Sample Street", n%200+1), Town: "London", Postcode: "N1 1AA"}},
			Communication: []person.Contact{
				{Channel: "phone", Value: fmt.Sprintf("07700 900%03d", n%1000)},
				{Channel: "email", Value: fmt.Sprintf("resident%d@example.org", n)},
			},
		})
	}
	return people
}

// requests are the bodies that a fill sends, made beforehand.
func (r rig) requests(b *testing.B, page int) [][][]byte {
	b.Helper()
	var requests [][][]byte
	for after := person.ID(""); ; {
		entries, err := r.store.EntriesAfter(b.Context(), after, page)
		if err != nil {
			b.Fatal(err)
		}
		if len(entries) == 0 {
			return requests
		}
		requests = append(requests, [][]byte{encodeAll(b, entries)})
		after = entries[len(entries)-1].ID
	}
}

func encodeAll(b *testing.B, entries []match.Entry) []byte {
	b.Helper()
	var body bytes.Buffer
	for _, entry := range entries {
		lines, err := encode(entry)
		if err != nil {
			b.Fatal(err)
		}
		body.Write(lines)
	}
	return body.Bytes()
}

// sendAll sends requests as a fill does, and nothing else.
func (r rig) sendAll(b *testing.B, i *Indexer, target string, requests [][][]byte) error {
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
