package match

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"
)

// Trainer learns the weights of a model from questions with known answers.
//
// The weights maximise the likelihood of the right answers under the posterior
// over {each candidate, nobody}: they learn to tell the right person from
// look-alikes, and from nobody at all, rather than to count how often fields
// agree. They are held near those of the model begun with, so that what no
// question speaks of stays as it was.
//
// A Trainer is for one goroutine.
type Trainer struct {
	model    *Model
	shape    shape
	examples []example
	weigh    float64 // what a question counts
	total    float64 // of all examples
}

// TrainingOptions are the choices of a training. A zero field takes its default.
type TrainingOptions struct {
	Name  string // of the model that results
	About string // where its weights come from
	Steps int    // at most; default 150, before which it has settled
	// Hold is how strongly weights are held near those begun with, and pairs near
	// none: the weight of that belief beside all questions together, so that it
	// yields as they grow; default 1. Measured on people who were not learnt from,
	// 2,000 questions serve best with 0.6 to 2, 10,000 with 0.3 to 1.
	Hold float64
	// Progress is told the steps done and the mean surprise at the right answers,
	// in bits, with what holding the weights costs. It may end before all steps.
	Progress func(step, steps int, surprise float64)
}

// trainedCandidates is how many candidates of a question are learnt from: those
// beyond weigh nothing.
const trainedCandidates = 30

// trainedPairs are the fields whose levels may mean something together.
var trainedPairs = [][2]Field{
	{DateOfBirth, HomeAddress}, {Forename, DateOfBirth}, {Forename, HomeAddress}, {Surname, DateOfBirth},
	{Surname, HomeAddress}, {Forename, Surname}, {Bearer, Surname}, {Forename, NINumber}, {Surname, NINumber},
	{DateOfBirth, NINumber}, {MiddleName, DateOfBirth},
}

// heldPlaces is how firmly the weights of crowded places and of words that
// addresses have in common are held near 1 bit a bit, which theory makes them: all
// are alike in the boroughs learnt from.
const heldPlaces = 100

// example is one question: the features of its candidates, best first.
type example struct {
	features [][]feature
	right    []bool  // by candidate; none where the answer is nobody
	prior    float64 // bits of every candidate before anything is asked
	weigh    float64 // what the question counts
}

// feature is one term of the sum and what it is multiplied with.
type feature struct {
	term  int32
	value float32
}

// NewTrainer returns a trainer that begins with the weights of a model.
func NewTrainer(m *Model) *Trainer { return &Trainer{model: m, shape: newShape(m), weigh: 1} }

// Weigh makes every question added from now on count as so many, which must be
// above 0: so that a set counts for more, or less, than its questions are.
func (t *Trainer) Weigh(questions float64) { t.weigh = questions }

// Add learns of one question: who was compared, and who was right. No right
// candidate means that the resident is not on file; a question whose right
// person was no candidate must be left out. The prior is [Prior] of the training
// questions.
func (t *Trainer) Add(asked *Record, scores []Score, right []bool, prior, kinship float64) {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if right[a] != right[b] {
			return count(right[b]) - count(right[a]) // the right ones are learnt from however far down
		}
		return cmp.Compare(scores[b].Bits, scores[a].Bits)
	})
	e := example{prior: prior, weigh: t.weigh}
	for _, i := range order[:min(len(order), trainedCandidates)] {
		e.features = append(e.features, t.shape.features(asked, &scores[i], kinship))
		e.right = append(e.right, right[i])
	}
	t.examples = append(t.examples, e)
	t.total += e.weigh
}

// Train returns the model file that it learns. The same questions in the same
// order give the same file on every machine of one architecture.
func (t *Trainer) Train(o TrainingOptions) ([]byte, error) {
	if len(t.examples) == 0 {
		return nil, fmt.Errorf("train: no questions")
	}
	o.Steps = cmp.Or(o.Steps, 150)
	o.Hold = cmp.Or(o.Hold, 1)
	weights := t.learn(o)
	return t.shape.file(t.model, weights, o)
}

