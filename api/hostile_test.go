package api

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"personindex/person"
)

// hostile is what callers who are broken, careless or worse send in a body.
// Every one is refused as its kind says, by each path that takes a person.
func hostile() []struct {
	name, body string
	want       kind
} {
	return []struct {
		name, body string
		want       kind
	}{
		{"nothing", " ", malformed},
		{"half a document", `{"forename":"Ada"`, malformed},
		{"something after the document", `{"forename":"Ada"}{"forename":"Bea"}`, malformed},
		{"a comma too many", `{"forename":"Ada",}`, malformed},
		{"a comment", `{/* Ada */"forename":"Ada"}`, malformed},
		{"single quotes", `{'forename':'Ada'}`, malformed},
		{"a number JSON does not have", `{"forename":NaN}`, malformed},
		{"a list", `[{"forename":"Ada"}]`, malformed},
		{"a text", `"Ada"`, malformed},
		{"null", `null`, malformed},
		{"a member twice", `{"forename":"Ada","forename":"Bea"}`, malformed},
		{"a member twice, within", `{"addresses":[{"line1":"a"},{"line1":"a","line1":"b"}]}`, malformed},
		{"a member twice, once escaped", `{"forename":"Ada","f\u006frename":"Bea"}`, malformed},
		{"a read-only member twice", `{"forename":"Ada","links":[{"a":1,"a":2}]}`, malformed},
		{"bytes that are no UTF-8", "{\"forename\":\"\xff\xfe\"}", malformed},
		{"half an emoji", `{"forename":"\ud83d"}`, malformed},
		{"a byte order mark", "\ufeff" + `{"forename":"Ada"}`, malformed},
		{"nesting without end", strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000), malformed},
		{"lists nested deep", `{"addresses":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, malformed},
		{"more values than any person has", `{"personTypes":[` + strings.Repeat(`"a",`, 100_000) + `"a"]}`, malformed},
		{"more than 1 MB", `{"forename":"` + strings.Repeat("a", 1<<20) + `"}`, tooLarge},
		{"a name in another case", `{"FORENAME":"Ada"}`, invalidPerson},
		{"a name with blanks", `{" forename":"Ada"}`, invalidPerson},
		{"a member without a name", `{"":"Ada"}`, invalidPerson},
		{"a name of 10 kB", `{"forename":"` + strings.Repeat("Ada", 3400) + `"}`, invalidPerson},
		{"10 kB of combining marks", `{"forename":"A` + strings.Repeat("\u0301", 5000) + `"}`, invalidPerson},
		{"an unknown name of 10 kB", `{"` + strings.Repeat("a", 10_000) + `":1}`, invalidPerson},
		{"thousands of unknown names", `{` + many(5000, `"a%d":1`) + `}`, invalidPerson},
		{"thousands of addresses", `{"addresses":[` + strings.Repeat(`{"line1":"a"},`, 5000) + `{"line1":"a"}]}`, invalidPerson},
		{"a NUL", `{"forename":"A\u0000da"}`, invalidPerson},
		{"31 February", `{"dateOfBirth":"1989-02-31"}`, invalidPerson},
		{"a date as a number", `{"dateOfBirth":19891011}`, invalidPerson},
		{"a number as a text", `{"languages":[{"language":"French","isPrimary":"true"}]}`, invalidPerson},
		{"a text as a number", `{"forename":1e400}`, invalidPerson},
		{"an object as a text", `{"forename":{"$ne":""}}`, invalidPerson},
		{"empty entries", `{"addresses":[{}],"previousNames":[{}],"relations":[{}]}`, invalidPerson},
		{"a prototype", `{"__proto__":{"forename":"Ada"}}`, invalidPerson},
	}
}

func many(n int, format string) string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(texts, ",")
}

func TestHostileBodiesAreRefusedAndLeaveNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Kept"}`)
	path := "/persons/" + string(p.ID)
	for _, test := range hostile() {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			s.do(http.MethodPost, "/persons", test.body).wantProblem(test.want)
			s.do(http.MethodPost, "/persons/mine", test.body).wantProblem(test.want)
			s.do(http.MethodPatch, path, test.body, "If-Match", "*").wantProblem(test.want)
			search := test.want
			if search == invalidPerson {
				search = parameter // one status for whatever a search does not understand
			}
			s.do(http.MethodPost, "/persons/search", test.body).wantProblem(search)
			s.do(http.MethodPost, path+"/crossReferences", test.body).wantProblem(test.want)
		})
	}
	if n, err := s.store.Size(t.Context()); err != nil || n != 1 {
		t.Errorf("%d people are on file, %v", n, err)
	}
	if now := s.do(http.MethodGet, path, "").person(); now.Version != 1 {
		t.Errorf("the person is at version %d", now.Version)
	}
}

