package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"personindex/match"
	"personindex/person"
)

// missRate is the share of questions about people on file whose record is not
// among the candidates. Measured: 0 of 9,000 on 20,600 residents and 1 of 3,000
// on 100,000, but 14 of 5,000 where names are as dirty as those of FEBRL4.
const missRate = 0.001

// Ranking is everybody who was compared with a question, ranked by weight and
// then id, and how likely each is the one asked about.
type Ranking struct {
	Candidates []Candidate
	// NotRetrieved is the probability that the resident is on file and no
	// candidate, and Nobody that they are not on file. With the probabilities of
	// the people among the candidates, each counted once, they sum to 1.
	NotRetrieved, Nobody float64
	Degraded             bool // the index could not be asked
	// FrequencyVersion is that of the count of names by which rare ones weigh
	// more; 0 if there is none.
	FrequencyVersion int64
	Asked            match.Record // what counted of what was asked
	Prior            float64      // bits of everybody on file before anything is asked
	wanted           Wanted
	config           Config
	model            *match.Model
	size             int64   // people on file
	shift            float64 // bits by which what was asked shifts everybody
	full             bool    // there may be more who share as much with the question
}

// Kinship is that of the register asked; see match.Frequencies.Kinship.
func (r *Ranking) Kinship() float64 { return r.model.Kinship() }

// Candidate is somebody who was compared with a question.
type Candidate struct {
	*match.Entry
	Weight float64 // bits, with the prior
	// Probability is that of the person: records that are probably one person's
	// all have it.
	Probability float64
	Score       *match.Score
	person      int // the place of the first candidate that is probably the same person
}

// Rank is Search without what is shown: it serves evaluation, which judges
// candidates too weak to be shown.
func (s *Service) Rank(ctx context.Context, clearance person.Restriction, q Query) (Ranking, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Deadline)
	defer cancel()
	return s.rank(ctx, q.wanted(clearance))
}

func (s *Service) rank(ctx context.Context, wanted Wanted) (Ranking, error) {
	wanted.Record = s.config.evidential(wanted.Record)
	found, err := s.candidates(ctx, wanted)
	if err != nil {
		return Ranking{}, err
	}
	size, err := s.size.of(ctx, s.register)
	if err != nil {
		return Ranking{}, fmt.Errorf("%w: count people: %w", ErrUnavailable, err)
	}
	defer s.metrics.stage("score")()
	model := s.frequencies.latest(ctx)
	ranking := Ranking{
		Degraded:         found.degraded,
		FrequencyVersion: model.FrequencyVersion(),
		Asked:            wanted.Record,
		Prior:            match.Prior(s.config.OnFile, size),
		wanted:           wanted,
		config:           s.config,
		model:            model,
		size:             size,
		shift:            model.Asked(&wanted.Record),
		full:             found.full,
	}
	ranking.compare(found.entries)
	return ranking, nil
}

// evidential drops what this installation does not count as evidence.
func (c Config) evidential(r match.Record) match.Record {
	test := func(ni match.NI) bool { return ni.Test }
	if !c.AllowTestNumbers && slices.ContainsFunc(r.NI, test) {
		r.NI = slices.DeleteFunc(slices.Clone(r.NI), test)
	}
	return r
}

// compare scores and ranks the entries, and shares the probability among them:
// first each by itself, to see who matters, and then as people.
func (r *Ranking) compare(entries []match.Entry) {
	r.Candidates = make([]Candidate, 0, len(entries))
	scores := make([]match.Score, len(entries)) // they are large, and candidates are sorted
	for i := range entries {
		if e := &entries[i]; r.wanted.mayBe(e) {
			scores[i] = r.model.Score(&r.Asked, &e.Record)
			r.Candidates = append(r.Candidates, Candidate{Entry: e, Score: &scores[i]})
		}
	}
	r.weigh()
	slices.SortFunc(r.Candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.ID, b.ID))
	})
	for i := range r.Candidates {
		r.Candidates[i].person = i
	}
	r.share()
	if likely := r.worthShowing(); len(likely) > 1 {
		r.group(likely[:min(len(likely), match.GroupedAtMost)])
		r.share()
	}
}

