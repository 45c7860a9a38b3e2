package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
	"personindex/search"
)

func TestEveryAnswerIsProtected(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{"/healthz", "/persons?lastName=x", "/persons", "/nowhere", docsPath, openAPIPath, "/docs/swagger-ui.css"} {
		header := s.do(http.MethodGet, path, "").header
		want := map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp", "X-Frame-Options": "DENY",
			"X-Permitted-Cross-Domain-Policies": "none", "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
			"Strict-Transport-Security": "", // it is not said in the clear
		}
		for name, value := range want {
			if got := header.Get(name); got != value {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if !strings.HasPrefix(header.Get("Content-Security-Policy"), "default-src 'none'") || header.Get("X-Request-ID") == "" {
			t.Errorf("%s: headers are %v", path, header)
		}
		for _, name := range []string{"Access-Control-Allow-Origin", "Link", "Server"} {
			if header.Get(name) != "" {
				t.Errorf("%s: %s is %q", path, name, header.Get(name))
			}
		}
	}
}

func TestBrowsersAreToldToKeepToTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(New(Config{}, Deps{}))
	defer server.Close()
	answer, err := server.Client().Get(server.URL + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	server.Client().CloseIdleConnections()
	if got := answer.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
}

func TestARequestKeepsASaneID(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := regexp.MustCompile(`^[0-9a-f-]{36}$`)
	for given, kept := range map[string]bool{
		"abc-1.2_3": true, strings.Repeat("a", 64): true,
		"": false, strings.Repeat("a", 65): false, "a b": false, "a\"b": false, "é": false, `{"a":1}`: false,
	} {
		got := s.do(http.MethodGet, "/nowhere", "", "X-Request-ID", given).header.Get("X-Request-ID")
		if kept && got != given || !kept && !made.MatchString(got) {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	path := "/persons/" + string(p.ID)
	get, head := s.do(http.MethodGet, path, "").want(http.StatusOK), s.do(http.MethodHead, path, "").want(http.StatusOK)
	if head.body != "" || head.header.Get("ETag") != `"1"` || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
		t.Errorf("HEAD answered %v %s", head.header, head.body)
	}
	if r := s.do(http.MethodHead, "/persons/nobody", ""); r.status != http.StatusNotFound || r.body != "" {
		t.Errorf("HEAD of nobody answered %d %s", r.status, r.body)
	}
}

func TestOptionsAndOtherMethodsTellWhatThereIs(t *testing.T) {
	t.Parallel()
	s := start(t)
	allowed := map[string]string{
		"/persons": "GET, HEAD, OPTIONS, POST", "/persons/x": "DELETE, GET, HEAD, OPTIONS, PATCH, POST",
		"/persons/search": "OPTIONS, POST", "/persons/x/crossReferences": "OPTIONS, POST", "/healthz": "GET, HEAD, OPTIONS",
	}
	for path, want := range allowed {
		options := s.do(http.MethodOptions, path, "", "Origin", "http://example.org").want(http.StatusNoContent)
		put := s.do(http.MethodPut, path, `{}`)
		put.wantProblem(methodNotAllowed)
		if diff := cmp.Diff([]string{want, want}, []string{options.header.Get("Allow"), put.header.Get("Allow")}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	s.do(http.MethodOptions, "/nowhere", "").wantProblem(noSuchPath)
}

// Ensures that there is one representation, whatever is asked for: huma would
// take "json" for a media type and answer as if it were one.
func TestTheAnswerIsJSONWhateverIsAccepted(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, accept := range []string{"", "text/html", "json", "application/cbor", "application/problem+json", "*/*;q=0"} {
		r := s.do(http.MethodGet, "/persons?lastName=x", "", "Accept", accept).want(http.StatusOK)
		if got := r.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("Accept %q was answered %q", accept, got)
		}
	}
}

// Ensures that a caller is who their credential proves, whatever they say.
func TestNobodyCanTakeAName(t *testing.T) {
	t.Parallel()
	s := start(t)
	created := s.do(http.MethodPost, "/persons", `{"forename":"Ada"}`, "X-Actor", "chief", "X-Forwarded-User", "chief").want(http.StatusCreated)
	var h history
	s.do(http.MethodGet, created.header.Get("Location")+"/history", "").want(http.StatusOK).decode(&h)
	if len(h.Versions) != 1 || h.Versions[0].Actor != "tester" {
		t.Errorf("history is %+v", h)
	}
}

// Ensures that work nobody waits for any more is no fault of the service.
func TestACallerWhoGoesAwayIsNoError(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	s := start(t, func(_ *Config, d *Deps) {
		d.Searcher = waiting(func(ctx context.Context) error {
			close(begun)
			<-ctx.Done()
			return fmt.Errorf("%w: %w", search.ErrUnavailable, ctx.Err())
		})
	})
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/persons?lastName=x", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", tokenOf(tester()))
	go func() {
		<-begun
		leave()
	}()
	if _, err := s.http.RoundTrip(request); !errors.Is(err, context.Canceled) {
		t.Fatalf("the request ended with %v", err)
	}
	s.close()
	if logs := s.logs.String(); strings.Contains(logs, "ERROR") || !strings.Contains(logs, `"status":499`) {
		t.Errorf("the log says %s", logs)
	}
}

func TestWorkThatTakesTooLongIsUnavailable(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config, d *Deps) {
		c.RequestTimeout = 20 * time.Millisecond
		d.Searcher = waiting(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
	})
	s.do(http.MethodGet, "/persons?lastName=x", "").wantProblem(unavailable)
}

// Ensures that a header on two lines means what it means on one.
func TestAHeaderMayComeOnSeveralLines(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	lines := "PATCH /persons/" + string(p.ID) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\nAuthorization: " + tokenOf(tester()) + "\r\n"
	if answer := s.raw(lines+"If-Match: \"7\"\r\nIf-Match: \"1\"\r\n\r\n{}", false); !strings.Contains(answer, " 200 ") {
		t.Errorf("answered %s", answer)
	}
}

func TestWhatCannotWorkIsNoSetting(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		config Config
		valid  bool
	}{
		{Config{}, true}, {Config{DuplicateGrade: search.Possible}, true}, {Config{Limits: Limits{PerSecond: 1, Burst: 1}}, true},
		{Config{DuplicateGrade: "sure"}, false}, {Config{DuplicateGrade: search.No}, false}, {Config{ReadTimeout: -1}, false},
		{Config{Limits: Limits{PerSecond: 1}}, false}, {Config{Limits: Limits{Failures: -1}}, false},
	} {
		if err := test.config.Validate(); (err == nil) != test.valid {
			t.Errorf("%+v: %v", test.config, err)
		}
	}
}

// waiting is a search that waits for something.
type waiting func(ctx context.Context) error

func (f waiting) Search(ctx context.Context, _ person.Restriction, _ search.Query, _ ...func([]person.ID)) (search.Answer, error) {
	return search.Answer{}, f(ctx)
}

func (f waiting) Like(ctx context.Context, _ person.Restriction, _ person.Person) (search.Answer, error) {
	return search.Answer{}, f(ctx)
}

// Ensures that a panic outside every handler, as the router's own would be, is
// answered, and that one in the middle of an answer cuts the answer off.
func TestAPanicAnywhereIsCaught(t *testing.T) {
	t.Parallel()
	s := start(t)
	early := s.api.observe(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("early") }))
	w := httptest.NewRecorder()
	early.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/persons", nil))
	response{t, w.Code, w.Header(), w.Body.String()}.wantProblem(internal)

	server := httptest.NewServer(s.api.observe(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat("half", 10_000)))
		panic("late")
	})))
	defer server.Close()
	answer, err := server.Client().Get(server.URL)
	if err == nil {
		_, err = io.ReadAll(answer.Body)
		answer.Body.Close()
	}
	if err == nil {
		t.Error("half an answer looked whole")
	}
}
