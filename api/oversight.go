package api

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"personindex/access"
	"personindex/audit"
	"personindex/oversight"
	"personindex/person"
	"personindex/search"
)

// Staff knows the officers, and what is odd about a look-up. *oversight.Staff is
// one. It never waits for anything.
type Staff interface {
	Seen(c access.Caller)
	Flags(c access.Caller, look oversight.Look) []string
}

// glass gives callers more clearance for a while.
type glass interface {
	BreakGlass(ctx context.Context, e audit.Event, lasts time.Duration) (until time.Time, opened bool, err error)
}

// breakGlassHeader is the header by which a caller takes more clearance in an
// emergency.
const breakGlassHeader = "Break-Glass-Reason"

// oversee notes who is here, and lets a caller who may and says why see more than
// usual. It stands behind admit, and before anything else of the request is read.
func (a *API) oversee(op operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r := requestOf(ctx.Context())
		if a.deps.Staff != nil {
			a.deps.Staff.Seen(r.caller)
		}
		if reason := ctx.Header(breakGlassHeader); reason != "" && op.glass {
			if err := a.breakGlass(ctx.Context(), reason); err != nil {
				a.problemOf(ctx.Context(), err).write(humagin.Unwrap(ctx).Writer)
				return
			}
		}
		next(ctx)
	}
}

// breakable is an operation with what it says of breaking the glass, where that may
// be done for it.
func (op operation) breakable() operation {
	if op.glass {
		op.Parameters = append(op.Parameters, breakGlassParameter())
		if !slices.Contains(op.problems, header) {
			op.problems = append(op.problems, header)
		}
	}
	return op
}

func breakGlassParameter() *huma.Param {
	least, most := minGlassReason, maxGlassReason
	return &huma.Param{
		Name: breakGlassHeader, In: "header",
		Description: "Why, in an emergency, you must see a person who is restricted for you. Callers with the right to it are shown such people, in the answers to requests that bear the header; an alert is sent, and each is marked on the audit. Others are answered as without it, and that is marked too. The reason is kept for auditors only.",
		Schema:      &huma.Schema{Type: huma.TypeString, MinLength: &least, MaxLength: &most},
		Example:     "Police at the door, case 4711",
	}
}

// A reason is as long as says something, and no record of the case.
const minGlassReason, maxGlassReason = 3, 500

// breakGlass gives the request the clearance that its caller may take in an
// emergency. The first request for a while opens a grant, which is an event of its
// own, with an alert; those within it belong to it. Who may take no more than they
// have is answered as without a reason, and auditors see that they tried.
func (a *API) breakGlass(ctx context.Context, text string) error {
	r := requestOf(ctx)
	reason, message := glassReason(text)
	if message != "" {
		return badHeader(breakGlassHeader, message)
	}
	if r.caller.BreakGlass <= r.caller.Clearance {
		if r.caller.Clearance < person.VeryRestricted {
			r.event.Flags = append(r.event.Flags, oversight.BreakGlassInVain)
		}
		return nil
	}
	if err := a.state(ctx, audit.Statement{Reason: reason}); err != nil {
		return err
	}
	r.event.Flags = append(r.event.Flags, oversight.BreakGlass)
	opening := *r.known()
	opening.Action, opening.Clearance = audit.BreakGlass, r.caller.BreakGlass
	opening.Named, opening.Sealed, opening.Flags = slices.Clone(opening.Named), slices.Clone(opening.Sealed), slices.Clone(opening.Flags)
	until, opened, err := a.deps.Register.BreakGlass(ctx, opening, a.config.BreakGlassLasts)
	if err != nil {
		return err
	}
	if opened {
		a.metrics.glass.Inc()
		a.log.WarnContext(ctx, "glass broken", "caller", r.caller.Subject, "clearance", r.caller.BreakGlass.String(), "until", until.UTC())
	}
	r.caller.Clearance = r.caller.BreakGlass
	return nil
}

// glassReason is the reason as it is kept, or what is wrong with it.
func glassReason(text string) (reason, message string) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text):
		return "", "must be valid UTF-8"
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", "must not contain control characters"
	case n < minGlassReason || n > maxGlassReason:
		return "", "must be 3 to 500 characters"
	}
	return text, ""
}

// notice has the audit flag what is odd about a look-up.
func (a *API) notice(ctx context.Context, look oversight.Look) {
	if a.deps.Staff == nil {
		return
	}
	event := &requestOf(ctx).event
	for _, flag := range a.deps.Staff.Flags(callerOf(ctx), look) {
		if !slices.Contains(event.Flags, flag) {
			event.Flags = append(event.Flags, flag)
		}
	}
}

// noticeOf is notice for a look at what is kept of somebody beside their record. Where
// they cannot be read the caller is not answered either, or with nothing of them.
func (a *API) noticeOf(ctx context.Context, id person.ID) {
	if a.deps.Staff == nil {
		return
	}
	if p, err := a.deps.Register.Person(ctx, clearanceOf(ctx), id); err == nil {
		a.notice(ctx, oversight.Opened(p))
	}
}

// lookOf is what a search looks for.
func lookOf(asked search.Query) oversight.Look {
	return oversight.Look{
		Forenames: []string{asked.FirstName}, Surnames: []string{asked.LastName}, Postcodes: []string{asked.Postcode},
		Text: asked.Q + " " + asked.Address,
	}
}
