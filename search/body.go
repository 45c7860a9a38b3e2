package search

import (
	"encoding/json"
	"math"

	"personindex/match"
	"personindex/person"
)

// CandidateBody is the body of the _search that asks for people like the one
// wanted. It holds what was asked, in standard form, and so is personal data.
//
// For somebody who is not cleared for anything it names the open fields alone:
// what is restricted then changes neither who is found nor in which order.
func CandidateBody(w Wanted, limit int) ([]byte, error) {
	request := newCandidateRequest(w, limit)
	if w.Record.NamesOnly() {
		request.addMisspelt(w)
	}
	return json.Marshal(request)
}

// misspeltBody also asks for names that are misspelt beyond what keys catch.
func misspeltBody(w Wanted, limit int) ([]byte, error) {
	request := newCandidateRequest(w, limit)
	request.addMisspelt(w)
	return json.Marshal(request)
}

// candidateRequest is the body of a _search. It asks for
// ids only: what is shown comes from Postgres.
//
// They are read from the column of ids. Elasticsearch would read its own _id from
// where whole documents are kept, compressed, which took longer than finding them.
type candidateRequest struct {
	Size           int       `json:"size"`
	StoredFields   string    `json:"stored_fields"`
	DocvalueFields []string  `json:"docvalue_fields"`
	TrackTotalHits bool      `json:"track_total_hits"`
	Sort           []any     `json:"sort"`
	Query          boolQuery `json:"query"`
}

// byScore has those who share as much in the order of their ids, so that one
// question has the same candidates whichever copy of the index answers.
var byScore = []any{map[string]string{"_score": "desc"}, map[string]string{"id": "asc"}}

type boolQuery struct {
	Bool boolClauses `json:"bool"`
}

type boolClauses struct {
	Must               []any `json:"must,omitempty"`
	Should             []any `json:"should,omitempty"`
	MustNot            []any `json:"must_not,omitempty"`
	MinimumShouldMatch int   `json:"minimum_should_match,omitempty"`
}

// term is a clause {"term": {field: value}}.
type term struct {
	Term map[string]any `json:"term"`
}

// newCandidateRequest asks for those who share blocking keys with the one wanted.
// Each key is a clause of its own, so that a rare key counts for more: its inverse
// document frequency is the information, in nats, that sharing it carries, and so
// their sum approximates the match weight.
func newCandidateRequest(w Wanted, limit int) candidateRequest {
	clauses := boolClauses{
		MustNot:            []any{term{map[string]any{"tombstone": true}}},
		MinimumShouldMatch: 1,
	}
	if !w.IncludeDeceased {
		clauses.MustNot = append(clauses.MustNot, term{map[string]any{"deceased": true}})
	}
	for _, key := range match.ProbeKeys(w.Record) {
		clauses.Should = append(clauses.Should, term{map[string]any{"keys": key.Value}})
		if w.Clearance > person.Unrestricted {
			clauses.Should = append(clauses.Should, among(term{map[string]any{"restrictedKeys": key.Value}}, key.Weight))
		}
	}
	if w.Clearance == person.Restricted {
		clauses.MustNot = append(clauses.MustNot, term{map[string]any{"restriction": int(person.VeryRestricted)}})
	}
	return candidateRequest{Size: limit, StoredFields: "_none_", DocvalueFields: []string{"id"}, Sort: byScore, Query: boolQuery{clauses}}
}

// constant is a clause {"constant_score": ...}, which counts for its boost.
type constant struct {
	ConstantScore constantScore `json:"constant_score"`
}

type constantScore struct {
	Filter any     `json:"filter"`
	Boost  float64 `json:"boost"`
}

// among is a clause about those who are restricted. They are few: how rare a word
// is among them says nothing of how rare it is, and whoever is found only there
// would come last. So it counts for what sharing it is worth in bits.
func among(filter any, bits float64) constant {
	return constant{constantScore{Filter: filter, Boost: bits * math.Ln2}}
}

// fuzzy is a clause {"fuzzy": {field: ...}}.
type fuzzy struct {
	Fuzzy map[string]fuzziness `json:"fuzzy"`
}

type fuzziness struct {
	Value         string `json:"value"`
	Fuzziness     string `json:"fuzziness"`
	PrefixLength  int    `json:"prefix_length"`
	MaxExpansions int    `json:"max_expansions"`
}

// misspeltBits is what a name that was mistyped speaks for somebody who is
// restricted: as much as one that was not.
const misspeltBits = 6

// addMisspelt asks for names a slip or two away: keys catch what sounds alike, and
// this what was mistyped. The first letter must be right, without which a fuzzy
// query reads the whole dictionary of names.
func (c *candidateRequest) addMisspelt(w Wanted) {
	for _, token := range w.Record.NameTokens() {
		if len(token) < 4 {
			continue
		}
		like := func(field string) fuzzy {
			return fuzzy{map[string]fuzziness{
				field: {Value: token, Fuzziness: "AUTO:4,7", PrefixLength: 1, MaxExpansions: 25},
			}}
		}
		c.Query.Bool.Should = append(c.Query.Bool.Should, like("name"))
		if w.Clearance > person.Unrestricted {
			c.Query.Bool.Should = append(c.Query.Bool.Should, among(like("restrictedName"), misspeltBits))
		}
	}
}
