// Package generate makes up the residents of a London borough, and questions
// about them with the right answers, so that search can be shown, loaded and
// measured without data about anybody real.
//
// Everything follows from the seed: the same options give the same bytes on
// every machine, and the residents of a short register are the first ones of
// a longer register of the same seed. Memory does not grow with the number of
// residents. docs/generated-people.md says how they are made, with which
// estimates, and what they must not be taken for.
//
// NI numbers bear the never-issued prefix QQ, phone numbers lie in the ranges
// Ofcom keeps for drama, e-mail addresses in the domains of RFC 2606, and UPRNs
// begin 9999. The package imports nothing of ours: what is measured with it
// cannot have shaped it.
package generate

import (
	"context"
	"fmt"
	"iter"
)

// MostResidents is the longest register: beyond it UPRNs would repeat.
const MostResidents = 100_000_000

// Options say what to generate.
type Options struct {
	// N is how many records are on file, second records of one person
	// included: 1 to MostResidents.
	N int
	// Seed chooses the borough; any number is a good one.
	Seed uint64
	// Queries is how many questions to ask. Zero means a fifth of N and at most
	// 4,000, fewer than zero none. There may be fewer in a short register, which
	// has not enough people for every kind.
	Queries int
	// Mix is what the questions are like.
	Mix Mix
	// Ask is what may be asked, any of name, dob, address, ni and phone, which only
	// Everyday asks; empty means all. Nothing else is in a question, and an answer
	// is right by what is asked alone.
	Ask []string
	// Alone files one person of each household only, and asks about strangers alone
	// among those who are not on file: a register without kin.
	Alone bool
	// Progress, unless nil, is called now and then, from the calling goroutine,
	// with the residents gone through so far and how many will be in all: N to
	// write them and, for queries, N again to check the answers.
	Progress func(done, total int)
}

func (o Options) validate() error {
	if o.N < 1 || o.N > MostResidents {
		return fmt.Errorf("generate: %d residents asked for, 1 to %d possible", o.N, MostResidents)
	}
	return nil
}

func (o Options) queries() int {
	switch {
	case o.Queries < 0:
		return 0
	case o.Queries == 0:
		return min(o.N/5, 4000)
	}
	return o.Queries
}

// Resident is one record on file, in the flat form of residents.jsonl. An empty
// field is unknown. DateOfBirth is ISO, in a few records only year and month or
// the year.
type Resident struct {
	ID                string  `json:"id"`
	Title             string  `json:"title,omitempty"`
	Forename          string  `json:"forename,omitempty"`
	PreferredForename string  `json:"preferredForename,omitempty"`
	MiddleName        string  `json:"middleName,omitempty"`
	Surname           string  `json:"surname,omitempty"`
	PreferredSurname  string  `json:"preferredSurname,omitempty"`
	DateOfBirth       string  `json:"dateOfBirth,omitempty"`
	Gender            string  `json:"gender,omitempty"`
	PlaceOfBirth      string  `json:"placeOfBirth,omitempty"`
	Nationality       string  `json:"nationality,omitempty"`
	NI                string  `json:"ni,omitempty"`
	Address           Address `json:"address,omitzero"`
	Email             string  `json:"email,omitempty"`
	Phone             string  `json:"phone,omitempty"`
}

// Residents are the residents that Write writes, in the same order, for
// loading without a file. There are none if o.N is not allowed.
func Residents(o Options) iter.Seq[Resident] {
	return func(yield func(Resident) bool) {
		if o.validate() != nil {
			return
		}
		for p := range newGenerator(o).people() {
			if !yield(p.file) {
				return
			}
		}
	}
}

// generator makes the people of one register, household by household.
type generator struct {
	seed    uint64
	n       int
	alone   bool
	names   *names
	borough *borough
}

func newGenerator(o Options) *generator {
	n := readNames()
	return &generator{seed: o.Seed, n: o.N, alone: o.Alone, names: n, borough: newBorough(o.Seed, n.streets)}
}

// people are the n people on file in order.
func (g *generator) people() iter.Seq[*person] {
	return func(yield func(*person) bool) {
		filed := 0
		for number := 0; filed < g.n; number++ {
			records := g.household(number, filed)
			if g.alone {
				records = g.first(records)
			}
			if left := g.n - filed; len(records) > left {
				records = cutOff(records[:left])
			}
			for _, p := range records {
				if !yield(p) {
					return
				}
			}
			filed += len(records)
		}
	}
}

// first is the first of a household, who is nobody's kin and has no second record.
func (g *generator) first(records []*person) []*person {
	p := records[0]
	p.is, p.ids = g.names.factsOf(p)|unrelated, []string{p.file.ID}
	return records[:1]
}

// cutOff is the last household when not all of it is on file any more: what
// its members are to one another cannot be relied on.
func cutOff(records []*person) []*person {
	for _, p := range records {
		p.is, p.ids = 0, nil
	}
	return records
}

// every calls do for each person, and stops when ctx ends.
func (g *generator) every(ctx context.Context, progress func(done int), do func(*person) error) error {
	const often = 1000
	done := 0
	for p := range g.people() {
		if done%often == 0 {
			progress(done)
			if ctx.Err() != nil {
				break
			}
		}
		if err := do(p); err != nil {
			return fmt.Errorf("generate: %w", err)
		}
		done++
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	progress(done)
	return nil
}
