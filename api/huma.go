package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
)

// newHuma makes huma's API with its defaults hardened.
//
// huma by default sends the text of any error to the caller, repeats invalid
// values, passes unknown and empty parameters, misspelt cases and repeated
// members, links schemas into every answer and serves pages that load scripts
// from elsewhere. Here it validates nothing, for it is given nothing that it
// would read: parameters are read by [queryString], bodies by [jsonBody], and
// every error is a problem before it reaches huma (see register).
func newHuma(engine *gin.Engine) huma.API {
	config := huma.DefaultConfig("Person index", "1")
	config.Info.Description = apiDescription
	config.Tags = tags()
	config.Components.SecuritySchemes = securitySchemes()
	config.CreateHooks = nil // no $schema members, no Link headers
	config.OpenAPIPath = ""  // served by docs.go, once complete
	config.DocsPath = ""     // its renderers load from a CDN
	config.SchemasPath = ""
	config.Formats = map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()}
	config.Transformers = []huma.Transformer{silenced}
	config.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[person.Date](), reflect.TypeFor[dateSchema]())
	config.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[person.Restriction](), reflect.TypeFor[restrictionSchema]())
	personSchemas(config.Components.Schemas)
	return humagin.New(engine, config)
}

// jsonFormat writes a whole document or nothing. huma would send its own words
// into an answer that fails half-way; a panic becomes an internal problem.
func jsonFormat() huma.Format {
	return huma.Format{Marshal: func(w io.Writer, v any) error {
		document, err := json.Marshal(v)
		if err != nil {
			panic(fmt.Errorf("marshal %T: %w", v, err))
		}
		_, err = w.Write(append(document, '\n'))
		return err
	}}
}

// silenced keeps huma's own errors, should it find a reason for one, from
// telling more than that the request was bad.
func silenced(ctx huma.Context, _ string, v any) (any, error) {
	own, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := refusal(malformed, "")
	p.Type, p.Status, p.Title = "about:blank", own.Status, http.StatusText(own.Status)
	p.RequestID = requestOf(ctx.Context()).id
	return p, nil
}

// operation is one method of one path: what the document says of it, and what
// the parts that huma does not read hold.
type operation struct {
	huma.Operation
	query    any           // a struct whose JSON names are the query parameters; nil for none
	body     any           // a schema as JSON bodies have it; nil for none
	example  any           // of the body
	answer   any           // example of the answer
	problems []kind        // beyond those that every operation has
	roles    []access.Role // who may: callers with one of them, or everyone. Nobody where none is stated
	action   audit.Action  // what the audit calls it; nothing where it is open to everyone
	glass    bool          // whether callers may break the glass for it
	schema   *huma.Schema  // of the answer, where its Go type does not say it
}

// register adds an operation. What its handler returns as an error is a problem
// from here on.
func register[I, O any](a *API, op operation, handle func(context.Context, *I) (*O, error)) {
	op = op.breakable()
	op.SkipValidateParams = true // all of them are texts, read by the handler
	a.roles[op.Method+" "+op.Path] = op.roles
	op.secure()
	op.Middlewares = append(huma.Middlewares{a.admit(op.roles), a.oversee(op)}, op.Middlewares...)
	if !op.openToEveryone() {
		op.Middlewares = append(huma.Middlewares{a.audited(op)}, op.Middlewares...)
	}
	op.Responses = a.problemResponses(append(op.problems, a.usual(op)...))
	op.Parameters = append(op.Parameters, parametersOf(a.schemas(), op.query)...)
	op.Middlewares = append(op.Middlewares, a.withoutEmptyHeaders)
	if op.query == nil {
		op.Middlewares = append(op.Middlewares, a.withoutQuery)
	}
	huma.Register(a.huma, op.Operation, func(ctx context.Context, input *I) (*O, error) {
		output, err := handle(ctx, input)
		if err := a.answered(ctx, op, err); err != nil {
			return nil, err
		}
		return output, nil
	})
	a.document(op)
}

func (a *API) schemas() huma.Registry { return a.huma.OpenAPI().Components.Schemas }

// withoutQuery refuses any parameter, on the paths that have none.
func (a *API) withoutQuery(ctx huma.Context, next func(huma.Context)) {
	u := ctx.URL()
	if err := (queryString{u.RawQuery}).decode(new(struct{})); err != nil {
		c := humagin.Unwrap(ctx)
		a.problemOf(ctx.Context(), err).write(c.Writer)
		return
	}
	next(ctx)
}

// withoutEmptyHeaders refuses a header that is sent and says nothing, as a client
// does that lost what it meant to say. huma takes it for one that was not sent.
func (a *API) withoutEmptyHeaders(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	for _, name := range []string{breakGlassHeader, "Search-Session", "Idempotency-Key"} {
		if sent := c.Request.Header[name]; len(sent) > 0 && strings.TrimSpace(sent[0]) == "" {
			a.problemOf(ctx.Context(), badHeader(name, "must not be empty: leave it out")).write(c.Writer)
			return
		}
	}
	next(ctx)
}

// usual is the kinds of problem that every operation may answer with.
func (a *API) usual(op operation) []kind {
	kinds := []kind{parameter, header, internal}
	if !slices.Contains(op.Tags, tagService) {
		kinds = append(kinds, unavailable, unauthenticated, forbidden, tooManyRequests)
	}
	return kinds
}
