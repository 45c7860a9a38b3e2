package match

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// ModelVersion is the form of model file that this program reads.
const ModelVersion = 6

//go:embed model.json
var defaultModel []byte

// Model says how much each outcome of a comparison speaks for one person. It is
// read-only once made, and safe for concurrent use.
type Model struct {
	name         string
	levels       [fieldCount][]LevelWeight       // by level; entry 0 is NotCompared
	asked        [fieldCount]weight              // bits by which having been asked this field shifts every candidate
	rarity       [fieldCount][rarityCases]weight // share of the term-frequency adjustment that counts
	borne        [fieldCount][borneCases]weight  // where several bear the name asked
	locality     weight                          // of words that addresses have in common
	namesakes    weight                          // by which each doubling of the namesakes compared shifts them
	shared       [len(sharedFields)]weight       // by which each doubling of those who share a value shifts them
	pairs        []pairTable
	interactions []interaction
	together     together // of more fields than two
	kinship      float64  // how much of the kin bits are in the bits, 0 to 1
	lexicon      *lexicon
	frequencies  *Frequencies
}

// LevelWeight is a comparison level with its probabilities and its weight.
type LevelWeight struct {
	Level string  // its name
	Says  string  // the same in words, for people
	M     float64 // probability of the level among pairs that are one person
	U     float64 // the same among pairs that are two
	// Bits is the weight that counts: log2(m/u) where the file gives none. A
	// trained weight differs from it, since fields do not go wrong independently.
	weight
}

// weight is what a term of the sum counts, in bits, and how many of those it
// counts only where families live together: see [Frequencies.Kinship].
type weight struct{ Bits, Kin float64 }

// among is the weight where kinship changes by so much.
func (w weight) among(change float64) weight { return weight{w.Bits + change*w.Kin, w.Kin} }

// maxLevels bounds the levels of a field, NotCompared included.
const maxLevels = 20

// pairTable holds the terms of two fields whose levels mean more, or less,
// together than their sum.
type pairTable struct {
	first, second Field
	weights       [maxLevels][maxLevels]weight
}

// interaction is a term for levels of any number of fields, with a name of its
// own: a twin shares surname, date of birth and home.
type interaction struct {
	name, says string
	weight
	// when holds, by field, the levels that fulfil it as a bit set; a field that
	// is zero may have any level.
	when [fieldCount]uint32
}

// levelNames ties the names in a model file to the levels: the nth name is
// level n.
var levelNames = [fieldCount][]string{
	Forename:    {"exact", "joined", "part", "nickname", "swapped", "nearly swapped", "middle", "slip", "close", "near", "begins", "close short", "partly", "sounds alike", "initial", "far", "distant", "different"},
	Surname:     {"exact", "joined", "part", "variant", "swapped", "nearly swapped", "middle", "slip", "close", "near", "begins", "close short", "partly", "sounds alike", "initial", "far", "distant", "different"},
	MiddleName:  {"exact", "initial", "close", "different"},
	DateOfBirth: {"exact", "exact default", "swapped", "transposed", "one digit", "one digit of the year", "defaulted", "year off by one", "year off by ten", "day near", "partial", "partial year", "month of year", "day of year", "two defaults", "two digits", "year", "different"},
	Gender:      {"same", "different"},
	NINumber:    {"exact", "no suffix", "transposed", "one character", "different"},
	HomeAddress: {"property", "home", "street and number", "postcode", "near home", "near postcode", "neighbour", "street", "outward", "different"},
	Phone:       {"same", "different"},
	Email:       {"same", "different"},
	Bearer:      {"woman", "man", "girl", "boy"},
}

// notCompared is the name of level 0 in conditions.
const notCompared = "not compared"

// DefaultModel is the model the program ships.
func DefaultModel() *Model {
	m, err := ParseModel(defaultModel)
	if err != nil {
		panic(err) // the embedded file is tested
	}
	return m
}

// Name is what the model file calls itself.
func (m *Model) Name() string { return m.name }

// WithFrequencies is the model with the term-frequency adjustment of a register.
// Without frequencies no name counts as rarer than another.
func (m *Model) WithFrequencies(f *Frequencies) *Model {
	adjusted := m.among(f.Kinship())
	adjusted.frequencies = f
	return adjusted
}

// FrequencyVersion is that of the frequencies the model counts with; 0 for none.
func (m *Model) FrequencyVersion() int64 {
	if m.frequencies == nil {
		return 0
	}
	return m.frequencies.Version
}

