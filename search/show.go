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
func (s *Service) show(ctx context.Context, ranking Ranking, limit int, about ...func([]person.ID)) (Answer, error) {
	worthy := ranking.worthShowing()
	read := worthy[:min(len(worthy), limit)]
	for _, tell := range about {
		tell(idsOf(read))
	}
	people, err := s.people(ctx, ranking.wanted.Clearance, read)
	if err != nil {
		return Answer{}, err
	}
	if ranking.catchUp(read, people) {
		worthy = ranking.worthShowing()
	}
	shown := stillThere(worthy, people)
	answer := Answer{
		Answer:       Existence{Exists: ranking.Exists(), Probability: 1 - ranking.Nobody, NotRetrieved: ranking.NotRetrieved},
		Results:      []Result{},
		NextQuestion: ranking.nextQuestion(shown),
		Truncated:    len(worthy) > len(shown),
		Degraded:     ranking.Degraded,
		Trace:        Trace{Model: ranking.model.Name(), Frequencies: ranking.FrequencyVersion},
	}
	for i := range shown {
		result := ranking.result(&shown[i], people[shown[i].ID])
		for _, id := range samePerson(shown, i) {
			result.SamePersonAs = append(result.SamePersonAs, people[id].ID)
		}
		answer.Results = append(answer.Results, result)
	}
	return answer, nil
}

func idsOf(candidates []Candidate) []person.ID {
	ids := make([]person.ID, len(candidates))
	for i, c := range candidates {
		ids[i] = c.ID
	}
	return ids
}

// stillThere are the candidates whose people were read: those who came up when
// others were ranked anew are not shown unread.
func stillThere(worthy []Candidate, people map[person.ID]person.Person) []Candidate {
	return slices.DeleteFunc(slices.Clone(worthy), func(c Candidate) bool {
		_, read := people[c.ID]
		return !read
	})
}

// samePerson are the others shown who are probably the person of the ith.
func samePerson(shown []Candidate, i int) []person.ID {
	var same []person.ID
	for j := range shown {
		if j != i && shown[j].person == shown[i].person {
			same = append(same, shown[j].ID)
		}
	}
	return same
}

// catchUp ranks anew if somebody read to be shown is gone, or changed, since the
// records were read, and reports whether it did: else the answer would be about
// people who are no more, or no more like that. Somebody who was hidden meanwhile
// from the one who asks is gone for them.
func (r *Ranking) catchUp(read []Candidate, people map[person.ID]person.Person) bool {
	now := map[person.ID]match.Entry{}
	for _, c := range read {
		p, ok := people[c.ID]
		if !ok || p.Version != c.Version {
			now[c.ID] = match.Entry{
				Revision: person.Revision{ID: c.ID, Version: p.Version}, Record: match.Standardise(p), Gone: !ok, Restriction: p.Restriction,
			}
		}
	}
	if len(now) == 0 {
		return false
	}
	entries := make([]match.Entry, len(r.Candidates))
	for i, c := range r.Candidates {
		entries[i] = *c.Entry
		if entry, changed := now[c.ID]; changed {
			entries[i] = entry
		}
	}
	r.compare(entries)
	return true
}

func (s *Service) people(ctx context.Context, clearance person.Restriction, shown []Candidate) (map[person.ID]person.Person, error) {
	if len(shown) == 0 {
		return nil, nil
	}
	defer s.metrics.stage("people")()
	ids := make([]person.ID, len(shown))
	for i, c := range shown {
		ids[i] = c.ID
	}
	people, err := s.register.People(ctx, clearance, ids)
	if err != nil {
		return nil, fmt.Errorf("%w: read people: %w", ErrUnavailable, err)
	}
	return people, nil
}

// result shows a candidate with the evidence for it.
func (r *Ranking) result(c *Candidate, p person.Person) Result {
	evidence := r.evidence(c)
	sum := 0.0
	for _, e := range evidence {
		sum += e.Weight
	}
	return Result{
		ID:          p.ID,
		Grade:       r.grade(c),
		Probability: c.Probability,
		Weight:      bits(sum),
		Person:      withMaskedNI(p),
		Coverage:    r.coverage(c),
		Evidence:    evidence,
	}
}

func (r *Ranking) evidence(c *Candidate) []Evidence {
	evidence := []Evidence{{Field: "prior", Level: "one among all people on file, before anything is asked", Weight: bits(r.Prior)}}
	if r.shift != 0 {
		evidence = append(evidence, Evidence{Field: "asked", Level: "how much a stranger's answers to these questions would fit", Weight: bits(r.shift)})
	}
	for _, part := range r.model.Explain(*c.Score) {
		evidence = append(evidence, Evidence{part.Field, part.Level, bits(part.Bits), part.Asked, part.Found})
	}
	return evidence
}

func (r *Ranking) coverage(c *Candidate) Coverage {
	covered := r.model.Coverage(&r.Asked, c.Score)
	return Coverage{names(covered.Compared), names(covered.Missing), names(covered.Disagree)}
}

func names(fields []match.Field) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.String()
	}
	return list
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

// grade is that of somebody shown, who is possible at the least, and at the most
// if only one field that many may share speaks for them.
func (r *Ranking) grade(c *Candidate) Grade {
	grade := r.config.Grades.grade(c.Probability)
	if grade == No || r.model.Weak(c.Score) {
		return Possible
	}
	return grade
}

// bits rounds a weight to the thousandth of a bit, so that what is shown adds up
// to the digit.
func bits(weight float64) float64 { return math.Round(weight*1000) / 1000 }
