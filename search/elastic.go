package search

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"github.com/elastic/go-elasticsearch/v8/esapi"

	"personindex/person"
)

// Elastic proposes candidates from the Elasticsearch index behind one alias. It
// is safe for concurrent use.
type Elastic struct {
	transport esapi.Transport
	alias     string
}

// NewElastic returns a source of candidates that searches alias only.
func NewElastic(transport esapi.Transport, alias string) *Elastic {
	return &Elastic{transport: transport, alias: alias}
}

// fewFound is the number of candidates below which a question is asked again with
// misspelt names. On registers with a borough's names hardly any question finds so
// few; of FEBRL4's, where names are dirtier, 1 in 250 is answered only so.
const fewFound = 5

// Candidates returns the ids of at most limit people, those who share most and
// rarest with who is wanted first. It makes one request, or two if that finds hardly anybody,
// within the deadline of ctx. An incomplete answer, by time-out or lost shards, is an error: people would be
// missing without anybody being told.
func (e *Elastic) Candidates(ctx context.Context, w Wanted, limit int) ([]person.ID, error) {
	body, err := CandidateBody(w, limit)
	if err != nil {
		return nil, fmt.Errorf("write candidate query: %w", err)
	}
	ids, err := e.search(ctx, body)
	if err != nil || len(ids) >= min(fewFound, limit) || w.Record.NamesOnly() {
		return ids, err
	}
	if body, err = misspeltBody(w, limit); err != nil {
		return nil, fmt.Errorf("write candidate query: %w", err)
	}
	return e.search(ctx, body)
}

func (e *Elastic) search(ctx context.Context, body []byte) ([]person.ID, error) {
	response, err := esapi.SearchRequest{
		Index:      []string{e.alias},
		Body:       bytes.NewReader(body),
		FilterPath: []string{"hits.hits.fields", "timed_out", "_shards.failed"},
		Instrument: instrumentation(e.transport),
	}.Do(ctx, e.transport)
	if err != nil {
		return nil, fmt.Errorf("ask Elasticsearch: %w", err)
	}
	defer response.Body.Close()
	if response.IsError() {
		// The reason Elasticsearch gives may quote the query, which is personal.
		_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
		return nil, fmt.Errorf("ask Elasticsearch: status %d", response.StatusCode)
	}
	var answer struct {
		TimedOut bool `json:"timed_out"`
		Shards   struct {
			Failed int `json:"failed"`
		} `json:"_shards"`
		Hits struct {
			Hits []struct {
				Fields struct {
					ID [1]person.ID `json:"id"`
				} `json:"fields"`
			} `json:"hits"`
		} `json:"hits"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("read answer of Elasticsearch: %w", err)
	}
	if answer.TimedOut || answer.Shards.Failed > 0 {
		return nil, fmt.Errorf("ask Elasticsearch: incomplete answer, timed out %t, %d shards failed", answer.TimedOut, answer.Shards.Failed)
	}
	ids := make([]person.ID, len(answer.Hits.Hits))
	for i, hit := range answer.Hits.Hits {
		if ids[i] = hit.Fields.ID[0]; ids[i] == "" {
			return nil, errors.New("ask Elasticsearch: a document without its id")
		}
	}
	return ids, nil
}

// instrumentation is what the transport traces with, if it does.
func instrumentation(transport esapi.Transport) elastictransport.Instrumentation {
	if instrumented, ok := transport.(elastictransport.Instrumented); ok {
		return instrumented.InstrumentationEnabled()
	}
	return nil
}

// Ready reports, as an error, why the index cannot be searched, or nil.
func (e *Elastic) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	response, err := esapi.IndicesExistsAliasRequest{Name: []string{e.alias}}.Do(ctx, e.transport)
	if err != nil {
		return fmt.Errorf("ask Elasticsearch: %w", err)
	}
	defer response.Body.Close()
	if response.IsError() {
		return fmt.Errorf("index %s does not exist yet", e.alias)
	}
	return nil
}
