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
	NextQuestion *Question `json:"nextQuestion,omitempty" doc:"The one question whose answer would separate the candidates best."`
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
	Exists      Grade   `json:"exists" enum:"certain,probable,possible,no"`
	Probability float64 `json:"probability" minimum:"0" maximum:"1" doc:"That the resident is on file, given what was asked."`
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
	Grade       Grade         `json:"grade" enum:"certain,probable,possible"`
	Probability float64       `json:"probability" minimum:"0" maximum:"1" doc:"That this is the person asked about."`
	Weight      float64       `json:"weight" doc:"Match weight in bits; the evidence sums to it."`
	Person      person.Person `json:"person"`
	Evidence    []Evidence    `json:"evidence"`
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
	Field  string `json:"field"`
	Reason string `json:"reason"`
}
