package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"personindex/person"
	"personindex/search"
)

// secrets are parts of values that no log, metric or error may hold. None is a few
// digits alone, which the time of a line or a request's id may hold by chance.
func secrets() []string {
	return []string{
		"Zephyrine", "zephyrine", "Quistgaard", "quistgaard", "1977-03", "/1977", "14/03", "QQ12", "qq12", "123456C", "Secretroad", "zq@example",
		"07700 9", "7700900000",
	}
}

// Ensures that whatever becomes of a request, what the caller sent of a person
// is in no log, metric or error.
func TestNothingOfAPersonIsInLogsMetricsOrErrors(t *testing.T) {
	t.Parallel()
	s := start(t)
	const someone = `{"forename":"Zephyrine","surname":"Quistgaard","dateOfBirth":"1977-03-14","addresses":[{"line1":"1 Secretroad"}],
		"identification":[{"type":"NI","value":"QQ123456C"}],"communication":[{"channel":"email","value":"zq@example.org"},{"channel":"phone","value":"07700 900000"}]`
	created := s.do(http.MethodPost, "/persons", someone+`}`).want(http.StatusCreated)
	path := created.header.Get("Location")

	refused := []response{
		s.do(http.MethodPost, "/persons", someone+`,"nickname":"Zephyrine"}`),
		s.do(http.MethodPost, "/persons", someone+`,"dateOfDeath":"14/03/1066"}`),
		s.do(http.MethodPost, "/persons", someone+`,"dateOfDeath":"14 Quistgaard 1977"}`),
		s.do(http.MethodPost, "/persons", someone+`,"QQ 12 34 56 C":1}`),
		s.do(http.MethodPost, "/persons", someone+`,"surname":"Quistgaard"}`),
		s.do(http.MethodPost, "/persons", someone),
		s.do(http.MethodPatch, path, someone+`,"gender":1977}`, "If-Match", "*"),
		s.do(http.MethodPatch, path, someone+`}`, "If-Match", "Quistgaard"),
		s.do(http.MethodPost, path+"/crossReferences", `{"system":"a","reference":"Quistgaard\u0000"}`),
		s.do(http.MethodPost, "/persons/search", `{"dateOfBirth":"14/03/1977x","lastName":"Quistgaard"}`),
		s.do(http.MethodGet, "/persons?lastName=Quistgaard&dateOfBirth=14/03/1977x&ni=QQ12&email=zq@example", ""),
		s.do(http.MethodGet, "/persons?lastName=Quistgaard&lastName=Zephyrine&limit=1977", ""),
		s.do(http.MethodGet, "/persons/Quistgaard", ""),
		s.do(http.MethodGet, "/Quistgaard?dateOfBirth=1977-03-14", ""),
		s.do(http.MethodDelete, path, "", "Erasure-Reason", "Quistgaard", "If-Match", `"1977"`),
		s.do("QUISTGAARD", path, ""),
	}
	for _, r := range refused {
		if r.status < 400 {
			t.Errorf("should have been refused: %d %s", r.status, r.body)
		}
		s.secret("an error", r.body)
	}
	s.do(http.MethodGet, "/persons?firstName=Zephyrine&lastName=Quistgaard&dateOfBirth=14/03/1977&ni=QQ123456C", "").want(http.StatusOK)
	s.do(http.MethodPost, "/persons/search", `{"q":"Zephyrine Quistgaard 1977"}`).want(http.StatusOK)
	s.do(http.MethodPost, "/persons", someone+`}`).wantProblem(duplicate) // shows the candidates, on purpose
	s.do(http.MethodDelete, path, "", "Erasure-Reason", "asked for", "If-Match", "*").want(http.StatusNoContent)
	s.secret("the log", s.logs.String())
	s.secret("the metrics", s.admin("/metrics"))
	for _, told := range []string{`"route":"/persons/{id}"`, `"method":"other"`, `"searchId":`} {
		if !strings.Contains(s.logs.String(), told) {
			t.Errorf("the log should say %s", told)
		}
	}
}

// secret fails the test if text holds what nobody may see.
func (s *service) secret(what, text string) {
	s.t.Helper()
	for _, secret := range secrets() {
		if at := strings.Index(text, secret); at >= 0 {
			s.t.Errorf("%s holds %q: %s", what, secret, text[max(0, at-80):min(len(text), at+80)])
		}
	}
}

// admin is what the second listener answers.
func (s *service) admin(path string) string {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.api.Admin().ServeHTTP(w, httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil))
	return w.Body.String()
}

func TestAnInternalErrorTellsNothingButTheRequest(t *testing.T) {
	t.Parallel()
	const quoting = `decode: invalid input syntax for type date: "1977-03-32" Key (reference)=(Quistgaard) 'QQ123456C'`
	tests := []struct {
		name  string
		check waiting
	}{
		{"an error", func(context.Context) error { return errors.New(quoting) }},
		{"an error of a decoder", func(context.Context) error { return fmt.Errorf("read record: %w", errors.New(quoting)) }},
		{"a panic with a text", func(context.Context) error { panic(quoting) }},
		{"a panic with an error", func(context.Context) error { panic(errors.New(quoting)) }},
		{"a panic of the runtime", func(context.Context) error { var p *person.Person; p.Title = "Zephyrine"; return nil }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, func(_ *Config, d *Deps) { d.Searcher = test.check })
			r := s.do(http.MethodGet, "/persons?lastName=Quistgaard", "", "X-Request-ID", "request-7")
			p := r.wantProblem(internal)
			want := fmt.Sprintf(`{"type":%q,"title":"Internal error","status":500,"requestId":"request-7"}`+"\n", p.Type)
			if r.body != want {
				t.Errorf("answered\n%sand should be\n%s", r.body, want)
			}
			s.secret("the log", s.logs.String())
			if !strings.Contains(s.logs.String(), `"level":"ERROR"`) || !strings.Contains(s.logs.String(), "request-7") {
				t.Errorf("the log should tell support: %s", s.logs)
			}
		})
	}
}

// Ensures that an answer that cannot be written is an internal problem, and not
// half an answer.
func TestAnAnswerThatCannotBeWrittenIsAnInternalError(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *Config, d *Deps) { d.Searcher = answering{answer: search.Answer{Took: nan()}} })
	s.do(http.MethodGet, "/persons?lastName=x", "").wantProblem(internal)
}

func nan() float64 { zero := 0.0; return zero / zero }

// Ensures that a register that has gone away is an error that says nothing.
func TestARegisterThatIsGoneTellsNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.store.Close()
	r := s.do(http.MethodGet, "/persons/somebody", "")
	if r.status < 500 || strings.Contains(r.body, "pool") {
		t.Errorf("answered %d %s", r.status, r.body)
	}
}
