package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/elastic/elastic-transport-go/v8/elastictransport"

	"personindex/access"
	"personindex/audit"
	"personindex/match"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// service is the API on a real server, a real register and the real search. The
// search finds no Elasticsearch and answers from Postgres, so that nothing here
// waits for an index.
type service struct {
	t     *testing.T
	api   *API
	store *storage.Store
	// postgres is where the store is, for a look behind it, and auditor the key
	// that opens what was asked.
	postgres string
	auditor  *audit.PrivateKey
	url      string
	close    func() // waits for what is under way
	logs     *lines
	// http is this test's own: httptest closes the idle connections of the
	// default one whenever any test ends.
	http *http.Transport
}

// start serves until the test ends. change may alter what the API is made of.
func start(t *testing.T, change ...func(*Config, *Deps)) *service {
	t.Helper()
	s := &service{t: t, postgres: storagetest.NewConfig(t).URL, logs: &lines{}, http: &http.Transport{}}
	store, err := storage.Open(t.Context(), storage.Config{URL: s.postgres})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	s.store = store
	var config Config
	deps := Deps{
		Callers:  callers{},
		Searcher: searcher(t, s.store), Register: s.store, AuditKey: s.newAuditor(),
		Dependencies: []Dependency{{Name: "postgres", Check: s.store.Ping}},
		Logger:       slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&config, &deps)
	}
	s.api = New(config, deps)
	server := httptest.NewUnstartedServer(nil)
	server.Config = s.api.Server("")
	server.Start()
	t.Cleanup(server.Close)
	t.Cleanup(s.http.CloseIdleConnections)
	s.url, s.close = server.URL, server.Close
	return s
}

// callers believes whoever a test says that it is.
type callers struct{}

// tester is whoever sends the requests of a test that does not say.
func tester() access.Caller { return access.Caller{Subject: "tester", Roles: access.Roles()} }

// tokenOf is the credential by which callers knows c.
func tokenOf(c access.Caller) string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	return "Bearer " + base64.RawURLEncoding.EncodeToString(text)
}

func (callers) Authenticate(_ context.Context, authorization string) (access.Caller, error) {
	token, found := strings.CutPrefix(authorization, "Bearer ")
	if !found {
		return access.Caller{}, access.ErrNobody
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimSuffix(token, ".")) // with it, it looks like a token
	if err != nil {
		return access.Caller{}, access.ErrRefused
	}
	var c access.Caller
	if json.Unmarshal(text, &c) != nil {
		return access.Caller{}, access.ErrRefused
	}
	return c, nil
}

func searcher(t *testing.T, store *storage.Store) Searcher {
	t.Helper()
	nowhere, err := elastictransport.NewClient(elastictransport.WithDisableRetry(), elastictransport.WithTransport(unreachable{}))
	if err != nil {
		t.Fatal(err)
	}
	config := search.Config{
		Alias: "persons-none", Candidates: 100, Deadline: 10 * time.Second, IndexDeadline: time.Second, OnFile: 0.5,
		AllowTestNumbers: true, Grades: search.Thresholds{Certain: .99, Probable: .8, Possible: .05},
	}
	return search.New(config, search.NewElastic(nowhere, config.Alias), store, match.DefaultModel(), slog.New(slog.DiscardHandler))
}

// unreachable is the network of a machine that reaches nobody.
type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

// in is s for a subtest.
func (s *service) in(t *testing.T) *service {
	sub := *s
	sub.t = t
	return &sub
}

// response is an answer that has been read and found to be as documented.
type response struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// do sends a request. Headers follow the body in pairs; a body is JSON unless
// they say otherwise.
func (s *service) do(method, path, body string, headers ...string) response {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Authorization", tokenOf(tester()))
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
	}
	answer, err := s.http.RoundTrip(request)
	if err != nil {
		s.t.Fatal(method, path, err, s.logs)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	r := response{s.t, answer.StatusCode, answer.Header, string(content)}
	s.documented(method, path, r)
	return r
}

