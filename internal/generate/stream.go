package generate

import (
	"math/bits"
	"math/rand/v2"
)

// stream is a run of random numbers that depends on nothing but what it was
// made from, so that every machine writes the same bytes. Only PCG's Uint64
// is taken from math/rand/v2, whose algorithm is fixed; and there is no
// floating point anywhere, which processors are free to round differently.
type stream struct{ rand.PCG }

// purpose keeps the streams of one seed apart.
type purpose uint64

const (
	forHousehold purpose = iota + 1
	forWard
	forSectors
	forSampling
	forQuestions
	forStrangers
)

func newStream(seed uint64, p purpose, n uint64) *stream {
	s := new(stream)
	s.Seed(mix(seed^mix(uint64(p))), mix(n+uint64(p)))
	return s
}

// mix is the finaliser of SplitMix64: neighbouring numbers come out unlike.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below is a number from 0 to n-1; n is at least 1.
func (s *stream) below(n int) int {
	high, _ := bits.Mul64(s.Uint64(), uint64(n))
	return int(high)
}

// between is a number from low to high, both included.
func (s *stream) between(low, high int) int {
	if high <= low {
		return low
	}
	return low + s.below(high-low+1)
}

// chance is true in perMille of a thousand draws.
func (s *stream) chance(perMille int) bool { return s.below(1000) < perMille }

func pick[T any](s *stream, from []T) T { return from[s.below(len(from))] }

func shuffle[T any](s *stream, all []T) {
	for i := len(all) - 1; i > 0; i-- {
		j := s.below(i + 1)
		all[i], all[j] = all[j], all[i]
	}
}

// weighted draws its items in proportion to their weights.
type weighted[T any] struct {
	items []T
	upto  []int
}

func (w *weighted[T]) add(item T, weight int) {
	if n := len(w.upto); n > 0 {
		weight += w.upto[n-1]
	}
	w.items, w.upto = append(w.items, item), append(w.upto, weight)
}

// only is w without the items that change refuses, the others changed.
func (w *weighted[T]) only(change func(T) (T, bool)) *weighted[T] {
	kept, before := new(weighted[T]), 0
	for i, item := range w.items {
		if changed, ok := change(item); ok {
			kept.add(changed, w.upto[i]-before)
		}
		before = w.upto[i]
	}
	return kept
}

func (w *weighted[T]) draw(s *stream) T {
	x := s.below(w.upto[len(w.upto)-1])
	low, high := 0, len(w.upto)-1
	for low < high {
		if middle := (low + high) / 2; w.upto[middle] > x {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return w.items[low]
}
