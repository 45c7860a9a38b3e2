package api

import (
	"context"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

// maxBody is the largest body that is read, in bytes: ten times what a person
// with every list full needs.
const maxBody = 1 << 20

// request is what is known of a request beyond its handler's input.
type request struct {
	id       string
	searchID string // set once something was searched
}

type requestKey struct{}

// requestOf is the request that ctx belongs to, or an unnamed one.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// limitBody stands before gin, since only net/http's own writer can be told to
// close the connection of a caller who sends too much.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// headAsGet answers HEAD as GET; net/http leaves out the body by itself.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			get := *r
			get.Method = http.MethodGet
			r = &get
		}
		next.ServeHTTP(w, r)
	})
}

// observe names the request, bounds it, protects its answer, and counts and logs
// it at the end: the route and never the query string, which holds people.
func (a *API) observe(c *gin.Context) {
	started := time.Now()
	r := &request{id: requestID(c.GetHeader("X-Request-ID"))}
	ctx, cancel := context.WithTimeout(context.WithValue(c.Request.Context(), requestKey{}, r), a.config.RequestTimeout)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	plain(c.Request.Header)
	protect(c.Writer.Header(), r.id)
	defer func() {
		took := time.Since(started)
		a.metrics.observe(c.Request.Method, route(c), c.Writer.Status(), took)
		a.access(ctx, c, r, took)
	}()
	c.Next()
}

// plain puts each header on one line, which means the same and which huma reads
// whole, and takes Accept away: there is one representation, whatever
// the caller would rather have.
func plain(h http.Header) {
	for name, values := range h {
		h[name] = []string{strings.Join(values, ", ")}
	}
	h.Del("Accept")
}

// protect sets the headers of every answer: nobody keeps it, and no browser
// takes it for a page.
func protect(h http.Header, id string) {
	h.Set("X-Request-ID", id)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9._\-]{1,64}$`)

// requestID keeps the caller's own id, by which a request can be followed from
// service to service, unless it could break a log.
func requestID(given string) string {
	if saneID.MatchString(given) {
		return given
	}
	return uuid.NewString()
}

// route is the pattern of the path, so that metrics and logs stay countable.
func route(c *gin.Context) string {
	if c.FullPath() == "" {
		return "none"
	}
	return strings.ReplaceAll(c.FullPath(), ":id", "{id}")
}

func (a *API) access(ctx context.Context, c *gin.Context, r *request, took time.Duration) {
	log := a.log.InfoContext
	if route(c) == healthPath || route(c) == readyPath {
		log = a.log.DebugContext // an orchestrator asks every few seconds
	}
	attributes := []any{
		"method", methodLabel(c.Request.Method), "route", route(c), "status", c.Writer.Status(),
		"ms", float64(took.Microseconds()) / 1000, "requestId", r.id,
	}
	if r.searchID != "" {
		attributes = append(attributes, "searchId", r.searchID)
	}
	log(ctx, "request", attributes...)
}

// recovered turns a panic into an internal problem. It logs where, and of the
// panic's value only the type: its text may quote somebody's data.
func (a *API) recovered(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if cause == http.ErrAbortHandler {
			panic(cause)
		}
		ctx := c.Request.Context()
		a.log.ErrorContext(ctx, "panic", "requestId", requestOf(ctx).id, "route", route(c), "cause", panicText(cause), "at", panicPlace())
		if c.Writer.Written() {
			// Half an answer must not look whole.
			panic(http.ErrAbortHandler)
		}
		a.named(ctx, refusal(internal, "")).write(c.Writer)
		c.Abort()
	}()
	c.Next()
}

func (a *API) noRoute(c *gin.Context) {
	a.named(c.Request.Context(), refusal(noSuchPath, "There is nothing at this path.")).write(c.Writer)
}

// noMethod also answers OPTIONS.
func (a *API) noMethod(c *gin.Context) {
	c.Header("Allow", allowed(c))
	if c.Request.Method == http.MethodOptions {
		c.Status(http.StatusNoContent)
		return
	}
	a.named(c.Request.Context(), refusal(methodNotAllowed, "This path does not have this method.")).write(c.Writer)
}

// allowed lists the methods of the path, which gin has put in Allow but for
// those that it or we answer without a route.
func allowed(c *gin.Context) string {
	methods := strings.Split(c.Writer.Header().Get("Allow"), ", ")
	switch {
	case c.Request.URL.Path == searchPath:
		// gin counts those of /persons/{id} too.
		methods = []string{http.MethodPost}
	case slices.Contains(methods, http.MethodGet):
		methods = append(methods, http.MethodHead)
	}
	methods = append(methods, http.MethodOptions)
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

// panicText is the runtime's own words, which hold types and numbers of
// elements, or the type of anybody else's value.
func panicText(cause any) string {
	if err, ok := cause.(runtime.Error); ok {
		return redacted(err)
	}
	return typeName(cause)
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
