package match

import (
	"cmp"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Sample is a bounded part of a register from which a model's probabilities are
// estimated: people drawn evenly, and groups of people who share a blocking key.
type Sample struct {
	// People is the number of people on the register it was taken from.
	People int64
	seed   uint64
	random int
	drawn  []Record
	groups [len(sampledKeys)]groups
}

// SampleSize bounds a sample. The zero value means the defaults, with which a
// sample of a register of 200,000 took 176 MB.
type SampleSize struct {
	Drawn   int // people drawn evenly; 20,000
	Random  int // pairs of them compared; 1,000,000, which tells what one pair in 100,000 has to within a third
	Grouped int // people in groups, for every kind of blocking key; 30,000
	Pairs   int // pairs within groups, for every kind of blocking key; 100,000
}

func (s SampleSize) orDefault() SampleSize {
	return SampleSize{cmp.Or(s.Drawn, 20_000), cmp.Or(s.Random, 1_000_000), cmp.Or(s.Grouped, 30_000), cmp.Or(s.Pairs, 100_000)}
}

// sampledKeys are the kinds of blocking key that bring pairs together for an
// estimate, and the fields each is made of. Between them every field is left out
// by most: what is known of a field is learnt from pairs that it did not choose.
var sampledKeys = [...]struct {
	kind string
	made fieldSet
}{
	{"ni", setOf(NINumber)},
	{"nid", setOf(NINumber)},
	{"em", setOf(Email)},
	{"ph", setOf(Phone)},
	{"up", setOf(HomeAddress)},
	{"pu", setOf(HomeAddress)},
	{"d", setOf(DateOfBirth)},
	{"n", setOf(Forename, Surname, MiddleName)},
}

// fieldSet is a set of fields, a bit each.
type fieldSet uint16

func setOf(fields ...Field) fieldSet {
	var set fieldSet
	for _, f := range fields {
		set |= 1 << f
	}
	return set
}

func (s fieldSet) has(f Field) bool { return s&(1<<f) != 0 }

// TakeSample reads a register once. The same register in the same order, seed
// and size give the same sample.
func TakeSample(register iter.Seq[Record], seed uint64, size SampleSize) *Sample {
	size = size.orDefault()
	s := &Sample{seed: seed, random: size.Random}
	for kind := range s.groups {
		s.groups[kind] = groups{limit: math.MaxUint64, byKey: map[uint64][]*member{}, size: size}
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	for r := range register {
		s.People++
		s.draw(r, size.Drawn, rng)
		s.group(r)
	}
	return s
}

// draw keeps every person read so far with the same probability.
func (s *Sample) draw(r Record, limit int, rng *rand.Rand) {
	if len(s.drawn) < limit {
		s.drawn = append(s.drawn, r)
	} else if at := rng.Int64N(s.People); at < int64(limit) {
		s.drawn[at] = r
	}
}

// member is a person in the sample with all keys of the sampled kinds, in order.
type member struct {
	record Record
	keys   []sampledKey
}

// sampledKey is a blocking key by the place of its kind in sampledKeys and a hash.
type sampledKey struct {
	kind int
	hash uint64
}

func (k sampledKey) compare(o sampledKey) int {
	return cmp.Or(cmp.Compare(k.kind, o.kind), cmp.Compare(k.hash, o.hash))
}

func (s *Sample) group(r Record) {
	who := &member{record: r}
	for _, key := range BlockingKeys(r) {
		name, _, _ := strings.Cut(key.Value, "|")
		for kind := range sampledKeys {
			if sampledKeys[kind].kind == name {
				who.keys = append(who.keys, sampledKey{kind, hashOf(key.Value, s.seed)})
			}
		}
	}
	slices.SortFunc(who.keys, sampledKey.compare)
	for _, key := range who.keys {
		s.groups[key.kind].add(key.hash, who)
	}
}

// hashOf is a 64-bit FNV-1a hash, mixed so that every bit depends on the seed
// and on every byte. It is the same on every machine.
func hashOf(text string, seed uint64) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	h ^= seed
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// groups are the people who share a key, for the keys of one kind whose hash
// lies below a limit. The limit is halved whenever there are too many, so that
// what remains is an even sample of the keys and whole groups stay together.
type groups struct {
	size    SampleSize
	limit   uint64
	byKey   map[uint64][]*member
	members int
	pairs   int
}

// crowd is how many people who share a key are taken: a key of more is a value
// that many were given, such as a switchboard's number.
const crowd = 400

func (g *groups) add(key uint64, who *member) {
	have := g.byKey[key]
	if key > g.limit || len(have) >= crowd {
		return
	}
	g.byKey[key] = append(have, who)
	g.members++
	g.pairs += len(have)
	for g.members > g.size.Grouped || g.pairs > g.size.Pairs {
		g.halve()
	}
}

func (g *groups) halve() {
	g.limit /= 2
	for key, group := range g.byKey {
		if key > g.limit {
			g.members -= len(group)
			g.pairs -= len(group) * (len(group) - 1) / 2
			delete(g.byKey, key)
		}
	}
}

// rate is the share of the keys that were sampled.
func (g *groups) rate() float64 { return float64(g.limit) / math.MaxUint64 }

// candidate is a pair of people who share at least one key that was sampled.
type candidate struct {
	a, b *Record
	// free are the fields that had no part in bringing the pair together: one of
	// the keys that did is not made of them.
	free fieldSet
	// weight is how many such pairs of the register this one stands for.
	weight float64
}

// candidates yields each pair once, in an order that depends on the sample only.
func (s *Sample) candidates() iter.Seq[candidate] {
	return func(yield func(candidate) bool) {
		for kind := range s.groups {
			for _, key := range sortedKeys(s.groups[kind].byKey) {
				group := s.groups[kind].byKey[key]
				for i, a := range group {
					for _, b := range group[i+1:] {
						pair, first := s.pair(a, b)
						if first == (sampledKey{kind, key}) && !yield(pair) {
							return
						}
					}
				}
			}
		}
	}
}

// pair is what is known of two members, and the first key, of those sampled,
// that they share.
func (s *Sample) pair(a, b *member) (pair candidate, first sampledKey) {
	missed, found := 1.0, false
	for _, key := range a.keys {
		if _, shared := slices.BinarySearchFunc(b.keys, key, sampledKey.compare); !shared {
			continue
		}
		g := &s.groups[key.kind]
		missed *= 1 - g.rate()
		if key.hash > g.limit {
			continue
		}
		pair.free |= ^sampledKeys[key.kind].made
		if !found {
			first, found = key, true
		}
	}
	pair.a, pair.b, pair.weight = &a.record, &b.record, 1/(1-missed)
	return pair, first
}

func sortedKeys(byKey map[uint64][]*member) []uint64 {
	keys := make([]uint64, 0, len(byKey))
	for key, group := range byKey {
		if len(group) > 1 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
