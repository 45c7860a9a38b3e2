package indexer

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"github.com/elastic/go-elasticsearch/v8/esapi"

	"personindex/internal/breaker"
)

// maxAnswer bounds what is read of one answer. The largest, a page of 5000
// revisions or the outcome of a full batch, is some 1 MB.
const maxAnswer = 64 << 20

// elastic speaks to Elasticsearch, with a deadline for every request, and not while
// that does not answer.
type elastic struct {
	transport esapi.Transport
	timeout   time.Duration
	breaker   *breaker.Breaker
}

// request is any request of esapi.
type request interface {
	Do(context.Context, esapi.Transport) (*esapi.Response, error)
}

// do sends a request and reads the answer into answer unless that is nil. A
// status of 300 or more is a *statusError, and [breaker.ErrOpen] says that nothing
// was sent, since the last requests failed.
func (e elastic) do(ctx context.Context, r request, answer any) error {
	var refused error // an answer too: the server is there
	err := e.breaker.Do(func() error {
		err := e.exchange(ctx, r, answer)
		if status := new(statusError); errors.As(err, &status) && !status.overloaded() {
			refused = err
			return nil
		}
		return err
	})
	return cmp.Or(refused, err)
}

func (e elastic) exchange(ctx context.Context, r request, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	response, err := r.Do(ctx, e.transport)
	if err != nil {
		return fmt.Errorf("ask Elasticsearch: %w", err)
	}
	defer response.Body.Close()
	body := io.LimitReader(response.Body, maxAnswer)
	if response.StatusCode >= http.StatusMultipleChoices {
		return newStatusError(response.StatusCode, body)
	}
	if answer == nil {
		_, err = io.Copy(io.Discard, body)
	} else {
		err = json.NewDecoder(body).Decode(answer)
	}
	if err != nil {
		return fmt.Errorf("read Elasticsearch's answer: %w", err)
	}
	return nil
}

// instrumentation is what the transport traces with, if it does.
func (e elastic) instrumentation() elastictransport.Instrumentation {
	if instrumented, ok := e.transport.(elastictransport.Instrumented); ok {
		return instrumented.InstrumentationEnabled()
	}
	return nil
}

// statusError is an answer that says no. It holds the type of the error and not
// its text, which may quote a document.
type statusError struct {
	status int
	kind   string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("Elasticsearch answered %d %s", e.status, e.kind)
}

// overloaded reports whether the server, or a proxy before it, cannot answer now,
// whatever it is asked.
func (e *statusError) overloaded() bool {
	return e.status == http.StatusTooManyRequests || e.status >= http.StatusInternalServerError
}

func newStatusError(status int, body io.Reader) *statusError {
	var answer struct {
		Error json.RawMessage
	}
	// An answer without a readable body, as proxies give, still has its status.
	_ = json.NewDecoder(body).Decode(&answer)
	var detail errorType
	_ = json.Unmarshal(answer.Error, &detail)
	return &statusError{status, detail.name()}
}

// errorType is Elasticsearch's name for what went wrong.
type errorType struct {
	Type string `json:"type"`
}

var errorName = regexp.MustCompile(`^[a-z_]{1,80}$`)

// name is the type if it looks like one, so that nothing else can be passed on
// in its place.
func (t errorType) name() string {
	if errorName.MatchString(t.Type) {
		return t.Type
	}
	return "unknown_error"
}

// hasStatus reports whether err is an answer of this status.
func hasStatus(err error, status int) bool {
	var e *statusError
	return errors.As(err, &e) && e.status == status
}

// jsonBody is a request body. It marshals only values made here, which cannot
// fail.
func jsonBody(v any) io.Reader {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("marshal a request of our own: %v", err))
	}
	return bytes.NewReader(body)
}
