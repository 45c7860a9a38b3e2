package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"personindex/api"
	"personindex/configs"
)

// personal is all that the requests of these tests hold about people, as it could
// be written into a span or a log line.
func personal() []string {
	return []string{
		"Zebedee", "Quillfeather", "zebedee", "quillfeather", "QQ123456", "qq123456", "1989-10", "10/1989", "07700 9", "7700900123",
		"zq@example", "Larkspur", "larkspur", "hidden-id",
	}
}

const zebedee = `{"forename":"Zebedee","surname":"Quillfeather","dateOfBirth":"1989-10-11",
 "identification":[{"type":"NI","value":"QQ123456C"}],"communication":[{"channel":"email","value":"zq@example.org"},{"channel":"phone","value":"07700 900123"}],
 "addresses":[{"type":"current","line1":"12 Larkspur Road","postcode":"E8 1EA"}]}`

// observed is a service of its own that logs everything and sends its traces to a
// collector of the test's.
type observed struct {
	t         *testing.T
	app       *app
	service   *api.API
	url       string
	log       bytes.Buffer
	mutex     sync.Mutex
	collected bytes.Buffer // as it came
	spans     []*spans.Span
}

func newObserved(t *testing.T) *observed {
	t.Helper()
	o := &observed{t: t}
	endpoint := httptest.NewServer(http.HandlerFunc(o.collect))
	t.Cleanup(endpoint.Close)
	in := newInstallation(t, "PERSONS_LOG_SLOW_QUERY=1ns", "PERSONS_LOG_LEVEL=debug", "PERSONS_TELEMETRY_ENDPOINT="+endpoint.URL,
		"PERSONS_LINKS_FILE="+linksFile(t, endpoint.URL))
	config, err := configs.Load("", in.environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	if o.app, err = open(context.WithoutCancel(t.Context()), config, &o.log); err != nil {
		t.Fatal(err)
	}
	if err := o.app.indexer.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	o.service = o.app.api()
	server := httptest.NewServer(o.service)
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

// collect takes spans as an OpenTelemetry collector does.
func (o *observed) collect(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		o.t.Error(err)
	}
	var sent collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &sent); err != nil {
		o.t.Errorf("%s: %v", r.URL, err)
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.collected.Write(body)
	for _, resource := range sent.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			o.spans = append(o.spans, scope.GetSpans()...)
		}
	}
}

// finish ends the service, so that all spans are sent.
func (o *observed) finish() {
	o.app.close()
}

// lines are those of the log that have a value under a key.
func (o *observed) lines(key, value string) []map[string]any {
	o.t.Helper()
	var lines []map[string]any
	for line := range strings.Lines(o.log.String()) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			o.t.Fatalf("%v: %s", err, line)
		}
		if object[key] == value {
			lines = append(lines, object)
		}
	}
	return lines
}

func (o *observed) search() (searchID string) {
	o.t.Helper()
	status, body := request(o.t, http.MethodGet, o.url+"/persons?firstName=Zebedee&lastName=Quillfether&dateOfBirth=11/10/1989&ni=QQ123456C", "")
	if status != http.StatusOK {
		o.t.Fatalf("a search answers %d: %s", status, body)
	}
	id, _ := decode(o.t, body)["searchId"].(string)
	return id
}

// use does whatever touches personal data, and what goes wrong with it.
func (o *observed) use() {
	o.t.Helper()
	o.app.links.RunOnce(o.t.Context())
	status, body := request(o.t, http.MethodPost, o.url+"/persons", zebedee)
	if status != http.StatusCreated {
		o.t.Fatalf("create answers %d: %s", status, body)
	}
	if _, err := o.app.indexer.Drain(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	request(o.t, http.MethodPost, o.url+"/persons", zebedee)                                  // a duplicate
	request(o.t, http.MethodPost, o.url+"/persons/search", `{"lastName":"Quillfeather"`)      // unreadable
	request(o.t, http.MethodGet, o.url+"/persons?lastname=Quillfeather", "")                  // unknown
	request(o.t, http.MethodGet, o.url+"/persons/hidden-id", "")                              // nobody
	request(o.t, http.MethodGet, o.url+"/Zebedee/Quillfeather", "")                           // nowhere
	request(o.t, http.MethodGet, o.url+"/persons?system=Zebedee&reference=Quillfeather", "")  // nobody
	request(o.t, http.MethodPost, o.url+"/persons/hidden-id/crossReferences", `{"system":1}`) // invalid
}

func TestEveryLineOfASearchBearsItsIDs(t *testing.T) {
	t.Parallel()
	o := newObserved(t)
	searchID := o.search()
	o.finish()
	lines := o.lines("searchId", searchID)
	statements := map[any]bool{}
	for _, line := range lines {
		statements[line["statement"]] = true
		if line["requestId"] == nil || line["requestId"] != lines[0]["requestId"] {
			t.Errorf("a line of another request, or of none: %v", line)
		}
	}
	for _, want := range []string{"_search", "candidate_overlay_cleared"} {
		if !statements[want] {
			t.Errorf("no line of the search is about %s: %v", want, lines)
		}
	}
	if last := lines[len(lines)-1]; last["msg"] != "request" {
		t.Errorf("the last line of the search is %v", last)
	}
}

func TestATraceGoesThroughEveryPartAndHoldsNobody(t *testing.T) {
	t.Parallel()
	o := newObserved(t)
	o.use()
	o.search()
	o.finish()
	byName := map[string]*spans.Span{}
	for _, span := range o.spans {
		byName[span.GetName()] = span // the last of each
	}
	whole := byName["GET /persons"]
	if whole == nil {
		t.Fatalf("no span of the search: %v", byName)
	}
	for _, part := range []string{"candidate_overlay_cleared", "search"} {
		if span := byName[part]; span == nil || !bytes.Equal(span.GetTraceId(), whole.GetTraceId()) {
			t.Errorf("the trace of the search does not go through %s: %v", part, span)
		}
	}
	for _, secret := range personal() {
		if bytes.Contains(o.collected.Bytes(), []byte(secret)) {
			t.Errorf("the collector was sent %s", secret)
		}
		if strings.Contains(o.log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}
