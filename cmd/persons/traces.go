package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"personindex/configs"
)

// flushTime is how long a process that ends waits for its last spans to be sent.
const flushTime = 5 * time.Second

// traces is where spans go. A nil one takes none.
type traces struct{ provider *sdk.TracerProvider }

// newTraces returns nil where no collector is configured, and nothing is then
// measured at all. It does not wait for the collector. Headers and certificates
// for it are taken from the variables that OpenTelemetry defines, such as
// OTEL_EXPORTER_OTLP_HEADERS.
func newTraces(ctx context.Context, config configs.Telemetry, log *slog.Logger) (*traces, error) {
	if config.Endpoint == "" {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(config.Endpoint+"/v1/traces"))
	if err != nil {
		return nil, fmt.Errorf("telemetry.endpoint: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) { log.Warn("traces not sent") }))
	return &traces{sdk.NewTracerProvider(
		sdk.WithBatcher(discreet{exporter}),
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(config.Share))),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "persons"))),
	)}, nil
}

func (t *traces) orNone() trace.TracerProvider {
	if t == nil {
		return nil
	}
	return t.provider
}

// close sends what was not sent yet. Spans that cannot be sent are lost.
func (t *traces) close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	_ = t.provider.Shutdown(ctx)
}

// discreet sends of a span only what cannot hold anything of a person: what the
// libraries that make them record changes with their versions, and includes paths,
// addresses of callers and the texts of errors.
type discreet struct{ sdk.SpanExporter }

// ExportSpans sends the spans, made bare.
func (d discreet) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	bared := make([]sdk.ReadOnlySpan, len(spans))
	for i, span := range spans {
		bared[i] = bare{span}
	}
	return d.SpanExporter.ExportSpans(ctx, bared)
}

// allowed are the attributes that are sent.
func allowed() []attribute.Key {
	return []attribute.Key{
		"http.request.method", "http.route", "http.response.status_code", "request.id",
		"db.system", "db.system.name", "db.operation", "db.operation.name", "pgx.operation.type", "pgx.rows_affected", "pgx.sql_state",
		"server.port", "error.type",
	}
}

type bare struct{ sdk.ReadOnlySpan }

// Attributes are those that are allowed.
func (b bare) Attributes() []attribute.KeyValue {
	known := allowed()
	return slices.DeleteFunc(slices.Clone(b.ReadOnlySpan.Attributes()), func(a attribute.KeyValue) bool {
		return !slices.Contains(known, a.Key)
	})
}

// Events are left out: they hold the texts of errors.
func (b bare) Events() []sdk.Event { return nil }

// Links are left out.
func (b bare) Links() []sdk.Link { return nil }

// Status says whether it failed, and not why.
func (b bare) Status() sdk.Status { return sdk.Status{Code: b.ReadOnlySpan.Status().Code} }