func TestAProblemOfAHostileBodyStaysSmall(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, test := range hostile() {
		if r := s.do(http.MethodPost, "/persons", test.body); len(r.body) > 16<<10 {
			t.Errorf("%s: the problem has %d bytes", test.name, len(r.body))
		}
	}
}

func TestUnusualNamesAreKeptAsGiven(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *Config, d *Deps) { d.Searcher = answering{} })
	for _, name := range []string{
		"👩🏽‍🚀", "مُحَمَّد", "\u202eada\u202c", "O’Brien-Nguyễn", "Ọlábísí", "İsmail", "𝒜𝒹𝒶", strings.Repeat("é", person.MaxText), `"<script>&\`, "null", "0",
	} {
		document := mustMarshal(map[string]string{"forename": name})
		if got := s.create(string(document)).Forename; got != name {
			t.Errorf("%q became %q", name, got)
		}
	}
}

func TestHostilePathsAndQueriesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	tests := []struct {
		name, method, path string
		want               kind
	}{
		{"a trailing slash", "GET", "/persons/", noSuchPath},
		{"two slashes", "GET", "//persons", noSuchPath},
		{"another case", "GET", "/Persons", noSuchPath},
		{"up and away", "GET", "/persons/../../etc/passwd", noSuchPath},
		{"up and away, escaped", "GET", "/persons/..%2f..%2fetc%2fpasswd", noSuchPath},
		{"an id that is none", "GET", "/persons/a%20b", notFound},
		{"an id of dots", "GET", "/persons/..%2e", notFound},
		{"an id with a NUL", "GET", "/persons/a%00b", notFound},
		{"an id that is no UTF-8", "GET", "/persons/%ff", notFound},
		{"an id of 10 kB", "GET", "/persons/" + strings.Repeat("a", 10_000), notFound},
		{"a search by body without one", "GET", "/persons/search?lastName=x", methodNotAllowed},
		{"a change of the search", "DELETE", "/persons/search", methodNotAllowed},
		{"a person called search", "POST", "/persons/search/crossReferences", notFound},
		{"nobody", "GET", "/persons/nobody", notFound},
		{"a parameter where none is", "GET", "/persons/nobody?a=1", parameter},
		{"a parameter where none is, on a write", "POST", "/persons?a=1", parameter},
		{"10,000 parameters, each another", "GET", "/persons?" + strings.ReplaceAll(many(10_000, "a%d="), ",", "&"), parameter},
		{"a NUL in a parameter", "GET", "/persons?lastName=a%00b", parameter},
		{"a parameter that is no UTF-8", "GET", "/persons?lastName=%ff%fe", parameter},
		{"a name of 10 kB", "GET", "/persons?lastName=" + strings.Repeat("a", 10_000), parameter},
		{"31 February", "GET", "/persons?dateOfBirth=31/02/1989", parameter},
		{"an empty parameter", "GET", "/persons?lastName=", parameter},
		{"10,000 parameters", "GET", "/persons?" + strings.Repeat("a=1&", 10_000) + "b=2", parameter},
		{"bad percent-encoding", "GET", "/persons?lastName=%zz", parameter},
		{"a semicolon", "GET", "/persons?lastName=a;b", parameter},
		{"a method the path lacks", "PUT", "/persons", methodNotAllowed},
		{"a method nobody has", "BREW", "/persons", methodNotAllowed},
		{"a method nobody has where nothing is", "BREW", "/coffee", noSuchPath},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			s.do(test.method, test.path, "").wantProblem(test.want)
		})
	}
	// net/http answers this itself, before there is a request.
	answer := s.raw("GET /persons?"+strings.Repeat("a=1&", 50_000)+" HTTP/1.1\r\n\r\n", false)
	if !strings.HasPrefix(answer, "HTTP/1.1 431 ") {
		t.Errorf("a request line of 200 kB was answered %s", answer)
	}
}

func TestBodiesOfOtherTypesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	tests := []struct {
		name    string
		headers []string
	}{
		{"a form", []string{"Content-Type", "application/x-www-form-urlencoded"}},
		{"text", []string{"Content-Type", "text/plain"}},
		{"JSON in Latin-1", []string{"Content-Type", "application/json; charset=iso-8859-1"}},
		{"no type that can be read", []string{"Content-Type", "json;;"}},
		{"none", []string{"Content-Type", ""}},
		{"compressed", []string{"Content-Encoding", "gzip"}},
		{"a patch where a person belongs", []string{"Content-Type", mergePatch}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			r := s.do(http.MethodPost, "/persons", `{"forename":"Ada"}`, test.headers...)
			r.wantProblem(mediaType)
			if r.header.Get("Accept-Post") != "application/json" {
				t.Errorf("what is accepted should be said: %v", r.header)
			}
		})
	}
	r := s.do(http.MethodPatch, "/persons/x", `{}`, "Content-Type", "application/json-patch+json", "If-Match", "*")
	r.wantProblem(mediaType)
	if r.header.Get("Accept-Patch") != "application/merge-patch+json, application/json" {
		t.Errorf("what is accepted should be said: %v", r.header)
	}
	s.do(http.MethodPost, "/persons", `{"forename":"Ada"}`, "Content-Type", `Application/JSON; charset="UTF-8"`).want(http.StatusCreated)
}

// raw writes to a connection what no HTTP client would, and returns the whole
// answer.
func (s *service) raw(text string, closeAfter bool) string {
	s.t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, text); err != nil {
		s.t.Fatal(err)
	}
	if closeAfter {
		if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
			s.t.Fatal(err)
		}
	}
	answer, err := io.ReadAll(connection)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(answer)
}

func halfARequest() string {
	return "POST /persons HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 100\r\n" +
		"Authorization: " + tokenOf(tester()) + "\r\n\r\n{\"forename\":"
}

func TestABodyCutOffIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	if answer := s.raw(halfARequest(), true); !strings.Contains(answer, " 400 ") || !strings.Contains(answer, "cut off") {
		t.Errorf("answered %s", answer)
	}
}

// What an officer pastes may hold them, and must find whom it would without.
func TestASearchBearsWhateverLettersThereAre(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, nothing := range []string{"👩🏽‍🚀", "\u200b"} {
		s.do(http.MethodGet, "/persons?firstName="+url.QueryEscape(nothing), "").wantProblem(parameter)
	}
	for _, name := range []string{"Ada 👩🏽‍🚀", "\u202eada\u202c", "\u200fمُحَمَّد", "\ufeffAda", "𝒜𝒹𝒶", "A\u0301\u0301\u0301da"} {
		s.do(http.MethodGet, "/persons?firstName="+url.QueryEscape(name), "").want(http.StatusOK)
		s.do(http.MethodPost, "/persons/search", string(mustMarshal(map[string]string{"firstName": name}))).want(http.StatusOK)
	}
}

// A caller who resets the connection in mid-request leaves nothing behind, and no
// server's error in the log.
func TestAConnectionThatBreaksLeavesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 10 {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(connection, halfARequest()); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(connection.(*net.TCPConn).SetLinger(0), connection.Close()); err != nil {
			t.Fatal(err)
		}
	}
	s.create(`{"forename":"Kept"}`)
	s.close()
	if n, err := s.store.Size(t.Context()); err != nil || n != 1 {
		t.Errorf("%d people are on file, %v", n, err)
	}
	if logs := s.logs.String(); strings.Contains(logs, "request failed") || strings.Contains(logs, "panic") {
		t.Errorf("the log blames the server: %s", logs)
	}
}

// Callers who send a byte now and then, as many as there are, keep nobody out.
func TestManySlowCallersKeepNobodyOut(t *testing.T) {
	t.Parallel()
	s := start(t)
	for i := range 200 {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		begun := halfARequest()
		if i%2 == 0 {
			begun = "GET /persons HTTP/1.1\r\nHost:"
		}
		if _, err := io.WriteString(connection, begun); err != nil {
			t.Fatal(err)
		}
	}
	s.do(http.MethodGet, "/persons?lastName=Example", "").want(http.StatusOK)
}

func TestASlowCallerIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config, _ *Deps) { c.ReadTimeout = 50 * time.Millisecond })
	if answer := s.raw(halfARequest(), false); !strings.Contains(answer, " 408 ") || !strings.Contains(answer, string(slowRequest)) {
		t.Errorf("a slow body was answered %s", answer)
	}
	if answer := s.raw("GET /persons HTTP/1.1\r\nHost:", false); answer != "" {
		t.Errorf("a slow header was answered %s", answer)
	}
}
