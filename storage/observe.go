package storage

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	"go.opentelemetry.io/otel/trace"
)

// Option adds something that watches a store. None sees what a statement is asked
// with.
type Option func(*watch)

// watch is what watches a store.
type watch struct {
	log     *slog.Logger
	tracers []pgx.QueryTracer
}

func newWatch(options []Option) watch {
	w := watch{log: slog.New(slog.DiscardHandler)}
	for _, option := range options {
		option(&w)
	}
	return w
}

// tracer is all that watches statements, after first.
func (w watch) tracer(first pgx.QueryTracer) pgx.QueryTracer {
	return multitracer.New(append([]pgx.QueryTracer{first}, w.tracers...)...)
}

// WithLog logs when Postgres is not asked any more because it does not answer, and
// when it is again.
func WithLog(log *slog.Logger) Option { return func(w *watch) { w.log = log } }

// WithSlowLog logs each statement that takes as long as threshold or longer, by
// the name of its file in sql/. It counts from sending to the last row read.
func WithSlowLog(log *slog.Logger, threshold time.Duration) Option {
	return func(w *watch) { w.tracers = append(w.tracers, slowLog{log, threshold}) }
}

// WithTraces makes a span of each statement, named like its file.
func WithTraces(provider trace.TracerProvider) Option {
	return func(w *watch) {
		w.tracers = append(w.tracers, otelpgx.NewTracer(
			otelpgx.WithTracerProvider(provider),
			otelpgx.WithSpanNameFunc(statementName),
			otelpgx.WithDisableSQLStatementInAttributes(),
			otelpgx.WithDisableConnectionDetailsInAttributes(),
		))
	}
}

var named = regexp.MustCompile(`^-- ([a-z_]+) `)

// statementName is the name of the file a statement stands in, or its first word:
// begin and commit are pgx's own.
func statementName(sql string) string {
	if name := named.FindStringSubmatch(sql); name != nil {
		return name[1]
	}
	word, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	return strings.ToLower(word)
}

// slowLog times statements, batches and COPY.
type slowLog struct {
	log       *slog.Logger
	threshold time.Duration
}

type begunKey struct{}

// begun is a statement under way.
type begun struct {
	statement string
	at        time.Time
}

func (l slowLog) begin(ctx context.Context, statement string) context.Context {
	return context.WithValue(ctx, begunKey{}, begun{statement, time.Now()})
}

func (l slowLog) end(ctx context.Context, err error) {
	b, ok := ctx.Value(begunKey{}).(begun)
	if took := time.Since(b.at); ok && took >= l.threshold {
		l.log.WarnContext(ctx, "slow query", "server", "postgres", "statement", b.statement,
			"ms", float64(took.Microseconds())/1000, "failed", err != nil)
	}
}

// TraceQueryStart begins timing a statement.
func (l slowLog) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	return l.begin(ctx, statementName(data.SQL))
}

// TraceQueryEnd ends it.
func (l slowLog) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	l.end(ctx, data.Err)
}

// TraceBatchStart begins timing statements that are sent together.
func (l slowLog) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	name := "batch"
	if queued := data.Batch.QueuedQueries; len(queued) > 0 {
		name = fmt.Sprintf("%s and %d more", statementName(queued[0].SQL), len(queued)-1)
	}
	return l.begin(ctx, name)
}

// TraceBatchQuery does nothing: a batch is timed as one.
func (l slowLog) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd ends timing a batch.
func (l slowLog) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	l.end(ctx, data.Err)
}

// TraceCopyFromStart begins timing a COPY.
func (l slowLog) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceCopyFromStartData) context.Context {
	return l.begin(ctx, "copy "+strings.Join(data.TableName, "."))
}

// TraceCopyFromEnd ends it.
func (l slowLog) TraceCopyFromEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceCopyFromEndData) {
	l.end(ctx, data.Err)
}
