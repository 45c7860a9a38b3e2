package indexer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/elastic/go-elasticsearch/v8/esapi"

	"personindex/mappings"
	"personindex/match"
	"personindex/person"
)

// ErrNoIndex means that the alias leads to no index: nobody has filled one yet,
// or somebody deleted it. [Indexer.Ensure] makes one.
var ErrNoIndex = errors.New("no index behind the alias")

// verdict is what became of one document.
type verdict int

const (
	unsent    verdict = iota // not sent, refused for now, or the answer was lost: try again
	indexed                  // the index holds it
	overtaken                // the index held this version or a newer one already
	rejected                 // it does not fit the mapping, now or later
)

// outcome is what became of one document, and why where it was rejected.
type outcome struct {
	verdict verdict
	reason  string
}

// bulk writes entries to the index behind an alias and returns an outcome for
// each, in order. On an error the outcomes still tell which were written before.
// It writes to no index that the alias does not lead to: a missing one would be
// made on the fly, with a guessed mapping.
func (e elastic) bulk(ctx context.Context, alias string, limit int, entries []match.Entry) ([]outcome, error) {
	outcomes := make([]outcome, len(entries))
	lines, err := encode(entries)
	if err != nil {
		return outcomes, err
	}
	for first, i := 0, 0; i < len(entries); i++ {
		if next := i + 1; next == len(entries) || len(lines.part(first, next+1).bytes()) > limit {
			if err := e.send(ctx, alias, lines.part(first, next), outcomes[first:next]); err != nil {
				return outcomes, err
			}
			first = next
		}
	}
	return outcomes, nil
}

// target names a document on the line before it. Versions are the register's own,
// and an equal one is written again, so that a document can be mended whose
// person has not changed.
type target struct {
	ID          person.ID `json:"_id"`
	Version     int64     `json:"version"`
	VersionType string    `json:"version_type"`
}

// indexing is the line before a document that is to be indexed.
type indexing struct {
	Target target `json:"index"`
}

func newTarget(r person.Revision) target { return target{r.ID, r.Version, "external_gte"} }

// documents are what indexes some entries, two lines each, in one piece of memory.
type documents struct {
	text []byte
	at   []int // where each entry begins, and the last one ends
}

// part is what indexes the entries from first to before end.
func (d documents) part(first, end int) documents { return documents{d.text, d.at[first : end+1]} }

func (d documents) len() int { return len(d.at) - 1 }

func (d documents) bytes() []byte { return d.text[d.at[0]:d.at[d.len()]] }

func encode(entries []match.Entry) (documents, error) {
	var text bytes.Buffer
	text.Grow(len(entries) << 10) // a resident takes about so much
	at := make([]int, 1, len(entries)+1)
	encoder := json.NewEncoder(&text)
	for _, entry := range entries {
		document := mappings.NewDocument(entry)
		err := errors.Join(encoder.Encode(indexing{newTarget(entry.Revision)}), encoder.Encode(&document))
		if err != nil {
			return documents{}, fmt.Errorf("encode document of %s: %w", entry.ID, err)
		}
		at = append(at, text.Len())
	}
	return documents{text.Bytes(), at}, nil
}

// send writes the lines in one request and fills in their outcomes. What is too
// large for the server is halved, and rejected when it cannot be.
func (e elastic) send(ctx context.Context, alias string, lines documents, outcomes []outcome) error {
	answer, err := e.post(ctx, alias, lines.bytes())
	switch {
	case err == nil:
		return answer.judge(outcomes)
	case !hasStatus(err, http.StatusRequestEntityTooLarge):
		return err
	case lines.len() == 1:
		outcomes[0] = outcome{rejected, "document_too_large"}
		return nil
	}
	half := lines.len() / 2
	if err := e.send(ctx, alias, lines.part(0, half), outcomes[:half]); err != nil {
		return err
	}
	return e.send(ctx, alias, lines.part(half, lines.len()), outcomes[half:])
}

func (e elastic) post(ctx context.Context, alias string, body []byte) (bulkAnswer, error) {
	requireAlias := true
	var answer bulkAnswer
	err := e.do(ctx, esapi.BulkRequest{
		Index:        alias,
		Body:         bytes.NewReader(body),
		RequireAlias: &requireAlias,
		// Without this an answer quotes documents, and is as long as the request.
		FilterPath: []string{"items.*.status", "items.*.error.type", "error.type"},
		Instrument: e.instrumentation(),
	}, &answer)
	return answer, err
}

// bulkAnswer holds an item for each document, in order, under what was done.
type bulkAnswer struct {
	Items []map[string]struct {
		Status int
		Error  errorType
	}
}

// judge fills in the outcomes. Only a document that the mapping refuses (400) is
// rejected; whatever else went wrong, the same document can go through later.
func (a bulkAnswer) judge(outcomes []outcome) error {
	if len(a.Items) != len(outcomes) {
		return fmt.Errorf("Elasticsearch answered %d outcomes to %d documents", len(a.Items), len(outcomes))
	}
	for i := range outcomes {
		switch item := a.Items[i]["index"]; item.Status {
		case http.StatusOK, http.StatusCreated:
			outcomes[i] = outcome{verdict: indexed}
		case http.StatusConflict:
			outcomes[i] = outcome{verdict: overtaken}
		case http.StatusBadRequest:
			outcomes[i] = outcome{rejected, item.Error.name()}
		case http.StatusNotFound:
			return ErrNoIndex
		}
	}
	return nil
}
