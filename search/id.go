package search

import (
	"context"

	"github.com/google/uuid"
)

type idKey struct{}

// withID names the search that ctx belongs to, for everything that is logged of it.
func withID(ctx context.Context) context.Context {
	return context.WithValue(ctx, idKey{}, uuid.NewString())
}

// ID is the id of the search that ctx belongs to, or empty. Whoever logs from
// below a search can name it so.
func ID(ctx context.Context) string {
	id, _ := ctx.Value(idKey{}).(string)
	return id
}
