package indexer

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/elastic/go-elasticsearch/v8/esapi"
	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
)

func verdicts(outcomes []outcome) []verdict {
	var list []verdict
	for _, o := range outcomes {
		list = append(list, o.verdict)
	}
	return list
}

// An older version that comes late must not replace a newer one, and an equal
// one must, for that is how a document is mended.
func TestBulkKeepsTheNewestVersion(t *testing.T) {
	t.Parallel()
	e, alias := newServing(t)
	for _, step := range []struct {
		name    string
		entry   match.Entry
		verdict verdict
		surname string // that the index then holds
	}{
		{"the first version is written", entry("ada", 2, "Example"), indexed, "example"},
		{"an older one is overtaken", entry("ada", 1, "Sample"), overtaken, "example"},
		{"an equal one is written again", entry("ada", 2, "Muster"), indexed, "muster"},
		{"a newer one is written", entry("ada", 7, "Esempio"), indexed, "esempio"},
		{"a tombstone is written", match.Entry{Revision: person.Revision{ID: "ada", Version: 8}, Gone: true}, indexed, ""},
		{"a late write does not bring anybody back", entry("ada", 7, "Esempio"), overtaken, ""},
	} {
		outcomes, err := e.bulk(t.Context(), alias, 1<<20, []match.Entry{step.entry})
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if diff := cmp.Diff([]verdict{step.verdict}, verdicts(outcomes)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
		document := source(t, e, alias, "ada")
		if got := len(document.Fields.Name) > 0; got != (step.surname != "") || document.Tombstone == got {
			t.Errorf("%s: names %v, tombstone %v", step.name, got, document.Tombstone)
		}
		if step.surname != "" && document.Fields.Name[len(document.Fields.Name)-1] != step.surname {
			t.Errorf("%s: the index holds %v, want the surname %q last", step.name, document.Fields.Name, step.surname)
		}
	}
}

// counting counts requests.
type counting struct {
	esapi.Transport
	requests *int
}

func (c counting) Perform(r *http.Request) (*http.Response, error) {
	*c.requests++
	return c.Transport.Perform(r)
}

// However small a request may be, every document gets its own outcome, in order.
func TestBulkSplitsBySize(t *testing.T) {
	t.Parallel()
	e, alias := newServing(t)
	if _, err := e.bulk(t.Context(), alias, 1<<20, []match.Entry{entry("p00007", 9, "Example")}); err != nil {
		t.Fatal(err)
	}
	var entries []match.Entry
	want := make([]verdict, 20)
	for n, id := range ids(len(want)) {
		entries = append(entries, entry(id, 3, "Example"))
		want[n] = indexed
	}
	want[7] = overtaken
	line, err := encode(entries[:1])
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ limit, requests int }{
		"all in one request":                   {20 * len(line.bytes()), 1},
		"as many as fit":                       {7*len(line.bytes()) + 1, 3},
		"a document a request where none fits": {1, 20},
	} {
		sent := 0
		e := elastic{counting{e.transport, &sent}, e.timeout, e.breaker}
		outcomes, err := e.bulk(t.Context(), alias, test.limit, entries)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, verdicts(outcomes)); diff != "" {
			t.Errorf("%s: outcomes (-want +got):\n%s", name, diff)
		}
		if sent != test.requests {
			t.Errorf("%s: %d requests, want %d", name, sent, test.requests)
		}
	}
}

// limited is an Elasticsearch behind a proxy that takes small bodies only.
type limited struct {
	esapi.Transport
	bytes int64
}

func (l limited) Perform(r *http.Request) (*http.Response, error) {
	if r.ContentLength > l.bytes {
		return &http.Response{StatusCode: http.StatusRequestEntityTooLarge, Body: http.NoBody}, nil
	}
	return l.Transport.Perform(r)
}

// A proxy's own limit, which nobody told us, must not hold up anybody but those
// whose document alone is above it.
func TestBulkHalvesWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	e, alias := newServing(t)
	e.transport = limited{e.transport, 2000}
	var entries []match.Entry
	for _, id := range ids(20) {
		entries = append(entries, entry(id, 1, "Example"))
	}
	huge := person.Person{ID: "p00010", Surname: "Example"}
	for n := range person.MaxItems {
		huge.Communication = append(huge.Communication, person.Contact{
			Channel: "email",
			Value:   fmt.Sprintf("the.same.person.once.more.%d@example.org", n),
		})
	}
	entries[10].Record = match.Standardise(huge)

	outcomes, err := e.bulk(t.Context(), alias, 1<<20, entries)
	if err != nil {
		t.Fatal(err)
	}
	for n, o := range outcomes {
		want := outcome{verdict: indexed}
		if n == 10 {
			want = outcome{rejected, "document_too_large"}
		}
		if o != want {
			t.Errorf("document %d: got %v, want %v", n, o, want)
		}
	}
}

// A missing index must not be made by writing to it, with guessed fields.
func TestBulkMakesNoIndex(t *testing.T) {
	t.Parallel()
	e, alias := newElastic(t)
	_, err := e.bulk(t.Context(), alias, 1<<20, []match.Entry{entry("ada", 1, "Example")})
	if !errors.Is(err, ErrNoIndex) {
		t.Errorf("writing to no index: got %v, want ErrNoIndex", err)
	}
	names, err := e.built(t.Context(), alias)
	if err != nil || len(names) > 0 {
		t.Errorf("got indices %v and error %v, want none", names, err)
	}
}

func TestBulkJudgesEachItem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		item string
		want outcome
	}{
		"created":            {`{"index":{"status":201}}`, outcome{verdict: indexed}},
		"written over":       {`{"index":{"status":200}}`, outcome{verdict: indexed}},
		"overtaken":          {`{"index":{"status":409,"error":{"type":"version_conflict_engine_exception"}}}`, outcome{verdict: overtaken}},
		"too busy":           {`{"index":{"status":429,"error":{"type":"es_rejected_execution_exception"}}}`, outcome{}},
		"shard unavailable":  {`{"index":{"status":503,"error":{"type":"unavailable_shards_exception"}}}`, outcome{}},
		"index read-only":    {`{"index":{"status":403,"error":{"type":"cluster_block_exception"}}}`, outcome{}},
		"unknown field":      {`{"index":{"status":400,"error":{"type":"strict_dynamic_mapping_exception"}}}`, outcome{rejected, "strict_dynamic_mapping_exception"}},
		"a type that quotes": {`{"index":{"status":400,"error":{"type":"failed on 11/10/1989"}}}`, outcome{rejected, "unknown_error"}},
		"nothing readable":   {`{}`, outcome{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := make([]outcome, 1)
			if err := readAnswer(t, `{"items":[`+test.item+`]}`).judge(got); err != nil {
				t.Fatal(err)
			}
			if got[0] != test.want {
				t.Errorf("got %v, want %v", got[0], test.want)
			}
		})
	}
	if err := readAnswer(t, `{"items":[]}`).judge(make([]outcome, 1)); err == nil {
		t.Error("an answer with an item too few passed")
	}
}

func readAnswer(t *testing.T, text string) (answer bulkAnswer) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
