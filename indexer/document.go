package indexer

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/elastic/go-elasticsearch/v8/esapi"

	"personindex/person"
)

// Held is what one index holds about a person.
type Held struct {
	Index    string          `json:"index"`
	Document json.RawMessage `json:"document"`
}

// Documents returns what every index that is kept up to date holds about a person,
// searchable or not yet. An index without a document of theirs, or that is not
// built yet, is left out.
func (i *Indexer) Documents(ctx context.Context, id person.ID) ([]Held, error) {
	aliases, err := i.store.RegisteredIndices(ctx)
	if err != nil {
		return nil, err
	}
	held := []Held{}
	for _, alias := range aliases {
		var answer struct {
			Source json.RawMessage `json:"_source"`
		}
		err := i.elastic.do(ctx, esapi.GetRequest{Index: alias, DocumentID: string(id)}, &answer)
		if hasStatus(err, http.StatusNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		held = append(held, Held{alias, answer.Source})
	}
	return held, nil
}
