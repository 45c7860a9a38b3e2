package search

import (
	"encoding/json"

	"personindex/match"
)

// CandidateBody is the body of the _search that asks for people like r. It
// holds what was asked, in standard form, and so is personal data.
func CandidateBody(r match.Record, includeDeceased bool, limit int) ([]byte, error) {
	request := newCandidateRequest(r, includeDeceased, limit)
	if r.NamesOnly() {
		request.addMisspelt(r)
	}
	return json.Marshal(request)
}

// misspeltBody also asks for names that are misspelt beyond what keys catch.
func misspeltBody(r match.Record, includeDeceased bool, limit int) ([]byte, error) {
	request := newCandidateRequest(r, includeDeceased, limit)
	request.addMisspelt(r)
	return json.Marshal(request)
}

// candidateRequest is the body of a _search. It asks for
// ids only: what is shown comes from Postgres.
type candidateRequest struct {
	Size           int       `json:"size"`
	Source         bool      `json:"_source"`
	TrackTotalHits bool      `json:"track_total_hits"`
	Query          boolQuery `json:"query"`
}

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

// newCandidateRequest asks for those who share blocking keys with r. Each key is
// a clause of its own, so that a rare key counts for more: its inverse document
// frequency is the information, in nats, that sharing it carries, and so their
// sum approximates the match weight.
func newCandidateRequest(r match.Record, includeDeceased bool, limit int) candidateRequest {
	clauses := boolClauses{
		MustNot:            []any{term{map[string]any{"tombstone": true}}},
		MinimumShouldMatch: 1,
	}
	if !includeDeceased {
		clauses.MustNot = append(clauses.MustNot, term{map[string]any{"deceased": true}})
	}
	for _, key := range match.ProbeKeys(r) {
		clauses.Should = append(clauses.Should, term{map[string]any{"keys": key.Value}})
	}
	return candidateRequest{Size: limit, Query: boolQuery{clauses}}
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

// addMisspelt asks for names a slip or two away: keys catch what sounds alike, and
// this what was mistyped. The first letter must be right, without which a fuzzy
// query reads the whole dictionary of names.
func (c *candidateRequest) addMisspelt(r match.Record) {
	for _, token := range r.NameTokens() {
		if len(token) >= 4 {
			c.Query.Bool.Should = append(c.Query.Bool.Should, fuzzy{map[string]fuzziness{
				"name": {Value: token, Fuzziness: "AUTO:4,7", PrefixLength: 1, MaxExpansions: 25},
			}})
		}
	}
}
