// Package subject writes what is held about one person, for them to read: the answer
// to a subject access request (Article 15 of the UK GDPR).
package subject

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"personindex/indexer"
	"personindex/person"
	"personindex/storage"
)

// Report is all that is held about one person at one moment. As JSON it is
// complete, with the names that the tables and the index have.
type Report struct {
	ID     person.ID `json:"id"`
	MadeAt time.Time `json:"madeAt"`
	Erased bool      `json:"erased"`
	// Held is by the name of a table; relation stands for the records of other
	// people that name this one.
	Held map[string][]json.RawMessage `json:"held"`
	// Provenance is by the names of fields in the API.
	Provenance map[string]person.Provenance `json:"provenance"`
	Index      []indexer.Held               `json:"index"`

	order []string // of Held
}

// New puts a report together.
func New(id person.ID, now time.Time, held []storage.Holding, from map[string]person.Provenance, index []indexer.Held) *Report {
	r := &Report{ID: id, MadeAt: now.UTC(), Held: map[string][]json.RawMessage{}, Provenance: from, Index: index}
	for _, h := range held {
		r.Held[h.Table] = h.Rows
		r.order = append(r.order, h.Table)
	}
	r.Erased = from == nil
	return r
}

// WriteJSON writes the report as one indented JSON document.
func (r *Report) WriteJSON(to io.Writer) error {
	encoder := json.NewEncoder(to)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
