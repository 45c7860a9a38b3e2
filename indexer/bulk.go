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
	first, size := 0, 0
	lines := make([][]byte, len(entries))
	for i, entry := range entries {
		line, err := encode(entry)
		if err != nil {
			return outcomes, err
		}
		if size > 0 && size+len(line) > limit {
			if err := e.send(ctx, alias, lines[first:i], outcomes[first:i]); err != nil {
				return outcomes, err
			}
			first, size = i, 0
		}
		lines[i] = line
		size += len(line)
	}
	if len(entries) == 0 {
		return outcomes, nil
	}
	return outcomes, e.send(ctx, alias, lines[first:], outcomes[first:])
}

// target names a document on the line before it. Versions are the register's own,
// and an equal one is written again, so that a document can be mended whose
// person has not changed.
type target struct {
	ID          person.ID `json:"_id"`
	Version     int64     `json:"version"`
	VersionType string    `json:"version_type"`
}

func newTarget(r person.Revision) target { return target{r.ID, r.Version, "external_gte"} }

// encode is the two lines that index one entry.
func encode(entry match.Entry) ([]byte, error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	err := errors.Join(
		encoder.Encode(map[string]target{"index": newTarget(entry.Revision)}),
		encoder.Encode(mappings.NewDocument(entry)),
	)
	if err != nil {
		return nil, fmt.Errorf("encode document of %s: %w", entry.ID, err)
	}
	return lines.Bytes(), nil
}

// send writes the lines in one request and fills in their outcomes. What is too
// large for the server is halved, and rejected when it cannot be.
func (e elastic) send(ctx context.Context, alias string, lines [][]byte, outcomes []outcome) error {
	answer, err := e.post(ctx, alias, lines)
	switch {
	case err == nil:
		return answer.judge(outcomes)
	case !hasStatus(err, http.StatusRequestEntityTooLarge):
		return err
	case len(lines) == 1:
		outcomes[0] = outcome{rejected, "document_too_large"}
		return nil
	}
	half := len(lines) / 2
	if err := e.send(ctx, alias, lines[:half], outcomes[:half]); err != nil {
		return err
	}
	return e.send(ctx, alias, lines[half:], outcomes[half:])
}

func (e elastic) post(ctx context.Context, alias string, lines [][]byte) (bulkAnswer, error) {
	requireAlias := true
	var answer bulkAnswer
	err := e.do(ctx, esapi.BulkRequest{
		Index:        alias,
		Body:         bytes.NewReader(bytes.Join(lines, nil)),
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
