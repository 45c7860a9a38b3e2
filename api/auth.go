package api

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"personindex/access"
	"personindex/person"
)

// Callers finds out who sends a request.
type Callers interface {
	// Authenticate returns whom the Authorization header of a request proves, or
	// access.ErrNobody, access.ErrRefused or access.ErrUnavailable.
	Authenticate(ctx context.Context, authorization string) (access.Caller, error)
}

// everyone marks an operation that needs no credential.
const everyone access.Role = "everyone"

// callerOf is who sent the request that ctx belongs to: nobody for an operation
// that is open to everyone.
func callerOf(ctx context.Context) access.Caller { return requestOf(ctx).caller }

// clearanceOf is what that caller may see of people who are restricted.
func clearanceOf(ctx context.Context) person.Restriction { return callerOf(ctx).Clearance }

// admit lets callers pass who have one of the roles. It stands before anything
// of the request is read, so that a stranger learns nothing by trying.
func (a *API) admit(roles []access.Role) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if !slices.Contains(roles, everyone) {
			if err := a.enter(ctx.Context(), ctx.Header("Authorization"), roles); err != nil {
				p := a.problemOf(ctx.Context(), err)
				p.challenge(ctx.Header("Sec-Fetch-Mode") != "")
				p.write(humagin.Unwrap(ctx).Writer)
				return
			}
		}
		next(ctx)
	}
}

// enter finds out who sends a request, and whether they may.
func (a *API) enter(ctx context.Context, authorization string, roles []access.Role) error {
	r := requestOf(ctx)
	wait := a.limiter.suspect(r.from)
	if wait > 0 && !a.limiter.judges(authorization) {
		return tooMany(wait, "Too many credentials were refused that came from your address.")
	}
	caller, err := a.deps.Callers.Authenticate(ctx, authorization)
	if errors.Is(err, access.ErrRefused) {
		a.limiter.refused(r.from)
		a.log.InfoContext(ctx, "credential refused", "reason", err.Error(), "from", r.from.String())
		if wait > 0 {
			return tooMany(wait, "Too many credentials were refused that came from your address.")
		}
	}
	if err != nil {
		return unproven(err)
	}
	a.limiter.accepted(authorization)
	r.caller = caller
	if wait := a.limiter.wait(caller.Subject); wait > 0 {
		return tooMany(wait, "You send more requests than one caller may.")
	}
	if !caller.Has(roles...) {
		return refusal(forbidden, "You are known, and none of your roles allows this.")
	}
	return nil
}

// tooMany refuses a request that may come later.
func tooMany(wait time.Duration, detail string) error {
	p := refusal(tooManyRequests, detail)
	p.headers.Set("Retry-After", strconv.Itoa(retryAfter(wait)))
	return p
}

// unproven makes a problem of why a caller is not known, and says no more of it
// than that.
func unproven(err error) error {
	switch {
	case errors.Is(err, access.ErrNobody):
		return refusal(unauthenticated, "Send a token or an API key in the Authorization header.")
	case errors.Is(err, access.ErrRefused):
		p := refusal(unauthenticated, "The token or API key is not valid, or no longer. Get a new one.")
		p.headers.Set("WWW-Authenticate", `Bearer realm="persons", error="invalid_token"`)
		return p
	}
	return err
}

// challenge says with a 401 how to be known. Some tools send a password only after
// they were asked for one; a browser would open a window of its own, so it is not.
func (p *problem) challenge(browser bool) {
	if p.kind != unauthenticated {
		return
	}
	if p.headers.Get("WWW-Authenticate") == "" {
		p.headers.Set("WWW-Authenticate", `Bearer realm="persons"`)
	}
	if !browser {
		p.headers.Add("WWW-Authenticate", `Basic realm="persons", charset="UTF-8"`)
	}
}
