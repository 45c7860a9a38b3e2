package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"personindex/audit"
	"personindex/person"
	"personindex/search"
)

// recorder keeps the audit. Whoever waits for it knows that the event is kept.
type recorder interface {
	Record(ctx context.Context, e audit.Event) error
	RecordSearch(ctx context.Context, e audit.Event) error
	AuditOf(ctx context.Context, clearance person.Restriction, id person.ID, before int64, limit int) ([]audit.Event, error)
}

// auditTimeout bounds the writing of one event, also of a request whose time is
// up or whose caller went away.
const auditTimeout = 5 * time.Second

// errUnaudited means that nothing may be shown, since the audit could not be told
// of it.
var errUnaudited = errors.New("the audit cannot be written")

// audited has the audit told of every request of a known caller, whatever becomes
// of it. What a handler answers is recorded before it is sent (see answered), and
// a change together with the change (see changeOf); here only what is left: what
// was refused before its handler saw it, and failed. That shows nobody.
func (a *API) audited(op operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r := requestOf(ctx.Context())
		r.event.Route, r.event.Action, r.event.Status = op.OperationID, op.action, op.success()
		if id, err := person.ParseID(ctx.Param("id")); err == nil {
			r.event.Name(id)
		}
		panicked := true
		defer func() {
			status := humagin.Unwrap(ctx).Writer.Status()
			if panicked {
				status = http.StatusInternalServerError
			}
			_ = a.record(ctx.Context(), status)
		}()
		next(ctx)
		panicked = false
	}
}

// success is the status of an answer that is no problem.
func (op operation) success() int { return cmp.Or(op.DefaultStatus, http.StatusOK) }

// answered has the audit told what a handler answers. It returns nil where that
// may be sent, or the problem to send instead.
func (a *API) answered(ctx context.Context, op operation, err error) error {
	if err == nil {
		if err = a.record(ctx, op.success()); err == nil {
			return nil
		}
	}
	p := a.problemOf(ctx, err)
	if p.Status >= http.StatusInternalServerError {
		return p // audited records it as far as it can be
	}
	event := &requestOf(ctx).event
	for _, candidate := range p.Candidates {
		event.Name(candidate.ID)
	}
	var inUse *person.CrossReferenceInUseError
	if errors.As(err, &inUse) {
		event.Name(inUse.Owner)
	}
	if err := a.record(ctx, p.Status); err != nil {
		return a.problemOf(ctx, err)
	}
	return p
}

// record writes the event of a request, once. Requests of nobody have none.
func (a *API) record(ctx context.Context, status int) error {
	r := requestOf(ctx)
	if r.ahead != nil {
		err := <-r.ahead
		r.ahead = nil
		return err
	}
	if r.caller.Subject == "" || r.recorded || r.event.ID != 0 && status < http.StatusBadRequest {
		return nil
	}
	r.recorded = true
	e := r.known()
	e.Status = status
	return a.recordEvent(ctx, *e)
}

// recordAhead begins to write the event of a search as soon as it is known whom the
// answer may show, which takes about as long as reading them and making the answer.
// record waits for it. Should the answer fail after all, the audit says of some
// whom nobody saw that they were shown: better than the reverse.
func (a *API) recordAhead(ctx context.Context, ids []person.ID) {
	r := requestOf(ctx)
	if r.caller.Subject == "" || r.recorded {
		return
	}
	r.recorded = true
	r.event.Name(ids...)
	e := *r.known()
	e.Named = slices.Clone(e.Named)
	as := *r // the request goes on, and the log of what is written reads what is known of it
	ctx = context.WithValue(ctx, requestKey{}, &as)
	done := make(chan error, 1)
	r.ahead = done
	go func() { done <- a.recordEvent(ctx, e) }()
}

// recordEvent writes an event, whether or not the request's time is up.
func (a *API) recordEvent(ctx context.Context, e audit.Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditTimeout)
	defer cancel()
	started := time.Now()
	err := a.write(ctx, e)
	a.metrics.audited(e.Action, time.Since(started), err)
	if err != nil {
		a.log.ErrorContext(ctx, "audit not written", "route", e.Route, "status", e.Status, "error", redacted(err))
		return errUnaudited
	}
	return nil
}

// write adds an event, or a search that was answered to its session.
func (a *API) write(ctx context.Context, e audit.Event) error {
	if err := requestOf(ctx).unsealed; err != nil {
		return err
	}
	if e.Session != "" && e.Status < http.StatusBadRequest {
		return a.deps.Register.RecordSearch(ctx, e)
	}
	return a.deps.Register.Record(ctx, e)
}

// inSession notes that a search is one of several while somebody types.
func inSession(ctx context.Context, session string) error {
	if session != "" && !saneID.MatchString(session) {
		return badHeader("Search-Session", "must be 1 to 64 letters, digits or any of ._-")
	}
	requestOf(ctx).event.Session = session
	return nil
}

// known is the request's event with all that is known of the request.
func (r *request) known() *audit.Event {
	r.sealed()
	e := &r.event
	e.Caller, e.Roles, e.Areas, e.Clearance = r.caller.Subject, r.caller.Roles, r.caller.Areas, r.caller.Clearance
	e.RequestIDs = []string{r.id}
	if r.from.IsValid() {
		e.From = r.from.String()
	}
	return e
}

// ask has the audit keep what a caller asks, for auditors only. Without their key
// it is not kept.
func (a *API) ask(ctx context.Context, criteria any) error {
	document, err := json.Marshal(criteria)
	if err != nil {
		return fmt.Errorf("write criteria: %w", err)
	}
	return a.state(ctx, audit.Statement{Criteria: document})
}

// state seals what a caller says, for auditors only. That takes 0.1 ms, in which
// the request goes on: known waits for it.
func (a *API) state(ctx context.Context, s audit.Statement) error {
	if a.deps.AuditKey == nil {
		return nil
	}
	r := requestOf(ctx)
	if r.caller.Subject == "" {
		return errors.New("a statement is sealed to who made it, and nobody did")
	}
	s.RequestID, s.At = r.id, a.deps.Now().UTC()
	done, caller := make(chan sealedStatement, 1), r.caller.Subject
	r.sealing = append(r.sealing, done)
	go func() {
		text, err := a.deps.AuditKey.Seal(caller, s)
		done <- sealedStatement{text, err}
	}()
	return nil
}

type sealedStatement struct {
	text []byte
	err  error
}

// sealed takes what was stated into the event, once it is sealed.
func (r *request) sealed() {
	for _, done := range r.sealing {
		s := <-done
		if s.err != nil {
			r.unsealed = s.err
			continue
		}
		r.event.Sealed = append(r.event.Sealed, s.text)
	}
	r.sealing = nil
}

// shown notes the people whom an answer shows.
func shown(ctx context.Context, results []search.Result) {
	event := &requestOf(ctx).event
	for _, r := range results {
		event.Name(r.ID)
	}
}

// openToEveryone reports whether an operation knows no callers.
func (op operation) openToEveryone() bool { return slices.Contains(op.roles, everyone) }
