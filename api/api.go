// Package api serves the person index over HTTP: searching, reading, creating,
// changing and erasing people, as the OpenAPI document at /openapi.json says.
//
// huma routes, publishes the document and renders answers. Query strings and
// bodies are read here, strictly: a name that is not known, is given twice or
// differs in case is refused by name, since what is quietly ignored in a search
// finds the wrong people, and in a record loses what an officer typed.
//
// Every error is a problem document (RFC 9457) of a kind that /docs/problems
// explains. Neither errors, logs nor metrics hold what a caller sent, and a 5xx
// tells only the request id.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"personindex/access"
	"personindex/audit"
	"personindex/links"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

// Config is what an installation may set of the API. The zero value serves.
type Config struct {
	// DuplicateGrade is how surely a new person must be on file already for a
	// create to be refused until the caller acknowledges the candidates:
	// certain, probable (the default) or possible.
	DuplicateGrade search.Grade
	// RequestTimeout bounds the work on one request; 10 s by default.
	RequestTimeout time.Duration
	// ReadTimeout bounds how long a caller may take to send one; 15 s by default.
	ReadTimeout time.Duration
	// BreakGlassLasts is how long a caller keeps the clearance of an emergency once
	// they have given a reason; 15 minutes by default.
	BreakGlassLasts time.Duration
	// MaxExtended is the largest document that a service area may keep about a
	// person, in bytes without white space; 64 KiB by default.
	MaxExtended int
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Limits are how much one caller may ask.
	Limits Limits
	// ProblemBase is the URI of the page that explains problems; by default
	// /docs/problems of this service.
	ProblemBase string
}

// Deps is what the API stands on. Callers, Searcher and Register are needed.
type Deps struct {
	Callers      Callers
	Searcher     Searcher
	Register     Register
	AuditKey     *audit.PublicKey // to which the audit seals what was asked; where nil that is not kept
	Staff        Staff            // flags odd look-ups; none where nil
	Rules        person.Rules
	Links        *links.Registry // nobody is linked to anything where nil
	Dependencies []Dependency
	Collectors   []prometheus.Collector // served on /metrics beside the API's own
	Logger       *slog.Logger           // slog.Default where nil
	Traces       trace.TracerProvider   // nothing is traced where nil
	Now          func() time.Time       // time.Now where nil; bounds dates of birth
}

// Searcher answers whether a resident exists. *search.Service is one.
type Searcher interface {
	// Search fails with search.ErrUnavailable where nothing can be searched.
	// It tells about whom it may show before it has read them.
	Search(ctx context.Context, clearance person.Restriction, asked search.Query, about ...func(ids []person.ID)) (search.Answer, error)
	// Like is the same search with a whole person as the question.
	Like(ctx context.Context, clearance person.Restriction, p person.Person) (search.Answer, error)
}

// Register keeps the people. *storage.Store is one, and its documentation says
// which errors each method returns. What it answers is what a caller of the
// clearance given, or of the one in a change, may see.
type Register interface {
	reader
	writer
	recorder
	glass
}

type reader interface {
	Person(ctx context.Context, clearance person.Restriction, id person.ID) (person.Person, error)
	PersonByCrossReference(ctx context.Context, clearance person.Restriction, system, reference string) (person.Person, error)
	Provenance(ctx context.Context, clearance person.Restriction, p person.Person) (map[string]person.Provenance, error)
	History(ctx context.Context, clearance person.Restriction, id person.ID, before int64, limit int) ([]storage.Version, error)
	Extended(ctx context.Context, clearance person.Restriction, id person.ID, area access.Area) (storage.Extended, error)
	ExtendedHistory(ctx context.Context, clearance person.Restriction, id person.ID, area access.Area, before int64, limit int) ([]storage.Extended, error)
}