// learn finds the weights that make the right answers likeliest: the mean surprise
// at them and how far each weight is from the one begun with, added.
func (t *Trainer) learn(o TrainingOptions) []float64 {
	hold := o.Hold / t.total
	value := func(weights, slope []float64) float64 {
		surprise, gradient := t.gradient(weights)
		for i := range weights {
			away := weights[i] - t.shape.start[i]
			surprise += hold * t.shape.hold[i] * away * away
			slope[i] = gradient[i] + 2*hold*t.shape.hold[i]*away
		}
		return surprise
	}
	return descend(value, t.shape.start, o.Steps, func(step int, surprise float64) {
		if o.Progress != nil {
			o.Progress(step, o.Steps, surprise)
		}
	})
}

// gradientParts is how many parts the questions are split into. It is fixed, not
// the number of processors, so that sums are rounded alike everywhere.
const gradientParts = 8

// gradient is the mean surprise, in bits, and its slope by each weight.
func (t *Trainer) gradient(weights []float64) (float64, []float64) {
	var surprises [gradientParts]float64
	var slopes [gradientParts][]float64
	var parts sync.WaitGroup
	for part := range gradientParts {
		parts.Go(func() {
			slopes[part] = make([]float64, len(weights))
			for i := part; i < len(t.examples); i += gradientParts {
				surprises[part] += t.examples[i].slope(weights, slopes[part])
			}
		})
	}
	parts.Wait()
	surprise, slope := 0.0, make([]float64, len(weights))
	for part := range gradientParts {
		surprise += surprises[part] / t.total
		for i, s := range slopes[part] {
			slope[i] += s / t.total
		}
	}
	return surprise, slope
}

// slope adds the slope of the surprise at one question's answer, which it returns.
func (e *example) slope(weights, slope []float64) float64 {
	bits := make([]float64, len(e.features))
	for c, features := range e.features {
		bits[c] = e.prior
		for _, f := range features {
			bits[c] += weights[f.term] * float64(f.value)
		}
	}
	each, nobody := Posterior(bits)
	answer := 0.0 // the probability of what is right
	for c, p := range each {
		if e.right[c] {
			answer += p
		}
	}
	known := answer > 0 || slices.Contains(e.right, true)
	if !known {
		answer = nobody
	}
	answer = max(answer, 1e-300)
	for c, p := range each {
		share := 0.0
		if known && e.right[c] {
			share = p / answer
		}
		for _, f := range e.features[c] {
			slope[f.term] += e.weigh * (p - share) * float64(f.value)
		}
	}
	return -e.weigh * math.Log2(answer)
}

// shape says which term of the sum is which weight.
type shape struct {
	terms int32     // how many terms there are; their kin bits follow, in the same order
	start []float64 // the weights begun with
	hold  []float64 // how strongly each is held near it
	level [fieldCount][maxLevels]int32
	rare  [fieldCount][rarityCases]int32
	borne [fieldCount][borneCases]int32
	local int32 // of words that addresses have in common
	crowd int32 // of namesakes
	share [len(sharedFields)]int32
	tally [tallySize][tallySize][tallySize]int32
	whole [accords][accords][accords]int32
	asked [fieldCount]int32
	pairs []trainedPair
	rules []trainedRule
}

type trainedPair struct {
	fields [2]Field
	terms  [maxLevels][maxLevels]int32
}

type trainedRule struct {
	interaction interaction
	term        int32
}

const noTerm = -1

