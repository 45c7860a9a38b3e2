package search

import (
	"fmt"
	"math"

	"personindex/match"
)

// nextQuestion is what to ask next about the people who are shown, and about
// nobody else: it must not tell of anybody hidden. It is nil if there is no doubt
// that a question would remove.
func (r *Ranking) nextQuestion(shown []Candidate) *Question {
	shown = shown[:min(len(shown), match.MostSupposed)]
	who := make([]match.Hypothesis, len(shown))
	for i := range shown {
		record := r.config.evidential(shown[i].Record)
		who[i] = match.Hypothesis{
			Record: &record, Score: shown[i].Score, Weight: r.believed(&shown[i]),
			Person: firstRecord(shown, i),
		}
	}
	q, ok := r.model.NextQuestion(&r.Asked, who)
	if !ok {
		return nil
	}
	return &Question{Field: q.Criterion, Reason: inWords(q)}
}

// believed is the weight by which somebody counts when the next question is
// sought. For whom one weak field speaks is not taken to be more than possible,
// as the answer says too: else it would leave the officer without a question.
func (r *Ranking) believed(c *Candidate) float64 {
	if probable := r.config.Grades.Probable; r.model.Weak(c.Score) {
		return min(c.Weight, math.Log2(probable/(1-probable)))
	}
	return c.Weight
}

// firstRecord is the place among those shown of the first who is the person of
// the ith.
func firstRecord(shown []Candidate, i int) int {
	first := 0
	for shown[first].person != shown[i].person {
		first++
	}
	return first
}

// inWords says how much doubt a question is expected to remove, and between whom,
// without a value of anybody's.
func inWords(q match.Question) string {
	between := "it would tell whether it is this person at all"
	switch {
	case q.Apart > 1:
		between = fmt.Sprintf("%d of the %d likeliest differ in it", q.Apart, q.People)
	case q.People > 1:
		between = fmt.Sprintf("it would tell whether it is one of the %d likeliest at all", q.People)
	}
	return fmt.Sprintf("the answer is expected to remove %.1f of %.1f bits of doubt: %s", q.Gain(), q.Doubt, between)
}
