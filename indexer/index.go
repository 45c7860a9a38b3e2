package indexer

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/elastic/go-elasticsearch/v8/esapi"

	"personindex/mappings"
)

// fillingSuffix ends the alias under which an index is filled. It serves so that
// a fill writes to no index but its own: once that is gone, nothing is made in
// its place on the fly.
const fillingSuffix = "-filling"

// newIndexName is a name that no other run chooses, and that says when it was.
func newIndexName(alias string, now time.Time) string {
	return alias + "-" + now.UTC().Format("20060102150405") + "-" + strings.ToLower(rand.Text()[:8])
}

// create makes an empty index to be filled: it is not refreshed and has no
// replicas, which would each do the work once more.
func (e elastic) create(ctx context.Context, name string, settings mappings.Settings) error {
	settings.Replicas, settings.RefreshInterval = 0, "-1"
	body, err := mappings.Body(settings)
	if err != nil {
		return err
	}
	if err := e.do(ctx, esapi.IndicesCreateRequest{Index: name, Body: bytes.NewReader(body)}, nil); err != nil {
		return fmt.Errorf("create index %s: %w", name, err)
	}
	if err := e.updateAliases(ctx, addAlias(name, name+fillingSuffix)); err != nil {
		return fmt.Errorf("name index %s for filling: %w", name, err)
	}
	return nil
}

// finish gives a filled index the settings it serves with.
func (e elastic) finish(ctx context.Context, name string, settings mappings.Settings) error {
	err := e.do(ctx, esapi.IndicesPutSettingsRequest{
		Index: []string{name},
		Body: jsonBody(map[string]any{"index": map[string]any{
			"number_of_replicas": settings.Replicas,
			"refresh_interval":   settings.RefreshInterval,
		}}),
	}, nil)
	if err != nil {
		return fmt.Errorf("set up index %s: %w", name, err)
	}
	return e.refresh(ctx, name)
}

// refresh makes searchable what was written before, on every copy of the index.
func (e elastic) refresh(ctx context.Context, index string) error {
	var answer struct {
		Shards struct{ Failed int } `json:"_shards"`
	}
	err := e.do(ctx, esapi.IndicesRefreshRequest{Index: []string{index}}, &answer)
	switch {
	case hasStatus(err, http.StatusNotFound):
		return ErrNoIndex
	case err != nil:
		return fmt.Errorf("refresh %s: %w", index, err)
	case answer.Shards.Failed > 0:
		return fmt.Errorf("refresh %s: %d shards failed", index, answer.Shards.Failed)
	}
	return nil
}

// behind returns the indices that an alias leads to; none where there is no such
// alias.
func (e elastic) behind(ctx context.Context, alias string) ([]string, error) {
	var answer map[string]any
	err := e.do(ctx, esapi.IndicesGetAliasRequest{Name: []string{alias}}, &answer)
	if hasStatus(err, http.StatusNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look up alias %s: %w", alias, err)
	}
	return slices.Sorted(maps.Keys(answer)), nil
}

// built returns the indices that were ever built for an alias and still exist.
func (e elastic) built(ctx context.Context, alias string) ([]string, error) {
	var answer map[string]any
	err := e.do(ctx, esapi.IndicesGetRequest{Index: []string{alias + "-*"}, Features: "aliases"}, &answer)
	if err != nil {
		return nil, fmt.Errorf("list indices of %s: %w", alias, err)
	}
	return slices.Sorted(maps.Keys(answer)), nil
}

// delete removes indices, also those that are gone already.
func (e elastic) delete(ctx context.Context, names ...string) error {
	var errs []error
	for _, name := range names {
		err := e.do(ctx, esapi.IndicesDeleteRequest{Index: []string{name}}, nil)
		if err != nil && !hasStatus(err, http.StatusNotFound) {
			errs = append(errs, fmt.Errorf("delete index %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// serve has the alias lead to a filled index and deletes those it led to before,
// all in one step or not at all.
func (e elastic) serve(ctx context.Context, alias, name string, replaced []string) error {
	actions := []aliasAction{
		{"remove": {Index: name, Alias: name + fillingSuffix}},
		addAlias(name, alias),
	}
	for _, old := range replaced {
		actions = append(actions, aliasAction{"remove_index": {Index: old}})
	}
	if err := e.updateAliases(ctx, actions...); err != nil {
		return fmt.Errorf("serve index %s: %w", name, err)
	}
	return nil
}

// aliasAction is one step of an alias change: what to do, to what.
type aliasAction map[string]aliasTarget

type aliasTarget struct {
	Index string `json:"index"`
	Alias string `json:"alias,omitempty"`
}

func addAlias(index, alias string) aliasAction {
	return aliasAction{"add": {Index: index, Alias: alias}}
}

func (e elastic) updateAliases(ctx context.Context, actions ...aliasAction) error {
	body := jsonBody(map[string]any{"actions": actions})
	return e.do(ctx, esapi.IndicesUpdateAliasesRequest{Body: body}, nil)
}
