package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

// hiddenPairs is how many people are hidden, and how many like them are not on
// file at all.
const hiddenPairs = 2000

// BenchmarkHidden compares how long a caller who is not cleared waits for answers
// about people who are hidden from them and about people who are not on file, one
// after the other for each pair. It prints medians, their ratio, and the share of
// times in which somebody hidden took longer than somebody absent: a caller who
// guessed by the time taken would be right so often. 0.5 is pure guessing.
func BenchmarkHidden(b *testing.B) {
	size := max(benchSize(b)/5, 2*hiddenPairs)
	cmd := &cobra.Command{}
	cmd.Flags().String("config", "", "")
	cmd.SetContext(b.Context())
	cmd.SetErr(io.Discard)
	err := withScratch(cmd, func(ctx context.Context, a *app) error {
		hidden, absent, others := cast(size)
		for i := range hidden {
			hidden[i].Restriction = person.VeryRestricted
		}
		if err := loadPeople(ctx, a.store, valid(append(others, hidden...)), size, func(string, int64, int64) {}); err != nil {
			return err
		}
		if err := a.indexer.Ensure(ctx, nil); err != nil {
			return err
		}
		for _, way := range a.waysToTell() {
			if err := compareHidden(ctx, way, hidden, absent); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// way is something to do about a person, that may take longer if they are hidden.
type way struct {
	name string
	do   func(context.Context, person.Person) error
}

func (a *app) waysToTell() []way {
	officer := person.Unrestricted
	return []way{
		{"GET /persons by name and date of birth", func(ctx context.Context, p person.Person) error {
			_, err := a.search.Search(ctx, officer, search.Query{FirstName: p.Forename, LastName: p.Surname, DateOfBirth: p.DateOfBirth})
			return err
		}},
		{"GET /persons/{id}", func(ctx context.Context, p person.Person) error {
			_, err := a.store.Person(ctx, officer, p.ID)
			if errors.Is(err, person.ErrNotFound) {
				return nil
			}
			return fmt.Errorf("somebody who should not be found is: %w", err)
		}},
		{"POST /persons, with the duplicate check", func(ctx context.Context, p person.Person) error {
			p.ID, p.Restriction = "", person.Unrestricted
			if _, err := a.search.Like(ctx, officer, p); err != nil {
				return err
			}
			_, err := a.store.Create(ctx, storage.Change{Actor: "officer", Clearance: officer}, p, nil)
			return err
		}},
	}
}

// compareHidden does it for each pair, in an order that changes.
func compareHidden(ctx context.Context, way way, hidden, absent []person.Person) error {
	took := make([][]time.Duration, 2)
	for i := range hidden {
		pair := []person.Person{hidden[i], absent[i]}
		for turn := range 2 {
			which := (i + turn) % 2
			start := time.Now()
			if err := way.do(ctx, pair[which]); err != nil {
				return fmt.Errorf("%s: %w", way.name, err)
			}
			took[which] = append(took[which], time.Since(start))
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	with, without := percentile(took[0], 0.5), percentile(took[1], 0.5)
	fmt.Printf("%s: median %.2f ms of somebody hidden, %.2f ms of somebody absent; %.3f x absent; told apart %.3f of the time\n",
		way.name, with, without, with/without, longer(took[0], took[1]))
	return nil
}

// longer is how likely one of a takes longer than one of b, both sorted.
func longer(a, b []time.Duration) float64 {
	sum, at := 0, 0
	for _, d := range a {
		for at < len(b) && b[at] < d {
			at++
		}
		sum += at
	}
	return float64(sum) / float64(len(a)*len(b))
}

// cast draws at random who of a generated population is hidden, who is absent and
// who neither.
func cast(size int) (hidden, absent, others []person.Person) {
	order := rand.New(rand.NewPCG(1, 2)).Perm(size)
	i := 0
	for p, err := range sample(size, sampleSeed) {
		if err != nil {
			panic(err)
		}
		p.ID = person.ID(fmt.Sprintf("bench-%d", i))
		switch at := order[i]; {
		case at < hiddenPairs:
			hidden = append(hidden, p)
		case at < 2*hiddenPairs:
			absent = append(absent, p)
		default:
			others = append(others, p)
		}
		i++
	}
	return hidden, absent, others
}

// valid are people as loadPeople takes them.
func valid(people []person.Person) iter.Seq2[person.Person, error] {
	return func(yield func(person.Person, error) bool) {
		for _, p := range people {
			if !yield(p, nil) {
				return
			}
		}
	}
}