type writer interface {
	Recall(ctx context.Context, key *storage.Idempotency) (*storage.Remembered, error)
	Again(ctx context.Context, clearance person.Restriction, earlier *storage.Remembered) (person.Person, error)
	Create(ctx context.Context, change storage.Change, p person.Person, key *storage.Idempotency) (person.Person, error)
	Update(ctx context.Context, change storage.Change, expected int64, p person.Person) (person.Person, error)
	Erase(ctx context.Context, change storage.Change, id person.ID, expected int64) (person.Revision, error)
	ReviseExtended(ctx context.Context, c storage.Change, id person.ID, area access.Area, expected int64, document []byte) (storage.Extended, error)
	AddCrossReference(ctx context.Context, change storage.Change, id person.ID, reference person.CrossReference, expected *int64) (person.Person, error)
}

// API is the HTTP interface. It is an http.Handler and safe for concurrent use.
type API struct {
	config  Config
	deps    Deps
	log     *slog.Logger
	metrics *metrics
	limiter *limiter
	huma    huma.API
	roles   map[string][]access.Role // who may, by method and path as in the document
	routes  gin.RoutesInfo
	handler http.Handler
}

// New makes the API. It starts nothing.
func New(config Config, deps Deps) *API {
	a := &API{config: config.orDefault(), deps: deps.orDefault(), roles: map[string][]access.Role{}}
	a.log = slog.New(WithRequest(a.deps.Logger.Handler()))
	a.metrics = newMetrics(a.deps.Collectors)
	a.limiter = newLimiter(a.config.Limits, a.deps.Now)
	engine := newEngine(a.deps.Traces)
	a.huma = newHuma(engine)
	a.route()
	a.serveDocs(engine)
	a.answerTheRest(engine)
	a.routes = engine.Routes()
	a.handler = a.observe(engine)
	return a
}

// Validate reports what is wrong with the configuration.
func (c Config) Validate() error {
	if c.DuplicateGrade != "" && !slices.Contains(gates(), c.DuplicateGrade) {
		return errors.New("api DuplicateGrade must be certain, probable or possible")
	}
	if c.RequestTimeout < 0 || c.ReadTimeout < 0 || c.BreakGlassLasts < 0 {
		return errors.New("api timeouts must not be negative")
	}
	if c.Limits.PerSecond < 0 || c.Limits.Failures < 0 || c.Limits.PerSecond > 0 && c.Limits.Burst < 1 {
		return errors.New("api limits must not be negative, and a burst is one request or more")
	}
	return nil
}

// gates is the grades at which a create can be refused, the surest first.
func gates() []search.Grade { return []search.Grade{search.Certain, search.Probable, search.Possible} }

func (c Config) orDefault() Config {
	if c.DuplicateGrade == "" {
		c.DuplicateGrade = search.Probable
	}
	if c.RequestTimeout == 0 {
		c.RequestTimeout = 10 * time.Second
	}
	if c.BreakGlassLasts == 0 {
		c.BreakGlassLasts = 15 * time.Minute
	}
	if c.ReadTimeout == 0 {
		c.ReadTimeout = 15 * time.Second
	}
	if c.MaxExtended == 0 {
		c.MaxExtended = 64 << 10
	}
	if c.ProblemBase == "" {
		c.ProblemBase = problemsPath
	}
	return c
}

func (d Deps) orDefault() Deps {
	if d.Logger == nil {
		d.Logger = slog.Default()
	}
	if d.Links == nil {
		d.Links = links.New(nil, d.Logger)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	return d
}

func (a *API) route() {
	a.routeSearch()
	a.routeRead()
	a.routeHistory()
	a.routeAudit()
	a.routeCreate()
	a.routeUpdate()
	a.routeErase()
	a.routeCrossReferences()
	a.routeExtended()
	a.routeHealth()
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// Server is an http.Server for the API at addr, with the limits that keep slow
// and hostile callers from holding connections and memory.
func (a *API) Server(addr string) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           a,
		ReadHeaderTimeout: min(5*time.Second, a.config.ReadTimeout),
		ReadTimeout:       a.config.ReadTimeout,
		WriteTimeout:      a.config.ReadTimeout + a.config.RequestTimeout + 5*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
}