func newShape(m *Model) shape {
	m = m.among(0)
	var s shape
	var kin []float64
	add := func(start weight, hold float64) int32 {
		s.start, s.hold = append(s.start, start.Bits), append(s.hold, hold)
		kin = append(kin, start.Kin)
		return int32(len(s.start) - 1)
	}
	for field := range fieldCount {
		for level := range maxLevels {
			s.level[field][level] = noTerm
			if field != Bearer && level > 0 && level < len(m.levels[field]) {
				s.level[field][level] = add(m.levels[field][level].weight, 1.5)
			}
		}
		s.asked[field] = noTerm
		for i := range rarityCases {
			s.rare[field][i] = noTerm
			if rarityHolds(field, i) {
				hold := 0.3
				if field == HomeAddress {
					hold = heldPlaces
				}
				s.rare[field][i] = add(m.rarity[field][i], hold)
			}
		}
		for i := range borneCases {
			s.borne[field][i] = noTerm
			if slices.Contains(borneFields[:], field) {
				s.borne[field][i] = add(m.borne[field][i], 0.5)
			}
		}
		if field != Bearer {
			s.asked[field] = add(m.asked[field], 1)
		}
	}
	s.local = add(m.locality, heldPlaces)
	s.crowd = add(m.namesakes, 0.3)
	for i := range sharedFields {
		s.share[i] = add(m.shared[i], 1)
	}
	for _, fields := range trainedPairs {
		p := trainedPair{fields: fields}
		begun := pairTable{}
		for _, table := range m.pairs {
			if table.first == fields[0] && table.second == fields[1] {
				begun = table
			}
		}
		for a := range maxLevels {
			for b := range maxLevels {
				p.terms[a][b] = noTerm
				if a > 0 && b > 0 && a <= len(levelNames[fields[0]]) && b <= len(levelNames[fields[1]]) {
					p.terms[a][b] = add(begun.weights[a][b], 1)
				}
			}
		}
		s.pairs = append(s.pairs, p)
	}
	for _, in := range m.interactions {
		s.rules = append(s.rules, trainedRule{in, add(in.weight, 0.3)})
	}
	s.addTogether(&m.together, add)
	s.terms = int32(len(s.start))
	s.start, s.hold = append(s.start, kin...), append(s.hold, s.hold...)
	return s
}

// addTogether adds the terms of more fields than two.
func (s *shape) addTogether(begun *together, add func(weight, float64) int32) {
	for a := range tallySize {
		for b := range tallySize {
			for c := range tallySize {
				s.tally[a][b][c] = noTerm
				if n := a + b + c; n > 0 && n < tallySize {
					s.tally[a][b][c] = add(begun.tally[a][b][c], 1)
				}
			}
		}
	}
	for a := range accords {
		for b := range accords {
			for c := range accords {
				s.whole[a][b][c] = add(begun.whole[a][b][c], 1)
			}
		}
	}
}

// together are the weights of more fields than two by their names in a file,
// but for those not worth a line of evidence.
func (s *shape) together(weights []float64) (tally, whole map[string]weightFile) {
	tally, whole = map[string]weightFile{}, map[string]weightFile{}
	keep := func(in map[string]weightFile, name string, term int32) {
		if term == noTerm {
			return
		}
		if w := s.weight(weights, term); w.worthwhile() {
			in[name] = w
		}
	}
	for a := range tallySize {
		for b := range tallySize {
			for c := range tallySize {
				keep(tally, agreement{a, b, c}.String(), s.tally[a][b][c])
			}
		}
	}
	for a := range accords {
		for b := range accords {
			for c := range accords {
				keep(whole, wholeInWords([3]accord{a, b, c}), s.whole[a][b][c])
			}
		}
	}
	return tally, whole
}

// weight is what a term has come to weigh, rounded to the hundredth of a bit.
func (s *shape) weight(weights []float64, term int32) weightFile {
	hundredth := func(bits float64) float64 { return math.Round(bits*100) / 100 }
	return weightFile{hundredth(weights[term]), hundredth(weights[term+s.terms])}
}

// features are the terms that a score sums.
func (s *shape) features(asked *Record, score *Score, kinship float64) []feature {
	var list []feature
	add := func(term int32, value float64) {
		if term != noTerm && value != 0 {
			list = append(list, feature{term, float32(value)})
			if kinship != 0 {
				list = append(list, feature{term + s.terms, float32(value * kinship)})
			}
		}
	}
	for field := range fieldCount {
		add(s.level[field][score.outcomes[field].level], 1)
		if rarity := score.rarity[field]; rarity != 0 {
			add(s.rare[field][score.rarityCase(field)], rarity)
		}
		if at := score.borne[field]; at != notBorne {
			add(s.borne[field][at], 1)
		}
		if asked.has(field) {
			add(s.asked[field], 1)
		}
	}
	add(s.local, score.locality)
	if score.undecided() {
		add(s.crowd, score.others.namesakes)
	}
	for i, sharers := range score.others.sharers {
		add(s.share[i], sharers)
	}
	for i := range s.pairs {
		p := &s.pairs[i]
		add(p.terms[score.outcomes[p.fields[0]].level][score.outcomes[p.fields[1]].level], 1)
	}
	n, of := score.tally(), score.whole()
	add(s.tally[n.agree][n.nearly][n.contradict], 1)
	add(s.whole[of[0]][of[1]][of[2]], 1)
	for i := range s.rules {
		if s.rules[i].interaction.holds(score) {
			add(s.rules[i].term, 1)
		}
	}
	return list
}

