package api

import (
	"context"
	"errors"
	"slices"

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
			caller, err := a.deps.Callers.Authenticate(ctx.Context(), ctx.Header("Authorization"))
			requestOf(ctx.Context()).caller = caller
			if err == nil && !caller.Has(roles...) {
				err = refusal(forbidden, "You are known, and none of your roles allows this.")
			}
			if err != nil {
				a.problemOf(ctx.Context(), unproven(err)).write(humagin.Unwrap(ctx).Writer)
				return
			}
		}
		next(ctx)
	}
}

// unproven makes a problem of why a caller is not known, and says no more of it
// than that.
func unproven(err error) error {
	challenge := `Bearer realm="persons"`
	var p *problem
	switch {
	case errors.Is(err, access.ErrNobody):
		p = refusal(unauthenticated, "Send a token or an API key in the Authorization header.")
	case errors.Is(err, access.ErrRefused):
		p = refusal(unauthenticated, "The token or API key is not valid, or no longer. Get a new one.")
		challenge += `, error="invalid_token"`
	case errors.Is(err, access.ErrUnavailable):
		return refusal(unavailable, "")
	default:
		return err
	}
	p.headers.Set("WWW-Authenticate", challenge)
	return p
}
