package api

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the published files anew")

// current fails the test unless the file holds want, or writes it.
func current(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), string(want)); diff != "" {
		t.Errorf("%s is not current: run go test ./api -update and review the difference\n%s", file, diff)
	}
}

func TestTheOpenAPIFileIsCurrent(t *testing.T) {
	t.Parallel()
	document, err := New(Config{}, Deps{}).huma.OpenAPI().YAML()
	if err != nil {
		t.Fatal(err)
	}
	current(t, "openapi.yaml", document)
}

func TestTheDocumentIsServed(t *testing.T) {
	t.Parallel()
	r := start(t).do(http.MethodGet, openAPIPath, "").want(http.StatusOK)
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]json.RawMessage
	}
	r.decode(&document)
	var told []string
	for path, methods := range document.Paths {
		for method := range methods {
			told = append(told, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(told)
	want := []string{
		"DELETE /persons/{id}", "DELETE /persons/{id}/extended/{area}", "GET /healthz", "GET /persons", "GET /persons/{id}", "GET /persons/{id}/audit",
		"GET /persons/{id}/extended/{area}", "GET /persons/{id}/extended/{area}/history", "GET /persons/{id}/history", "GET /readyz",
		"PATCH /persons/{id}", "PATCH /persons/{id}/extended/{area}", "POST /persons", "POST /persons/search", "POST /persons/{id}", "POST /persons/{id}/crossReferences",
		"PUT /persons/{id}/extended/{area}",
	}
	if diff := cmp.Diff(want, told); diff != "" || document.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s tells of (-want +got):\n%s", document.OpenAPI, diff)
	}
}

// operations calls visit with every operation of the document.
func operations(a *API, visit func(name string, op *huma.Operation)) {
	for path, item := range a.huma.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op != nil {
				visit(method+" "+path, op)
			}
		}
	}
}

func TestEveryOperationIsDescribedWithItsErrors(t *testing.T) {
	t.Parallel()
	a := New(Config{}, Deps{})
	operations(a, func(name string, op *huma.Operation) {
		if op.Summary == "" || op.Description == "" || op.OperationID == "" || len(op.Tags) != 1 {
			t.Errorf("%s is not described", name)
		}
		for _, status := range []string{"400", "500"} {
			if op.Responses[status] == nil {
				t.Errorf("%s does not tell of %s", name, status)
			}
		}
		for _, p := range op.Parameters {
			if p.In != "query" && p.Description == "" {
				t.Errorf("%s: parameter %s is not described", name, p.Name)
			}
		}
		for status, r := range op.Responses {
			for mediaType, media := range r.Content {
				if media.Schema == nil || media.Example == nil && len(media.Examples) == 0 {
					t.Errorf("%s: %s %s has no schema or no example", name, status, mediaType)
				}
				if mediaType == "application/octet-stream" {
					t.Errorf("%s: %s is %s", name, status, mediaType)
				}
			}
		}
		if op.RequestBody != nil && slices.ContainsFunc(slices.Collect(maps.Values(op.RequestBody.Content)), func(m *huma.MediaType) bool { return m.Schema == nil || m.Example == nil }) {
			t.Errorf("%s: the body has no schema or no example", name)
		}
	})
}

// Ensures that the examples are what the document says, and that what may be
// sent is accepted.
func TestTheExamplesFitTheDocument(t *testing.T) {
	t.Parallel()
	s := start(t)
	fits := func(name string, schema *huma.Schema, example any, mode huma.ValidateMode) {
		t.Helper()
		var parsed any
		if err := json.Unmarshal(mustMarshal(example), &parsed); err != nil {
			t.Fatal(err)
		}
		var result huma.ValidateResult
		huma.Validate(s.api.schemas(), schema, huma.NewPathBuffer(nil, 0), mode, parsed, &result)
		if schema.OneOf == nil && len(result.Errors) > 0 {
			t.Errorf("%s: %v", name, result.Errors)
		}
	}
	operations(s.api, func(name string, op *huma.Operation) {
		for status, r := range op.Responses {
			for _, media := range r.Content {
				for kind, example := range media.Examples {
					fits(name+" "+status+" "+kind, media.Schema, example.Value, huma.ModeReadFromServer)
				}
				if media.Example != nil {
					fits(name+" "+status, media.Schema, media.Example, huma.ModeReadFromServer)
				}
			}
		}
		if op.RequestBody != nil {
			for _, media := range op.RequestBody.Content {
				fits(name+" body", media.Schema, media.Example, huma.ModeWriteToServer)
			}
		}
	})
	p := s.create(string(mustMarshal(exampleNewPerson())))
	path := "/persons/" + string(p.ID)
	s.do(http.MethodPatch, path, string(mustMarshal(examplePatch())), "If-Match", "*").want(http.StatusOK)
	s.do(http.MethodPost, path+"/crossReferences", string(mustMarshal(exampleReference()))).want(http.StatusCreated)
	s.do(http.MethodPost, "/persons/search", string(mustMarshal(exampleQuery()))).want(http.StatusOK)
}

