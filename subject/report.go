// Package subject writes what is held about one person, for them to read: the answer
// to a subject access request (Article 15 of the UK GDPR).
package subject

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"personindex/access"
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
	// Areas is what service areas hold and held, the newest first, opened.
	Areas map[access.Area][]Document `json:"areas"`
	Index []indexer.Held             `json:"index"`

	order []string // of Held
}

// Document is one version of what a service area holds.
type Document struct {
	Version   int64           `json:"version"`
	ChangedAt time.Time       `json:"changedAt"`
	Actor     string          `json:"actor"`
	Document  json.RawMessage `json:"document"` // null where it was deleted
}

// New puts a report together.
func New(id person.ID, now time.Time, held []storage.Holding, from map[string]person.Provenance, index []indexer.Held) *Report {
	r := &Report{
		ID: id, MadeAt: now.UTC(), Held: map[string][]json.RawMessage{}, Provenance: from, Index: index, Areas: map[access.Area][]Document{},
	}
	for _, h := range held {
		r.Held[h.Table] = h.Rows
		r.order = append(r.order, h.Table)
	}
	r.Erased = from == nil
	return r
}

// AreasOf are the service areas that hold or held something.
func (r *Report) AreasOf() ([]access.Area, error) {
	var areas []access.Area
	for _, row := range r.Held["extended_data"] {
		var held struct{ Area access.Area }
		if err := json.Unmarshal(row, &held); err != nil {
			return nil, fmt.Errorf("read service area: %w", err)
		}
		if !slices.Contains(areas, held.Area) {
			areas = append(areas, held.Area)
		}
	}
	return areas, nil
}

// Add puts in what a service area holds, the newest first.
func (r *Report) Add(area access.Area, versions []storage.Extended) {
	for _, v := range versions {
		r.Areas[area] = append(r.Areas[area], Document{v.Version, v.ChangedAt, v.Actor, v.Document})
	}
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
