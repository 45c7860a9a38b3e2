package storage

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// deadlines bounds how long an answer is waited for, for every statement of every
// connection. Postgres gives a statement up by itself; but it says so to nobody
// when it has stopped, or the network has.
type deadlines struct{ statement time.Duration }

// grace is how much later than Postgres we give up: its own error says more.
const grace = 2 * time.Second

type (
	cancelKey    struct{}
	unboundedKey struct{}
)

// unbounded is for statements over millions of rows, see statement_unbounded.sql:
// only the caller's deadline holds.
func unbounded(ctx context.Context) context.Context {
	return context.WithValue(ctx, unboundedKey{}, true)
}

func (d deadlines) begin(ctx context.Context, statements int) context.Context {
	if ctx.Value(unboundedKey{}) != nil {
		return ctx
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(statements)*d.statement+grace)
	return context.WithValue(ctx, cancelKey{}, cancel)
}

func (d deadlines) end(ctx context.Context) {
	if cancel, ok := ctx.Value(cancelKey{}).(context.CancelFunc); ok {
		cancel()
	}
}

// TraceQueryStart begins waiting for a statement.
func (d deadlines) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return d.begin(ctx, 1)
}

// TraceQueryEnd ends it, when the last row is read.
func (d deadlines) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	d.end(ctx)
}

// TraceBatchStart begins waiting for statements that are sent together. All of
// them may take as long as five that are slow.
func (d deadlines) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	return d.begin(ctx, min(5, len(data.Batch.QueuedQueries)))
}

// TraceBatchQuery does nothing: a batch is waited for as one.
func (d deadlines) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd ends waiting for a batch.
func (d deadlines) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchEndData) {
	d.end(ctx)
}

// TraceCopyFromStart begins waiting for a COPY.
func (d deadlines) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	return d.begin(ctx, 1)
}

// TraceCopyFromEnd ends it.
func (d deadlines) TraceCopyFromEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromEndData) {
	d.end(ctx)
}
