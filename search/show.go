package search

import (
	"context"
	"fmt"
	"math"
	"slices"

	"personindex/match"
	"personindex/person"
)

// show makes the answer of a ranking: the people likely enough to be shown, as
// they are now, with their evidence.
func (s *Service) show(ctx context.Context, ranking Ranking, limit int) (Answer, error) {
	shown := s.worthShowing(ranking.Candidates)
	people, err := s.people(ctx, shown[:min(len(shown), limit)])
	if err != nil {
		return Answer{}, err
	}
	if ranking.catchUp(shown[:min(len(shown), limit)], people) {
		shown = s.worthShowing(ranking.Candidates)
	}
	answer := Answer{
		Answer:       Existence{Exists: s.config.Grades.grade(1 - ranking.Nobody), Probability: 1 - ranking.Nobody},
		Results:      []Result{},
		NextQuestion: nextQuestion(ranking.Asked, shown),
		Degraded:     ranking.Degraded,
		Trace:        Trace{Model: ranking.model.Name(), Frequencies: ranking.FrequencyVersion},
	}
	for _, c := range shown {
		if p, ok := people[c.ID]; ok {
			answer.Results = append(answer.Results, s.result(&ranking, c, p))
		}
	}
	answer.Truncated = len(shown) > len(answer.Results)
	return answer, nil
}

// catchUp ranks anew if somebody read to be shown is gone, or changed, since the
// records were read, and reports whether it did: else the answer would be about
// people who are no more, or no more like that.
func (r *Ranking) catchUp(read []Candidate, people map[person.ID]person.Person) bool {
	now := map[person.ID]match.Entry{}
	for _, c := range read {
		p, ok := people[c.ID]
		if !ok || p.Version != c.Version {
			now[c.ID] = match.Entry{
				Revision: person.Revision{ID: c.ID, Version: p.Version}, Record: match.Standardise(p), Gone: !ok,
			}
		}
	}
	if len(now) == 0 {
		return false
	}
	entries := make([]match.Entry, len(r.Candidates))
	for i, c := range r.Candidates {
		entries[i] = c.Entry
		if entry, changed := now[c.ID]; changed {
			entries[i] = entry
		}
	}
	r.compare(entries)
	return true
}

// worthShowing keeps candidates that are possible by themselves, and those that
// only their equals keep from being so: ten people who fit equally well may each
// have one chance in ten, and the officer needs to see them.
func (s *Service) worthShowing(candidates []Candidate) []Candidate {
	for i, c := range candidates {
		alone := 1 / (1 + math.Exp2(-c.Weight))
		if c.Probability < s.config.Grades.Possible && alone < s.config.Grades.Probable {
			return candidates[:i]
		}
	}
	return candidates
}

func (s *Service) people(ctx context.Context, shown []Candidate) (map[person.ID]person.Person, error) {
	if len(shown) == 0 {
		return nil, nil
	}
	defer s.metrics.stage("people")()
	ids := make([]person.ID, len(shown))
	for i, c := range shown {
		ids[i] = c.ID
	}
	list, err := s.register.People(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("%w: read people: %w", ErrUnavailable, err)
	}
	people := make(map[person.ID]person.Person, len(list))
	for _, p := range list {
		people[p.ID] = p
	}
	return people, nil
}

// result shows a candidate with the evidence for it.
func (s *Service) result(r *Ranking, c Candidate, p person.Person) Result {
	evidence := []Evidence{{Field: "prior", Level: "one among all people on file, before anything is asked", Weight: bits(r.Prior)}}
	if r.shift != 0 {
		evidence = append(evidence, Evidence{Field: "asked", Level: "how much a stranger's answers to these questions would fit", Weight: bits(r.shift)})
	}
	for _, part := range r.model.Explain(c.Score) {
		evidence = append(evidence, Evidence{part.Field, part.Level, bits(part.Bits), part.Asked, part.Found})
	}
	sum := 0.0
	for _, e := range evidence {
		sum += e.Weight
	}
	return Result{
		ID:          p.ID,
		Grade:       s.gradeShown(c.Probability),
		Probability: c.Probability,
		Weight:      bits(sum),
		Person:      withMaskedNI(p),
		Evidence:    evidence,
	}
}

// withMaskedNI hides most of each NI number. A search is answered to somebody who
// may have made a slip or be guessing; the record itself shows the number.
func withMaskedNI(p person.Person) person.Person {
	p.Identification = slices.Clone(p.Identification)
	for i, id := range p.Identification {
		if id.IsNI() {
			p.Identification[i].Value = match.MaskNI(id.Value)
		}
	}
	return p
}

// gradeShown is the grade of somebody shown, who is possible at the least.
func (s *Service) gradeShown(p float64) Grade {
	if grade := s.config.Grades.grade(p); grade != No {
		return grade
	}
	return Possible
}

// bits rounds a weight to the thousandth of a bit, so that what is shown adds up
// to the digit.
func bits(weight float64) float64 { return math.Round(weight*1000) / 1000 }
