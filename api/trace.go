package api

import (
	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// traced makes a span of each request, named by method and route: never by the
// path, which may hold whatever a caller wrote. Its id is the log's. A caller's own
// trace goes on in it; baggage, which could hold anything, is not read.
func traced(provider trace.TracerProvider) []gin.HandlerFunc {
	name := func(c *gin.Context) string {
		return methodLabel(c.Request.Method) + " " + requestOf(c.Request.Context()).route
	}
	worthIt := func(c *gin.Context) bool { // an orchestrator asks every few seconds
		return c.FullPath() != healthPath && c.FullPath() != readyPath
	}
	identify := func(c *gin.Context) {
		ctx := c.Request.Context()
		trace.SpanFromContext(ctx).SetAttributes(attribute.String("request.id", requestOf(ctx).id))
	}
	return []gin.HandlerFunc{
		otelgin.Middleware("persons",
			otelgin.WithTracerProvider(provider),
			otelgin.WithPropagators(propagation.TraceContext{}),
			otelgin.WithSpanNameFormatter(name),
			otelgin.WithGinFilter(worthIt),
		),
		identify,
	}
}
