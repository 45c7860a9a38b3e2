package indexer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"github.com/elastic/go-elasticsearch/v8/esapi"

	"personindex/internal/breaker"
	"personindex/internal/localstack/localstacktest"
	"personindex/mappings"
	"personindex/match"
	"personindex/person"
)

// newElastic returns the real Elasticsearch and an alias of the test's own, whose
// indices are deleted when it ends.
func newElastic(t testing.TB) (elastic, string) {
	t.Helper()
	e := connect(t, elasticsearchURL(t))
	alias := mappings.Alias("test-" + strings.ToLower(rand.Text()[:10]))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		names, err := e.built(ctx, alias)
		if err == nil {
			err = e.delete(ctx, names...)
		}
		if err != nil {
			t.Errorf("clean up: %v", err)
		}
	})
	return e, alias
}

func elasticsearchURL(t testing.TB) string {
	t.Helper()
	return localstacktest.ForTest(t).ElasticsearchURLs[0]
}

func connect(t testing.TB, address string) elastic {
	t.Helper()
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.MaxIdleConnsPerHost = 10
	t.Cleanup(pool.CloseIdleConnections)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("an Elasticsearch address that is no URL")
	}
	transport, err := elastictransport.NewClient(
		elastictransport.WithURLs(u),
		elastictransport.WithDisableRetry(),
		elastictransport.WithTransport(pool),
	)
	if err != nil {
		t.Fatal(err)
	}
	return elastic{transport, 30 * time.Second, breaker.New("test", breaker.Config{}, slog.New(slog.DiscardHandler))}
}

// newServing returns an Elasticsearch with an empty index behind the alias.
func newServing(t testing.TB) (elastic, string) {
	t.Helper()
	e, alias := newElastic(t)
	name := newIndexName(alias, time.Now())
	if err := e.create(t.Context(), name, mappings.Settings{Shards: 1}); err != nil {
		t.Fatal(err)
	}
	if err := e.serve(t.Context(), alias, name, nil); err != nil {
		t.Fatal(err)
	}
	return e, alias
}

// entry is somebody's revision as the index knows it.
func entry(id person.ID, version int64, surname string) match.Entry {
	return match.Entry{
		Revision: person.Revision{ID: id, Version: version},
		Record:   match.Standardise(person.Person{ID: id, Forename: "Ada", Surname: surname}),
	}
}

// source reads a document as it is now, searchable or not.
func source(t testing.TB, e elastic, alias string, id person.ID) mappings.Document {
	t.Helper()
	var answer struct {
		Source mappings.Document `json:"_source"`
	}
	err := e.do(t.Context(), esapi.GetRequest{Index: alias, DocumentID: string(id)}, &answer)
	if err != nil && !hasStatus(err, http.StatusNotFound) {
		t.Fatal(err)
	}
	return answer.Source
}

// found returns the ids that a search by field and value finds.
func found(t testing.TB, e elastic, alias, field, value string) []person.ID {
	t.Helper()
	var answer struct {
		Hits struct {
			Hits []struct {
				ID person.ID `json:"_id"`
			}
		}
	}
	err := e.do(t.Context(), esapi.SearchRequest{
		Index: []string{alias},
		Body: jsonBody(map[string]any{
			"query": map[string]any{"term": map[string]string{field: value}},
			"sort":  []any{map[string]string{"id": "asc"}},
			"size":  100,
		}),
	}, &answer)
	if err != nil {
		t.Fatal(err)
	}
	var ids []person.ID
	for _, hit := range answer.Hits.Hits {
		ids = append(ids, hit.ID)
	}
	return ids
}

func ids(n int) []person.ID {
	list := make([]person.ID, n)
	for i := range list {
		list[i] = person.ID(fmt.Sprintf("p%05d", i))
	}
	return list
}

// bodyWithout is the body that creates an index, less a field.
func bodyWithout(t testing.TB, field string) map[string]any {
	t.Helper()
	text, err := mappings.Body(mappings.Settings{Shards: 1, RefreshInterval: "-1"})
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(text, &body); err != nil {
		t.Fatal(err)
	}
	delete(body["mappings"].(map[string]any)["properties"].(map[string]any), field)
	return body
}