// leastPair is the weight, in bits, below which a pair is not worth a line of
// evidence.
const leastPair = 0.15

func (w weightFile) worthwhile() bool {
	return max(math.Abs(w.Bits), math.Abs(w.Bits+w.Kin)) >= leastPair
}

// file writes the model with these weights, rounded to the hundredth of a bit.
func (s *shape) file(m *Model, weights []float64, o TrainingOptions) ([]byte, error) {
	file := modelFile{
		Version: ModelVersion, Name: o.Name, About: o.About,
		Comparisons: map[string][]levelFile{}, Asked: map[string]weightFile{}, Rarity: map[string]map[string]weightFile{},
		Borne: map[string]map[string]weightFile{}, Namesakes: s.weight(weights, s.crowd), Locality: s.weight(weights, s.local),
	}
	file.Shared = map[string]weightFile{}
	for i, field := range sharedFields {
		file.Shared[field.String()] = s.weight(weights, s.share[i])
	}
	file.Tally, file.Whole = s.together(weights)
	for field := range fieldCount {
		if field != Bearer {
			var levels []levelFile
			for i, l := range m.levels[field][1:] {
				w := s.weight(weights, s.level[field][i+1])
				levels = append(levels, levelFile{l.Level, l.Says, l.M, l.U, &w.Bits, w.Kin})
			}
			file.Comparisons[field.String()] = levels
			file.Asked[field.String()] = s.weight(weights, s.asked[field])
		}
		if cases := s.cases(weights, s.rare[field][:], rarityNames[:]); len(cases) > 0 {
			file.Rarity[field.String()] = cases
		}
		if cases := s.cases(weights, s.borne[field][:], borneNames[:]); len(cases) > 0 {
			file.Borne[field.String()] = cases
		}
	}
	for i := range s.pairs {
		if p := s.pair(&s.pairs[i], weights); len(p.Levels) > 0 {
			file.Pairs = append(file.Pairs, p)
		}
	}
	for _, r := range s.rules {
		file.Interactions = append(file.Interactions, r.interaction.file(s.weight(weights, r.term)))
	}
	return json.MarshalIndent(file, "", " ")
}

// cases are weights by the names of their cases.
func (s *shape) cases(weights []float64, terms []int32, names []string) map[string]weightFile {
	cases := map[string]weightFile{}
	for i, term := range terms {
		if term != noTerm {
			cases[names[i]] = s.weight(weights, term)
		}
	}
	return cases
}

func (s *shape) pair(p *trainedPair, weights []float64) pairFile {
	file := pairFile{Fields: [2]string{p.fields[0].String(), p.fields[1].String()}, Levels: map[string]map[string]weightFile{}}
	for a := range maxLevels {
		for b := range maxLevels {
			if p.terms[a][b] == noTerm {
				continue
			}
			w := s.weight(weights, p.terms[a][b])
			if !w.worthwhile() {
				continue
			}
			first, second := levelNames[p.fields[0]][a-1], levelNames[p.fields[1]][b-1]
			if file.Levels[first] == nil {
				file.Levels[first] = map[string]weightFile{}
			}
			file.Levels[first][second] = w
		}
	}
	return file
}

func (in *interaction) file(w weightFile) interactionFile {
	file := interactionFile{Name: in.name, Says: in.says, weightFile: w, When: map[string][]string{}}
	for field, set := range in.when {
		for level := range maxLevels {
			if set&(1<<level) == 0 {
				continue
			}
			name := notCompared
			if level > 0 {
				name = levelNames[field][level-1]
			}
			file.When[Field(field).String()] = append(file.When[Field(field).String()], name)
		}
	}
	return file
}
