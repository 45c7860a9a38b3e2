package search

import (
	"personindex/person"
)

// Answer says whether the resident asked about exists, and who it may be.
type Answer struct {
	SearchID string    `json:"searchId" doc:"Names this search in logs and to support."`
	Asked    Query     `json:"asked" doc:"The criteria as they were understood."`
	Answer   Existence `json:"answer"`
	// Results are ranked by weight, then id. Only people graded possible or
	// better are shown: showing strangers would be a breach.
	Results      []Result  `json:"results"`
	NextQuestion *Question `json:"nextQuestion,omitempty" doc:"The one criterion not asked yet whose answer is expected to leave the least doubt about who it is, if anybody. Missing where no answer would remove doubt."`
	Truncated    bool      `json:"truncated" doc:"More people matched than are shown."`
	Degraded     bool      `json:"degraded" doc:"The search index could not be asked: people were found by their blocking keys alone."`
	Took         float64   `json:"took" doc:"Milliseconds."`
	Trace        Trace     `json:"trace"`
}

// Trace says by what an answer was computed, so that it can be computed again.
type Trace struct {
	Model       string `json:"model" doc:"The model that gave the weights."`
	Frequencies int64  `json:"frequencies" doc:"Version of the register's count of names, by which rare ones weigh more; 0 before the first count."`
}

// Existence is the answer to the one question: is this resident on file.
type Existence struct {
	Exists      Grade   `json:"exists" enum:"certain,probable,possible,no" doc:"Never better than possible where one field alone speaks for it that many may share, such as a surname."`
	Probability float64 `json:"probability" minimum:"0" maximum:"1" doc:"That the resident is on file, given what was asked."`
	// NotRetrieved is part of Probability.
	NotRetrieved float64 `json:"notRetrieved" minimum:"0" maximum:"1" doc:"How much of the probability is that of people on file who were not compared with what was asked, since it did not lead to them or too many fit alike."`
}

// Grade is how sure an answer is, in HL7's words for person matching.
type Grade string

// The grades, best first. A result is never graded No: it is not shown.
const (
	Certain  Grade = "certain"
	Probable Grade = "probable"
	Possible Grade = "possible"
	No       Grade = "no"
)

// Result is one person who may be the one asked about.
type Result struct {
	ID          person.ID     `json:"id"`
	Grade       Grade         `json:"grade" enum:"certain,probable,possible" doc:"Never better than possible where one field alone speaks for this person that many may share."`
	Probability float64       `json:"probability" minimum:"0" maximum:"1" doc:"That this is the person asked about. Records that are probably one person's all have that person's."`
	Weight      float64       `json:"weight" doc:"Match weight in bits; the evidence sums to it."`
	Person      person.Person `json:"person"`
	// SamePersonAs names only people who are shown.
	SamePersonAs []person.ID `json:"samePersonAs,omitempty" doc:"Other results that are probably records of the same person."`
	Coverage     Coverage    `json:"coverage"`
	Evidence     []Evidence  `json:"evidence"`
}

// Coverage is how much of what was asked the evidence rests on, by the names that
// fields have in evidence and in their order. What was asked is either compared or
// missing.
type Coverage struct {
	Compared []string `json:"compared" doc:"Fields known on both sides."`
	Missing  []string `json:"missing" doc:"Fields asked that this person's record does not hold, or in no form that compares."`
	Disagree []string `json:"disagree" doc:"Fields compared that speak against this person: so different, values belong to two people more often than to one."`
}

// Evidence is what one comparison added to a match weight.
type Evidence struct {
	Field  string  `json:"field"`
	Level  string  `json:"level" doc:"How the values compare, in words."`
	Weight float64 `json:"weight" doc:"Bits: positive speaks for one person, negative against."`
	Asked  string  `json:"asked,omitempty"`
	Found  string  `json:"found,omitempty" doc:"NI numbers are masked."`
}

// Question is what to ask next, and why.
type Question struct {
	Field  string `json:"field" doc:"As in a query."`
	Reason string `json:"reason" doc:"How much doubt the answer is expected to remove, and between whom, in words."`
}