// Kinship is that of the register the model counts for, 0 to 1.
func (m *Model) Kinship() float64 { return m.kinship }

// among is a copy of the model for a register of that kinship.
func (m *Model) among(kinship float64) *Model {
	a, change := *m, kinship-m.kinship
	a.kinship = kinship
	for field := range fieldCount {
		a.levels[field] = slices.Clone(m.levels[field])
		for level := range a.levels[field] {
			a.levels[field][level].weight = m.levels[field][level].among(change)
		}
		a.asked[field] = m.asked[field].among(change)
		for i := range rarityCases {
			a.rarity[field][i] = m.rarity[field][i].among(change)
		}
		for i := range borneCases {
			a.borne[field][i] = m.borne[field][i].among(change)
		}
	}
	a.locality = m.locality.among(change)
	a.namesakes = m.namesakes.among(change)
	for i := range a.shared {
		a.shared[i] = m.shared[i].among(change)
	}
	a.together.among(change)
	a.pairs = slices.Clone(m.pairs)
	for i := range a.pairs {
		for x := range maxLevels {
			for y := range maxLevels {
				a.pairs[i].weights[x][y] = m.pairs[i].weights[x][y].among(change)
			}
		}
	}
	a.interactions = slices.Clone(m.interactions)
	for i := range a.interactions {
		a.interactions[i].weight = m.interactions[i].among(change)
	}
	return &a
}

// modelFile is the JSON form of a model.
type modelFile struct {
	Version      int                              `json:"version"`
	Name         string                           `json:"name"`
	About        string                           `json:"about"`
	Comparisons  map[string][]levelFile           `json:"comparisons"`
	Asked        map[string]weightFile            `json:"asked"`
	Rarity       map[string]map[string]weightFile `json:"rarity"` // by field and case
	Borne        map[string]map[string]weightFile `json:"borne"`  // by field and case
	Locality     weightFile                       `json:"locality"`
	Namesakes    weightFile                       `json:"namesakes"`
	Shared       map[string]weightFile            `json:"shared,omitempty"` // by field
	Tally        map[string]weightFile            `json:"tally,omitempty"`  // by how many fields agree
	Whole        map[string]weightFile            `json:"whole,omitempty"`  // by how names and date of birth agree
	Pairs        []pairFile                       `json:"pairs"`
	Interactions []interactionFile                `json:"interactions"`
}

// levelFile is the JSON form of a LevelWeight.
type levelFile struct {
	Level string   `json:"level"`
	Says  string   `json:"says"`
	M     float64  `json:"m"`
	U     float64  `json:"u"`
	Bits  *float64 `json:"bits,omitempty"`
	Kin   float64  `json:"kin,omitempty"`
}

// weightFile is the JSON form of a weight.
type weightFile struct {
	Bits float64 `json:"bits"`
	Kin  float64 `json:"kin,omitempty"`
}

// pairFile is the JSON form of a pairTable: bits by the level of the first field
// and that of the second. A pair that is left out has none.
type pairFile struct {
	Fields [2]string                        `json:"fields"`
	Levels map[string]map[string]weightFile `json:"levels"`
}

type interactionFile struct {
	Name string `json:"name"`
	Says string `json:"says"`
	weightFile
	When map[string][]string `json:"when"`
}

// maxBits bounds every weight: 2^64 to 1 is as sure as sure can be.
const maxBits = 64