// mayBe reports whether an entry is of somebody who may be meant.
func (w Wanted) mayBe(e *match.Entry) bool {
	return !e.Gone && (w.IncludeDeceased || !e.Record.Deceased) && (w.except == "" || e.ID != w.except)
}

// weigh gives everybody their weight, which also counts the others compared.
func (r *Ranking) weigh() {
	scores := make([]*match.Score, len(r.Candidates))
	for i := range r.Candidates {
		scores[i] = r.Candidates[i].Score
	}
	r.model.CountOthers(scores)
	for i := range r.Candidates {
		r.Candidates[i].Weight = r.Prior + r.shift + r.Candidates[i].Score.Bits
	}
}

// group finds which of the first candidates are probably one person, by the same
// model: two records of one must not halve what each is worth, as two twins do.
func (r *Ranking) group(likely []Candidate) {
	records := make([]*match.Record, len(likely))
	for i := range likely {
		record := r.config.evidential(likely[i].Record)
		records[i] = &record
	}
	for i, first := range r.model.Group(records, match.SecondPrior(r.size), r.config.Grades.Probable) {
		likely[i].person = first
	}
}

// share gives each candidate, those not retrieved and nobody their probability.
func (r *Ranking) share() {
	weights, people := make([]float64, len(r.Candidates)), make([]int, len(r.Candidates))
	for i := range r.Candidates {
		weights[i], people[i] = r.Candidates[i].Weight, r.Candidates[i].person
	}
	var each []float64
	each, r.NotRetrieved, r.Nobody = match.PosteriorOfPeople(weights, people, r.missed())
	for i := range r.Candidates {
		r.Candidates[i].Probability = each[i]
	}
}

// missed is the weight, in bits, of being on file and no candidate: the odds of
// being on file at all, of which missRate is lost. Where as many candidates came
// as were asked for, the next ones may fit as well as the worst that was compared:
// they count as if there were as many again. How many there are is not known
// without finding them; and where the worst hardly fits, as is usual, no number
// that a register holds would weigh anything.
func (r *Ranking) missed() float64 {
	odds := missRate * r.config.OnFile / (1 - r.config.OnFile)
	if n := len(r.Candidates); r.full && n > 0 {
		odds += float64(n) * math.Exp2(r.Candidates[n-1].Weight)
	}
	return math.Log2(odds)
}

// worthShowing are candidates that are possible by themselves, and those that
// only their equals keep from being so: ten people who fit equally well may each
// have one chance in ten, and the officer needs to see them.
func (r *Ranking) worthShowing() []Candidate {
	for i := range r.Candidates {
		c := &r.Candidates[i]
		alone := 1 / (1 + math.Exp2(-c.Weight))
		if c.Probability < r.config.Grades.Possible && alone < r.config.Grades.Probable {
			return r.Candidates[:i]
		}
	}
	return r.Candidates
}

// Exists is the grade of the answer that the resident is on file. Better than
// possible it is only for people who were compared, and in more than one field
// that many may share (see match.Model.Weak): the probability must be as high
// with all others left out.
func (r *Ranking) Exists() Grade {
	var weights []float64
	counted := make([]bool, len(r.Candidates)) // by person
	for i := range r.Candidates {
		if c := &r.Candidates[i]; !counted[c.person] && !r.model.Weak(c.Score) {
			counted[c.person] = true
			weights = append(weights, c.Weight)
		}
	}
	_, nobody := match.Posterior(weights)
	if grade := r.config.Grades.grade(1 - nobody); grade == Certain || grade == Probable {
		return grade
	}
	return r.config.Grades.atMostPossible(1 - r.Nobody)
}
