package indexer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"github.com/elastic/go-elasticsearch/v8/esapi"

	"personindex/person"
)

// keepAlive is how long Elasticsearch keeps a view of the index between pages.
const keepAlive = "2m"

// revisions yields the revision of every document as the index was when the
// iteration began, by the bytes of their ids. Documents that are not filed under
// their own id go to stray instead, whose error ends the iteration.
func (e elastic) revisions(ctx context.Context, alias string, stray func(person.Revision) error) iter.Seq2[person.Revision, error] {
	return func(yield func(person.Revision, error) bool) {
		view, err := e.openView(ctx, alias)
		if err != nil {
			yield(person.Revision{}, err)
			return
		}
		defer func() { e.closeView(ctx, view) }()
		for after := json.RawMessage(nil); ; {
			page, err := e.page(ctx, view, after)
			if err != nil {
				yield(person.Revision{}, err)
				return
			}
			view = page.View
			for _, hit := range page.Hits.Hits {
				if hit.filed() {
					if !yield(hit.revision(), nil) {
						return
					}
				} else if err := stray(hit.revision()); err != nil {
					yield(person.Revision{}, err)
					return
				}
			}
			if len(page.Hits.Hits) < pageSize {
				return
			}
			after = page.Hits.Hits[pageSize-1].Sort
		}
	}
}

func (e elastic) openView(ctx context.Context, alias string) (string, error) {
	var answer struct{ ID string }
	err := e.do(ctx, esapi.OpenPointInTimeRequest{Index: []string{alias}, KeepAlive: keepAlive}, &answer)
	if hasStatus(err, http.StatusNotFound) {
		return "", ErrNoIndex
	}
	if err != nil {
		return "", fmt.Errorf("open a view of %s: %w", alias, err)
	}
	return answer.ID, nil
}

// closeView frees the view. If that fails, Elasticsearch does it after keepAlive.
func (e elastic) closeView(ctx context.Context, view string) {
	ctx = context.WithoutCancel(ctx)
	_ = e.do(ctx, esapi.ClosePointInTimeRequest{Body: jsonBody(map[string]string{"id": view})}, nil)
}

type revisionPage struct {
	View   string `json:"pit_id"`
	Shards struct {
		Failed int
	} `json:"_shards"`
	Hits struct {
		Hits []revisionHit
	}
}

type revisionHit struct {
	ID      person.ID `json:"_id"`
	Version int64     `json:"_version"`
	Sort    json.RawMessage
}

func (h revisionHit) revision() person.Revision {
	return person.Revision{ID: h.ID, Version: h.Version}
}

// filed reports whether the document's field `id`, by which pages are sorted, is
// its id.
func (h revisionHit) filed() bool {
	var sort []any
	return json.Unmarshal(h.Sort, &sort) == nil && len(sort) > 0 && sort[0] == string(h.ID)
}

func (e elastic) page(ctx context.Context, view string, after json.RawMessage) (revisionPage, error) {
	body := map[string]any{
		"pit":              map[string]string{"id": view, "keep_alive": keepAlive},
		"size":             pageSize,
		"sort":             []any{map[string]string{"id": "asc"}},
		"version":          true,
		"_source":          false,
		"track_total_hits": false,
	}
	if after != nil {
		body["search_after"] = after
	}
	var page revisionPage
	err := e.do(ctx, esapi.SearchRequest{
		Body:       jsonBody(body),
		FilterPath: []string{"pit_id", "_shards.failed", "hits.hits._id", "hits.hits._version", "hits.hits.sort", "error.type"},
	}, &page)
	if err == nil && page.Shards.Failed > 0 {
		err = fmt.Errorf("%d shards failed", page.Shards.Failed)
	}
	if err != nil {
		return page, fmt.Errorf("read revisions of the index: %w", err)
	}
	return page, nil
}

// revisionsOf returns the versions of those of the ids that have a document now,
// searchable or not.
func (e elastic) revisionsOf(ctx context.Context, alias string, ids []person.ID) (map[person.ID]int64, error) {
	var answer struct {
		Docs []struct {
			ID      person.ID `json:"_id"`
			Version int64     `json:"_version"`
			Found   bool
			Error   errorType
		}
	}
	err := e.do(ctx, esapi.MgetRequest{
		Index:      alias,
		Body:       jsonBody(map[string]any{"ids": ids}),
		Source:     []string{"false"},
		FilterPath: []string{"docs._id", "docs._version", "docs.found", "docs.error.type", "error.type"},
	}, &answer)
	if err != nil {
		return nil, fmt.Errorf("read revisions of the index: %w", err)
	}
	held := make(map[person.ID]int64, len(ids))
	for _, doc := range answer.Docs {
		if doc.Error.Type != "" {
			return nil, fmt.Errorf("read revision of %s in the index: %s", doc.ID, doc.Error.name())
		}
		if doc.Found {
			held[doc.ID] = doc.Version
		}
	}
	return held, nil
}

// deleteDocuments deletes documents unless they are newer by now.
func (e elastic) deleteDocuments(ctx context.Context, alias string, revisions []person.Revision) error {
	if len(revisions) == 0 {
		return nil
	}
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, r := range revisions {
		if err := encoder.Encode(map[string]target{"delete": newTarget(r)}); err != nil {
			return fmt.Errorf("encode deletion of %s: %w", r.ID, err)
		}
	}
	answer, err := e.post(ctx, alias, lines.Bytes())
	if err != nil {
		return fmt.Errorf("delete documents: %w", err)
	}
	var errs []error
	for n, item := range answer.Items {
		// Not found (without an error) and a newer version are both what is wanted.
		if d := item["delete"]; d.Error.Type != "" && d.Status != http.StatusConflict {
			errs = append(errs, fmt.Errorf("delete document %s: %d %s", revisions[n].ID, d.Status, d.Error.name()))
		}
	}
	return errors.Join(errs...)
}