// ParseModel reads a model file. It refuses one of another version, one with a
// level missing, unknown or out of order, a probability that is not between 0
// and 1, and a weight that is no number or beyond 64 bits; the error names the
// place.
func ParseModel(data []byte) (*Model, error) {
	var file modelFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	if file.Version != ModelVersion {
		return nil, fmt.Errorf("model has version %d, this program reads %d", file.Version, ModelVersion)
	}
	m := &Model{name: file.Name, lexicon: newLexicon()}
	for field := range fieldCount {
		levels, err := parseLevels(field, file.Comparisons[field.String()])
		if err != nil {
			return nil, err
		}
		m.levels[field] = levels
	}
	if err := m.parseAsked(file.Asked); err != nil {
		return nil, err
	}
	rarity := func(field Field, at int) *weight { return &m.rarity[field][at] }
	if err := parseCases("rarity", file.Rarity, rarityNames[:], rarity); err != nil {
		return nil, err
	}
	borne := func(field Field, at int) *weight { return &m.borne[field][at] }
	if err := parseCases("borne", file.Borne, borneNames[:], borne); err != nil {
		return nil, err
	}
	if err := file.Namesakes.check(); err != nil {
		return nil, fmt.Errorf("model namesakes: %w", err)
	}
	m.namesakes = weight(file.Namesakes)
	if err := file.Locality.check(); err != nil {
		return nil, fmt.Errorf("model locality: %w", err)
	}
	m.locality = weight(file.Locality)
	shared := map[string]*weight{}
	for i, field := range sharedFields {
		shared[field.String()] = &m.shared[i]
	}
	if err := parseNamed("shared", file.Shared, shared); err != nil {
		return nil, err
	}
	if err := m.parseTogether(&file); err != nil {
		return nil, err
	}
	for i, p := range file.Pairs {
		table, err := parsePair(p)
		if err != nil {
			return nil, fmt.Errorf("model pairs[%d]: %w", i, err)
		}
		m.pairs = append(m.pairs, table)
	}
	for i, in := range file.Interactions {
		when, err := parseConditions(in.When)
		if err == nil {
			err = in.check()
		}
		if err != nil {
			return nil, fmt.Errorf("model interactions[%d] %q: %w", i, in.Name, err)
		}
		m.interactions = append(m.interactions, interaction{name: in.Name, says: in.Says, weight: weight(in.weightFile), when: when})
	}
	return m.among(1), nil
}

func parseLevels(field Field, given []levelFile) ([]LevelWeight, error) {
	levels := make([]LevelWeight, len(levelNames[field])+1)
	levels[NotCompared] = LevelWeight{Level: notCompared, Says: "not known on both sides"}
	if field == Bearer {
		return levels, nil // it weighs nothing by itself
	}
	names := levelNames[field]
	if len(given) != len(names) {
		return nil, fmt.Errorf("model comparisons.%s has %d levels, not %d", field, len(given), len(names))
	}
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
		bits := math.Log2(l.M / l.U)
		if l.Bits != nil {
			bits = *l.Bits
		}
		weighs := weightFile{bits, l.Kin}
		if err := weighs.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		levels[i+1] = LevelWeight{l.Level, l.Says, l.M, l.U, weight(weighs)}
	}
	return levels, nil
}

func (w weightFile) check() error {
	for _, bits := range []float64{w.Bits, w.Kin} {
		if math.IsNaN(bits) || math.Abs(bits) > maxBits {
			return fmt.Errorf("bits must lie between -%d and %d", maxBits, maxBits)
		}
	}
	return nil
}

func (m *Model) parseAsked(given map[string]weightFile) error {
	for name, weighs := range given {
		field, ok := fieldNamed(name)
		if !ok {
			return fmt.Errorf("model asked: no field is named %q", name)
		}
		if err := weighs.check(); err != nil {
			return fmt.Errorf("model asked.%s: %w", name, err)
		}
		m.asked[field] = weight(weighs)
	}
	return nil
}

// parseCases reads weights by field and case.
func parseCases(what string, given map[string]map[string]weightFile, names []string, into func(field Field, at int) *weight) error {
	for name, cases := range given {
		field, ok := fieldNamed(name)
		if !ok {
			return fmt.Errorf("model %s: no field is named %q", what, name)
		}
		for in, weighs := range cases {
			at := slices.Index(names, in)
			if at < 0 {
				return fmt.Errorf("model %s.%s: no case is named %q", what, name, in)
			}
			if err := weighs.check(); err != nil {
				return fmt.Errorf("model %s.%s.%s: %w", what, name, in, err)
			}
			*into(field, at) = weight(weighs)
		}
	}
	return nil
}

func parsePair(p pairFile) (pairTable, error) {
	first, ok1 := fieldNamed(p.Fields[0])
	second, ok2 := fieldNamed(p.Fields[1])
	if !ok1 || !ok2 || first == second {
		return pairTable{}, fmt.Errorf("%q are not two fields", p.Fields)
	}
	table := pairTable{first: first, second: second}
	for a, row := range p.Levels {
		for b, weighs := range row {
			x, ok1 := levelNamed(first, a)
			y, ok2 := levelNamed(second, b)
			if !ok1 || !ok2 {
				return pairTable{}, fmt.Errorf("%s and %s have no levels %q and %q", first, second, a, b)
			}
			if err := weighs.check(); err != nil {
				return pairTable{}, fmt.Errorf("%q and %q: %w", a, b, err)
			}
			table.weights[x][y] = weight(weighs)
		}
	}
	return table, nil
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
