package search

import (
	"fmt"
	"math"

	"personindex/match"
)

// askable are the criteria an officer can ask a caller for, the easiest to answer
// first: between two that tell the candidates apart equally well, the first wins.
var askable = []struct {
	field string
	asked func(match.Record) bool
	value func(match.Record) string
}{
	{"dateOfBirth", func(r match.Record) bool { return r.Birth.Full() }, func(r match.Record) string { return r.Birth.Iso() }},
	{"firstName", func(r match.Record) bool { return len(r.Given) > 0 }, func(r match.Record) string { return firstName(r.Given) }},
	{"lastName", func(r match.Record) bool { return len(r.Surnames) > 0 }, func(r match.Record) string { return firstName(r.Surnames) }},
	{"postcode", func(r match.Record) bool { return len(r.Addresses) > 0 && r.Addresses[0].Postcode != "" }, func(r match.Record) string { return home(r).Postcode }},
	{"address", func(r match.Record) bool { return len(r.Addresses) > 0 }, func(r match.Record) string { return home(r).Number + home(r).Flat + home(r).Street }},
	{"ni", func(r match.Record) bool { return len(r.NI) > 0 }, niNumber},
	{"phone", func(r match.Record) bool { return len(r.Phones) > 0 }, func(r match.Record) string { return first(r.Phones) }},
	{"email", func(r match.Record) bool { return len(r.Emails) > 0 }, func(r match.Record) string { return first(r.Emails) }},
}

// minGain is how many bits of doubt a question must be expected to remove to be
// worth an officer's breath.
const minGain = 0.1

// nextQuestion finds the one criterion not asked yet whose answer is expected to
// leave the least doubt about which of the candidates it is: the entropy that the
// differing values on file would remove. It returns nil if there is no doubt, or
// no criterion tells the candidates apart.
func nextQuestion(asked match.Record, candidates []Candidate) *Question {
	if len(candidates) < 2 {
		return nil
	}
	var best *Question
	bestGain := minGain
	for _, q := range askable {
		if q.asked(asked) {
			continue
		}
		gain, values := separation(candidates, q.value)
		if gain > bestGain+1e-9 {
			bestGain = gain
			best = &Question{Field: q.field, Reason: fmt.Sprintf("%d of the candidates differ in it: the answer is expected to remove %.1f bits of doubt", values, gain)}
		}
	}
	return best
}

// separation is the entropy, in bits, of the values of a field over the
// candidates by their probabilities, and how many values there are. Candidates
// without a value cannot be told from any other and count as one.
func separation(candidates []Candidate, value func(match.Record) string) (gain float64, values int) {
	total := 0.0
	byValue := map[string]float64{}
	for _, c := range candidates {
		if v := value(c.Record); v != "" {
			byValue[v] += c.Probability
		}
		total += c.Probability
	}
	known := 0.0
	for _, p := range byValue {
		known += p / total
	}
	for _, p := range byValue {
		gain -= p / total * math.Log2(p/total/known)
	}
	return gain, len(byValue)
}

func firstName(names []match.Name) string {
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprint(names[0].Tokens)
}

func home(r match.Record) match.Address {
	if len(r.Addresses) == 0 {
		return match.Address{}
	}
	return r.Addresses[0]
}

func niNumber(r match.Record) string {
	if len(r.NI) == 0 {
		return ""
	}
	return r.NI[0].Number
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
