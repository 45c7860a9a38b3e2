package match

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
)

// ModelVersion is the form of model file that this program reads.
const ModelVersion = 1

//go:embed model.json
var defaultModel []byte

// Model says how much each outcome of a comparison speaks for one person. It is
// read-only once made, and safe for concurrent use.
type Model struct {
	levels       [fieldCount][]LevelWeight // by level; entry 0 is NotCompared
	interactions []interaction
	lexicon      *lexicon
}

// LevelWeight is a comparison level with its probabilities.
type LevelWeight struct {
	Level string  `json:"level"` // its name
	Says  string  `json:"says"`  // the same in words, for people
	M     float64 `json:"m"`     // probability of the level among pairs that are one person
	U     float64 `json:"u"`     // the same among pairs that are two
	bits  float64
}

// Weight is the match weight of the level, log2(m/u), in bits.
func (l LevelWeight) Weight() float64 { return l.bits }

// interaction is a term for levels that mean more, or less, together than their
// sum: a twin shares surname, date of birth and home.
type interaction struct {
	name, says string
	bits       float64
	// when holds, by field, the levels that fulfil it as a bit set; a field that
	// is zero may have any level.
	when [fieldCount]uint32
}

// levelNames ties the names in a model file to the levels: the nth name is
// level n.
var levelNames = [fieldCount][]string{
	Forename:    {"exact", "joined", "part", "nickname", "swapped", "middle", "close", "sounds alike", "initial", "far", "different"},
	Surname:     {"exact", "joined", "part", "variant", "swapped", "middle", "close", "sounds alike", "initial", "far", "different"},
	MiddleName:  {"exact", "initial", "close", "different"},
	DateOfBirth: {"exact", "exact default", "swapped", "transposed", "one digit", "defaulted", "year off by one", "year off by ten", "day near", "partial", "partial year", "month of year", "day of year", "year", "different"},
	Gender:      {"same", "different"},
	NINumber:    {"exact", "no suffix", "transposed", "one character", "different"},
	HomeAddress: {"property", "home", "street and number", "postcode", "near home", "neighbour", "street", "outward", "different"},
	Phone:       {"same", "different"},
	Email:       {"same", "different"},
}

// notCompared is the name of level 0 in the conditions of interactions.
const notCompared = "not compared"

// DefaultModel is the model the program ships.
func DefaultModel() *Model {
	m, err := ParseModel(defaultModel)
	if err != nil {
		panic(err) // the embedded file is tested
	}
	return m
}

// modelFile is the JSON form of a model.
type modelFile struct {
	Version      int                      `json:"version"`
	About        string                   `json:"about"`
	Comparisons  map[string][]LevelWeight `json:"comparisons"`
	Interactions []struct {
		Name string              `json:"name"`
		Says string              `json:"says"`
		Bits float64             `json:"bits"`
		When map[string][]string `json:"when"`
	} `json:"interactions"`
}

// ParseModel reads a model file. It refuses one of another version, one with a
// level missing, unknown or out of order, and a probability that is not between
// 0 and 1; the error names the place.
func ParseModel(data []byte) (*Model, error) {
	var file modelFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	if file.Version != ModelVersion {
		return nil, fmt.Errorf("model has version %d, this program reads %d", file.Version, ModelVersion)
	}
	m := &Model{lexicon: newLexicon()}
	for field := range fieldCount {
		levels, err := parseLevels(field, file.Comparisons[field.String()])
		if err != nil {
			return nil, err
		}
		m.levels[field] = levels
	}
	for i, in := range file.Interactions {
		when, err := parseConditions(in.When)
		if err != nil {
			return nil, fmt.Errorf("model interactions[%d] %q: %w", i, in.Name, err)
		}
		if math.IsNaN(in.Bits) || math.Abs(in.Bits) > 64 {
			return nil, fmt.Errorf("model interactions[%d] %q: bits must lie between -64 and 64", i, in.Name)
		}
		m.interactions = append(m.interactions, interaction{name: in.Name, says: in.Says, bits: in.Bits, when: when})
	}
	return m, nil
}

func parseLevels(field Field, given []LevelWeight) ([]LevelWeight, error) {
	names := levelNames[field]
	if len(given) != len(names) {
		return nil, fmt.Errorf("model comparisons.%s has %d levels, not %d", field, len(given), len(names))
	}
	levels := make([]LevelWeight, len(names)+1)
	levels[NotCompared] = LevelWeight{Level: notCompared, Says: "not known on both sides"}
	for i, l := range given {
		at := fmt.Sprintf("model comparisons.%s[%d]", field, i)
		if l.Level != names[i] {
			return nil, fmt.Errorf("%s is %q, not %q", at, l.Level, names[i])
		}
		for _, p := range []float64{l.M, l.U} {
			if !(p > 0 && p < 1) { // also refuses NaN
				return nil, fmt.Errorf("%s: m and u must lie between 0 and 1", at)
			}
		}
		l.bits = math.Log2(l.M / l.U)
		levels[i+1] = l
	}
	return levels, nil
}

func parseConditions(when map[string][]string) ([fieldCount]uint32, error) {
	var sets [fieldCount]uint32
	for name, levels := range when {
		field, ok := fieldNamed(name)
		if !ok {
			return sets, fmt.Errorf("no field is named %q", name)
		}
		for _, level := range levels {
			n, ok := levelNamed(field, level)
			if !ok {
				return sets, fmt.Errorf("%s has no level %q", name, level)
			}
			sets[field] |= 1 << n
		}
	}
	return sets, nil
}

func fieldNamed(name string) (Field, bool) {
	for field := range fieldCount {
		if field.String() == name {
			return field, true
		}
	}
	return 0, false
}

func levelNamed(field Field, name string) (Level, bool) {
	if name == notCompared {
		return NotCompared, true
	}
	for i, n := range levelNames[field] {
		if n == name {
			return Level(i + 1), true
		}
	}
	return 0, false
}
