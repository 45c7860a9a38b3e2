package indexer

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastic/go-elasticsearch/v8/esapi"
	"github.com/google/go-cmp/cmp"

	"personindex/mappings"
	"personindex/match"
	"personindex/person"
)

// An index that is being filled must not be searchable under the alias, and the
// change-over must leave exactly one index.
func TestServeChangesOverInOneStep(t *testing.T) {
	t.Parallel()
	e, alias := newServing(t)
	old, err := e.behind(t.Context(), alias)
	if err != nil || len(old) != 1 {
		t.Fatalf("got indices %v and error %v, want one", old, err)
	}
	name := newIndexName(alias, time.Now())
	settings := mappings.Settings{Shards: 1, Replicas: 0, RefreshInterval: "7s"}
	if err := e.create(t.Context(), name, settings); err != nil {
		t.Fatal(err)
	}
	if _, err := e.bulk(t.Context(), name+fillingSuffix, 1<<20, []match.Entry{entry("ada", 1, "Example")}); err != nil {
		t.Fatal(err)
	}
	if got := source(t, e, alias, "ada"); got.ID != "" {
		t.Error("a document of the index being filled is served")
	}

	if err := e.finish(t.Context(), name, settings); err != nil {
		t.Fatal(err)
	}
	if err := e.serve(t.Context(), alias, name, old); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]person.ID{"ada"}, found(t, e, alias, "name", "ada")); diff != "" {
		t.Errorf("found after the change-over (-want +got):\n%s", diff)
	}
	left, err := e.built(t.Context(), alias)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{name}, left); diff != "" {
		t.Errorf("indices left (-want +got):\n%s", diff)
	}
	if got := refreshInterval(t, e, name); got != "7s" {
		t.Errorf("refresh interval %q, want the configured 7s", got)
	}
}

func refreshInterval(t *testing.T, e elastic, name string) string {
	t.Helper()
	var answer map[string]struct {
		Settings map[string]any
	}
	flat := true
	if err := e.do(t.Context(), esapi.IndicesGetSettingsRequest{Index: []string{name}, FlatSettings: &flat}, &answer); err != nil {
		t.Fatal(err)
	}
	interval, _ := answer[name].Settings["index.refresh_interval"].(string)
	return interval
}

// When the index to be served is gone, the old one must go on serving.
func TestServeChangesNothingWhenItFails(t *testing.T) {
	t.Parallel()
	e, alias := newServing(t)
	old, err := e.behind(t.Context(), alias)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.serve(t.Context(), alias, newIndexName(alias, time.Now()), old); err == nil {
		t.Error("an index that does not exist is served")
	}
	still, err := e.behind(t.Context(), alias)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(old, still); diff != "" {
		t.Errorf("indices behind the alias (-want +got):\n%s", diff)
	}
}

func TestRefreshNamesAMissingIndex(t *testing.T) {
	t.Parallel()
	e, alias := newElastic(t)
	if err := e.refresh(t.Context(), alias); !errors.Is(err, ErrNoIndex) {
		t.Errorf("refresh of no index: got %v, want ErrNoIndex", err)
	}
}

// Two runs within one second must not fill one index.
func TestIndexNamesAreUnique(t *testing.T) {
	t.Parallel()
	now := time.Now()
	a, b := newIndexName("persons-0", now), newIndexName("persons-0", now)
	if a == b {
		t.Errorf("%q was chosen twice", a)
	}
	if a != strings.ToLower(a) {
		t.Errorf("%q has capitals, which no index name may have", a)
	}
}

// Reading more than a page must neither lose nor repeat an id, whatever order
// Elasticsearch keeps them in, and must set strays apart.
func TestRevisionsPageInOrder(t *testing.T) {
	t.Parallel()
	e, alias := newServing(t)
	var entries []match.Entry
	for n, id := range ids(pageSize + 10) {
		entries = append(entries, match.Entry{Revision: person.Revision{ID: id, Version: int64(n%3) + 1}, Gone: true})
	}
	for _, id := range []person.ID{"Zoe", "a~b", "=", "0"} {
		entries = append(entries, match.Entry{Revision: person.Revision{ID: id, Version: 5}, Gone: true})
	}
	for page := range slices.Chunk(entries, 2000) {
		if _, err := e.bulk(t.Context(), alias, 5<<20, page); err != nil {
			t.Fatal(err)
		}
	}
	put(t, e, alias, "unfiled", map[string]any{"version": 1})
	put(t, e, alias, "misfiled", map[string]any{"id": "p00003", "version": 1})
	if err := e.refresh(t.Context(), alias); err != nil {
		t.Fatal(err)
	}

	var got, strays []person.Revision
	stray := func(r person.Revision) error { strays = append(strays, r); return nil }
	for r, err := range e.revisions(t.Context(), alias, stray) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	var want []person.Revision
	for _, entry := range entries {
		want = append(want, entry.Revision)
	}
	slices.SortFunc(want, func(a, b person.Revision) int { return strings.Compare(string(a.ID), string(b.ID)) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]person.Revision{{ID: "misfiled", Version: 1}, {ID: "unfiled", Version: 1}}, strays); diff != "" {
		t.Errorf("strays (-want +got):\n%s", diff)
	}
}

// put writes a document as somebody would by hand.
func put(t testing.TB, e elastic, index, id string, document any) {
	t.Helper()
	if err := e.do(t.Context(), esapi.IndexRequest{Index: index, DocumentID: id, Body: jsonBody(document)}, nil); err != nil {
		t.Fatal(err)
	}
}
