package main

import (
	"log/slog"
	"net/http"
	"path"
	"time"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"

	"personindex/storage"
)

// watching is what looks on at every statement.
func (a *app) watching() []storage.Option {
	options := []storage.Option{storage.WithLog(a.log)}
	if slow := a.config.Log.SlowQuery; slow > 0 {
		options = append(options, storage.WithSlowLog(a.log, slow))
	}
	if a.traces != nil {
		options = append(options, storage.WithTraces(a.traces.provider))
	}
	return options
}

// instrumentation makes a span of each request to Elasticsearch, without its body.
func (a *app) instrumentation() elastictransport.Instrumentation {
	if a.traces == nil {
		return nil
	}
	const captureSearchBody = false
	return elastictransport.NewOtelInstrumentation(a.traces.provider, captureSearchBody, "")
}

// slowLog logs the requests to Elasticsearch that take as long as threshold or
// longer, by the last part of their path, such as _search. It counts until the
// answer begins, which is when Elasticsearch has it whole.
type slowLog struct {
	http.RoundTripper
	log       *slog.Logger
	threshold time.Duration
}

// RoundTrip sends the request and times it.
func (l slowLog) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	answer, err := l.RoundTripper.RoundTrip(r)
	if took := time.Since(began); l.threshold > 0 && took >= l.threshold {
		l.log.WarnContext(r.Context(), "slow query", "server", "elasticsearch", "statement", path.Base(r.URL.Path),
			"ms", float64(took.Microseconds())/1000, "failed", err != nil || answer.StatusCode >= http.StatusBadRequest)
	}
	return answer, err
}

// CloseIdleConnections passes on what http.Client asks for.
func (l slowLog) CloseIdleConnections() {
	if closer, ok := l.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}
