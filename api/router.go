package api

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/trace"
)

// newEngine is gin without what it does for the developer at the console and
// without its guesses about paths and proxies. Logging, recovery and answers to
// methods that a path lacks are this package's own.
func newEngine(traces trace.TracerProvider) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.RedirectTrailingSlash = false
	e.RedirectFixedPath = false
	// gin 1.12.0 panics while it looks through the methods of a path such as
	// /persons/search, which is a pattern's too: it forgets to empty its list of
	// skipped nodes between them.
	e.HandleMethodNotAllowed = false
	e.ForwardedByClientIP = false
	_ = e.SetTrustedProxies(nil) // fails only for an address it cannot parse
	e.Use(noteRoute)
	if traces != nil {
		e.Use(traced(traces)...)
	}
	return e
}

// noteRoute keeps the pattern of the path, so that metrics and logs stay
// countable.
func noteRoute(c *gin.Context) {
	if path := c.FullPath(); path != "" {
		requestOf(c.Request.Context()).route = documented(path)
	}
}

var parameterOfPath = regexp.MustCompile(`:([a-z]+)`)

// documented is a pattern of gin's as the OpenAPI document writes it.
func documented(pattern string) string { return parameterOfPath.ReplaceAllString(pattern, "{$1}") }

// answerTheRest answers what no route of e does.
func (a *API) answerTheRest(e *gin.Engine) {
	routes := e.Routes()
	rest := func(c *gin.Context) { a.withoutRoute(c, routes) }
	e.NoRoute(rest)
	// Else these would be about a person whose id is search.
	for _, method := range []string{http.MethodGet, http.MethodPatch, http.MethodDelete} {
		e.Handle(method, searchPath, rest)
	}
}

// withoutRoute tells apart a path that there is not and a method that a path
// lacks, and answers OPTIONS.
func (a *API) withoutRoute(c *gin.Context, routes gin.RoutesInfo) {
	ctx := c.Request.Context()
	methods := methodsOf(c.Request.URL.Path, routes)
	if len(methods) == 0 {
		a.named(ctx, refusal(noSuchPath, "There is nothing at this path.")).write(c.Writer)
		return
	}
	c.Header("Allow", strings.Join(methods, ", "))
	if c.Request.Method == http.MethodOptions {
		c.Status(http.StatusNoContent)
		return
	}
	a.named(ctx, refusal(methodNotAllowed, "This path does not have this method.")).write(c.Writer)
}

// methodsOf is the methods that a path has, with those answered for every one,
// or none where there is no such path.
func methodsOf(path string, routes gin.RoutesInfo) []string {
	var exact, like []string
	for _, r := range routes {
		switch {
		case r.Path == path:
			exact = append(exact, r.Method)
		case matches(r.Path, path):
			like = append(like, r.Method)
		}
	}
	methods := exact
	if len(exact) == 0 {
		methods = like
	}
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	if len(methods) > 0 {
		methods = append(methods, http.MethodOptions)
	}
	slices.Sort(methods)
	return methods
}

// matches reports whether a path fits a pattern such as /persons/:id.
func matches(pattern, path string) bool {
	wanted, parts := strings.Split(pattern, "/"), strings.Split(path, "/")
	return slices.EqualFunc(wanted, parts, func(want, part string) bool {
		return want == part || strings.HasPrefix(want, ":") && part != ""
	})
}
