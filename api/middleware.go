package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/google/uuid"

	"personindex/access"
	"personindex/audit"
)

// maxBody is the largest body that is read, in bytes: ten times what a person
// with every list full needs.
const maxBody = 1 << 20

// request is what is known of a request beyond its handler's input.
type request struct {
	id       string
	route    string     // the pattern of the path, or none
	searchID string     // set once something was searched
	from     netip.Addr // the caller's address, as far as it can be believed
	caller   access.Caller
	event    audit.Event              // what the audit will say of it
	recorded bool                     // whether that was written, or tried
	sealing  []<-chan sealedStatement // parts of it that are being sealed
	unsealed error                    // why one cannot be
	ahead    <-chan error             // of an event that is being written while its answer is made
}

type requestKey struct{}

// requestOf is the request that ctx belongs to, or an unnamed one.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// observe stands before the router, whose own faults it catches too. It names the
// request, bounds it, protects its answer, and counts and logs it at the end: the
// route and never the query string, which holds people.
func (a *API) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		known := &request{id: requestID(r.Header["X-Request-Id"]), route: "none", from: addressOf(r, a.config.TrustedProxies)}
		ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), requestKey{}, known), a.config.RequestTimeout)
		defer cancel()
		answer := &answerWriter{ResponseWriter: w, status: http.StatusOK}
		protect(w.Header(), known.id)
		if r.TLS != nil {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000") // a proxy that ends TLS says so itself
		}
		defer func() {
			took := time.Since(started)
			a.metrics.observe(r.Method, known.route, answer.status, took)
			a.access(ctx, r.Method, answer.status, took)
		}()
		defer a.recovered(ctx, answer)
		next.ServeHTTP(answer, bounded(w, r.WithContext(ctx)))
	})
}

// bounded is the request as the router shall see it.
func bounded(w http.ResponseWriter, r *http.Request) *http.Request {
	// Only net/http's own writer can be told to close the connection of a caller
	// who sends too much.
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet // net/http leaves out the body by itself
	}
	plain(r.Header)
	return r
}

// plain puts each header on one line, which means the same and which huma reads
// whole, and takes Accept away: there is one representation, whatever the caller
// would rather have.
func plain(h http.Header) {
	for name, values := range h {
		h[name] = []string{strings.Join(values, ", ")}
	}
	h.Del("Accept")
}

// protect sets the headers of every answer, as OWASP advises for APIs: nobody
// keeps it, no browser takes it for a page, and no other page shows or reads it.
func protect(h http.Header, id string) {
	h.Set("X-Request-ID", id)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	h.Set("X-Permitted-Cross-Domain-Policies", "none")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9._\-]{1,64}$`)

// requestID keeps the caller's own id, by which a request can be followed from
// service to service, unless it could break a log.
func requestID(given []string) string {
	if len(given) == 1 && saneID.MatchString(given[0]) {
		return given[0]
	}
	return uuid.NewString()
}

// answerWriter knows what was answered.
type answerWriter struct {
	http.ResponseWriter
	status int
	begun  bool
}

// WriteHeader notes the first status, which is the one that is sent.
func (w *answerWriter) WriteHeader(status int) {
	if !w.begun {
		w.status, w.begun = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write begins the answer, with 200 where no status was given.
func (w *answerWriter) Write(content []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(content)
}

// Unwrap is for http.ResponseController.
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (a *API) access(ctx context.Context, method string, status int, took time.Duration) {
	r := requestOf(ctx)
	log := a.log.InfoContext
	if r.route == healthPath || r.route == readyPath {
		log = a.log.DebugContext // an orchestrator asks every few seconds
	}
	attributes := []any{
		"method", methodLabel(method), "route", r.route, "status", status,
		"ms", float64(took.Microseconds()) / 1000,
	}
	log(ctx, "request", attributes...)
}

// recovered, when deferred, turns a panic into an internal problem. It logs
// where, and of the panic's value only the type: its text may quote somebody's
// data.
func (a *API) recovered(ctx context.Context, w *answerWriter) {
	cause := recover()
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	r := requestOf(ctx)
	a.log.ErrorContext(ctx, "panic", "route", r.route, "cause", panicText(cause), "at", panicPlace())
	if w.begun {
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	a.named(ctx, refusal(internal, "")).write(w)
}

// panicText is the runtime's own words, which hold types and numbers of
// elements, or the type of anybody else's value.
func panicText(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return redacted(err)
	}
	return fmt.Sprintf("%T", cause)
}

// panicPlace names the calls below the panic, without their arguments.
func panicPlace() []string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	var calls []string
	for {
		frame, more := frames.Next()
		calls = append(calls, frame.Function)
		if !more || len(calls) == 12 {
			return calls
		}
	}
}