// Ensures that huma has no opinion of its own on any field: the document would
// otherwise say what the decoder does not do.
func TestTheDocumentSaysWhatIsReadOnly(t *testing.T) {
	t.Parallel()
	schemas := New(Config{}, Deps{}).schemas().Map()
	var readOnly []string
	for _, name := range []string{"NewPerson", "Identifier", "Address"} {
		for field, property := range schemas[name].Properties {
			if property.ReadOnly {
				readOnly = append(readOnly, name+"."+field)
			}
		}
	}
	slices.Sort(readOnly)
	want := []string{"Identifier.valid", "NewPerson.createdAt", "NewPerson.id", "NewPerson.links", "NewPerson.provenance", "NewPerson.restrictedAt", "NewPerson.restrictedBy", "NewPerson.unavailable", "NewPerson.updatedAt", "NewPerson.version"}
	if diff := cmp.Diff(want, readOnly); diff != "" {
		t.Errorf("read-only (-want +got):\n%s", diff)
	}
	if schemas["NewPerson"].Required != nil || schemas["Person"].Required == nil {
		t.Error("an answer has every field, and what is sent need have none")
	}
}

func TestTheProblemsPageExplainsEveryKind(t *testing.T) {
	t.Parallel()
	r := start(t).do(http.MethodGet, problemsPath, "").want(http.StatusOK)
	for _, e := range explanations() {
		if !strings.Contains(r.body, `<section id="`+string(e.kind)+`">`) {
			t.Errorf("%s is not explained", e.kind)
		}
	}
}

// Ensures that the table of kinds and the constants are the same kinds, by
// reading the source: a kind without an explanation would answer 500.
func TestEveryKindIsInTheTable(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("kind.go")
	if err != nil {
		t.Fatal(err)
	}
	var declared, explained []string
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +kind = "([a-z-]+)"$`).FindAllSubmatch(source, -1) {
		declared = append(declared, string(m[1]))
	}
	for _, e := range explanations() {
		explained = append(explained, string(e.kind))
	}
	slices.Sort(declared)
	slices.Sort(explained)
	if diff := cmp.Diff(declared, explained); diff != "" || len(declared) < 15 {
		t.Errorf("declared (-) and explained (+):\n%s", diff)
	}
}

func TestTheProblemsDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("# Problems\n\nWhat the service answers when it does not do what it was asked: a problem document (RFC 9457, `application/problem+json`).\n" +
		"Its `type` is `/docs/problems#` and one of the names below, and leads to this text as the running service has it; an installation may set another page.\n" +
		"`errors` names every field, parameter or header that is wrong, all at once; `requestId` names the request in the log.\n" +
		"No problem repeats a value that was sent, and a 5xx has neither `detail` nor `errors`.\n\n" +
		"This page is written from the table in `api/kind.go` by `go test ./api -update`.\n")
	for _, e := range explanations() {
		fmt.Fprintf(&text, "\n## %s\n\n%d · %s\n\n%s\n\nWhat to do: %s\n", e.kind, e.status, e.title, e.meaning, e.remedy)
	}
	current(t, "../docs/problems.md", []byte(text.String()))
}

func TestTheDocsWorkWithoutTheInternet(t *testing.T) {
	t.Parallel()
	s := start(t)
	index := s.do(http.MethodGet, docsPath, "").want(http.StatusOK)
	loaded := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(index.body, -1)
	if len(loaded) < 4 {
		t.Errorf("the page loads nothing: %s", index.body)
	}
	for _, m := range loaded {
		if strings.Contains(m[1], "//") {
			t.Errorf("the page leads away: %s", m[1])
		}
		if !strings.HasPrefix(m[1], "data:") {
			s.do(http.MethodGet, "/"+m[1], "").want(http.StatusOK)
		}
	}
	policy := index.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "script-src 'self' ") || strings.Contains(policy, "http") {
		t.Errorf("the policy is too wide: %s", policy)
	}
	if strings.Contains(index.body, "<script>") {
		t.Error("the policy forbids scripts within the page")
	}
	for path, mediaType := range map[string]string{"/docs/start.js": "text/javascript", "/docs/swagger-ui.css": "text/css", "/docs/problems.css": "text/css"} {
		if got := s.do(http.MethodGet, path, "").header.Get("Content-Type"); !strings.HasPrefix(got, mediaType) {
			t.Errorf("%s is %s", path, got)
		}
	}
}
