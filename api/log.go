package api

import (
	"context"
	"log/slog"

	"personindex/search"
)

// WithRequest is a handler that adds to each line the id of the request and of the
// search it belongs to, so that every line of one request can be found, whichever
// package wrote it. A handler that does so already is returned as it is.
func WithRequest(handler slog.Handler) slog.Handler {
	if own, ok := handler.(requestHandler); ok {
		return own
	}
	return requestHandler{handler}
}

type requestHandler struct{ slog.Handler }

// Handle passes the line on with its ids.
func (h requestHandler) Handle(ctx context.Context, line slog.Record) error {
	r := requestOf(ctx)
	if r.id != "" {
		line.AddAttrs(slog.String("requestId", r.id))
	}
	searched := search.ID(ctx) // while a search is under way
	if searched == "" {
		searched = r.searchID
	}
	if searched != "" {
		line.AddAttrs(slog.String("searchId", searched))
	}
	return h.Handler.Handle(ctx, line)
}

// WithAttrs is for slog.
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup is for slog.
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