// documented holds an answer to what the OpenAPI document says of it: the
// status, the media type and the shape of the body.
func (s *service) documented(method, path string, r response) {
	s.t.Helper()
	operation := s.operation(method, path)
	if operation == nil {
		return
	}
	said, ok := operation.Responses[strconv.Itoa(r.status)]
	if !ok {
		s.t.Errorf("%s %s answered %d, which the document does not say: %s", method, operation.Path, r.status, r.body)
		return
	}
	if r.body == "" {
		return
	}
	media := said.Content[r.header.Get("Content-Type")]
	if media == nil {
		s.t.Errorf("%s %s answered %d as %q, which the document does not say", method, operation.Path, r.status, r.header.Get("Content-Type"))
		return
	}
	var parsed any
	if err := json.Unmarshal([]byte(r.body), &parsed); err != nil {
		s.t.Errorf("%s %s: %v in %s", method, operation.Path, err, r.body)
	}
	var result huma.ValidateResult
	huma.Validate(s.api.schemas(), media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, parsed, &result)
	if media.Schema.OneOf == nil && len(result.Errors) > 0 {
		s.t.Errorf("%s %s answered %d in another shape than documented: %v", method, operation.Path, r.status, result.Errors)
	}
}

// operation is what the document says of a method and path, or nil.
func (s *service) operation(method, path string) *huma.Operation {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if len(parts) > 2 && parts[1] == "persons" && path != searchPath {
		parts[2] = "{id}"
	}
	if len(parts) > 4 && parts[3] == "extended" {
		parts[4] = "{area}"
	}
	item := s.api.huma.OpenAPI().Paths[strings.Join(parts, "/")]
	if item == nil {
		return nil
	}
	return map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}[method]
}

// want fails the test unless the status is the expected one.
func (r response) want(status int) response {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status is %d and should be %d: %s", r.status, status, r.body)
	}
	return r
}

// wantProblem fails the test unless the answer is a problem of this kind.
func (r response) wantProblem(k kind) problem {
	r.t.Helper()
	var p problem
	r.decode(&p)
	if got := p.Type; got != problemsPath+"#"+string(k) || r.status != k.about().status || p.Status != r.status {
		r.t.Fatalf("answered %d %s and should be %d %s: %s", r.status, got, k.about().status, k, r.body)
	}
	if r.header.Get("Content-Type") != "application/problem+json" || p.RequestID != r.header.Get("X-Request-ID") {
		r.t.Errorf("a problem must be application/problem+json and name its request: %v %s", r.header, r.body)
	}
	return p
}

func (r response) decode(target any) {
	r.t.Helper()
	if err := json.Unmarshal([]byte(r.body), target); err != nil {
		r.t.Fatalf("%v in %s", err, r.body)
	}
}

func (r response) person() person.Person {
	r.t.Helper()
	var p person.Person
	r.decode(&p)
	return p
}

// create makes a person and returns them.
func (s *service) create(document string) person.Person {
	s.t.Helper()
	return s.do(http.MethodPost, "/persons", document).want(http.StatusCreated).person()
}

// fields is the field errors of a problem as "field: message".
func (p problem) fields() []string {
	var texts []string
	for _, e := range p.Errors {
		texts = append(texts, cmp.Or(e.Field, "-")+": "+e.Message)
	}
	return texts
}

// lines gathers what is logged.
type lines struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// answering is a search whose answer is given, for what only the real search's
// thresholds would otherwise decide. It is no stand-in for a database.
type answering struct {
	answer search.Answer
	err    error
}

func (a answering) Search(context.Context, person.Restriction, search.Query, ...func([]person.ID)) (search.Answer, error) {
	return a.answer, a.err
}

func (a answering) Like(context.Context, person.Restriction, person.Person) (search.Answer, error) {
	return a.answer, a.err
}
