package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"personindex/access"
	"personindex/encryption"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

// problem is an error as the caller is told it, by RFC 9457. It never repeats a
// value that the caller sent.
type problem struct {
	Type      string       `json:"type" format:"uri-reference" doc:"Names the kind of problem and leads to its explanation."`
	Title     string       `json:"title" doc:"The kind of problem in words."`
	Status    int          `json:"status"`
	Detail    string       `json:"detail,omitempty" doc:"What is wrong with this request. Absent from a 5xx."`
	RequestID string       `json:"requestId" doc:"Names the request in logs and to support."`
	Errors    []fieldError `json:"errors,omitempty" doc:"Every field that is wrong."`

	// The rest is only in a problem of kind duplicate.
	SearchID    string            `json:"searchId,omitempty" doc:"Of a duplicate: names the search that found the candidates."`
	Answer      *search.Existence `json:"answer,omitempty" doc:"Of a duplicate: how surely the person is on file."`
	Candidates  []search.Result   `json:"candidates,omitempty" doc:"Of a duplicate: who it may be, the likeliest first."`
	Acknowledge []person.ID       `json:"acknowledge,omitempty" doc:"Of a duplicate: the ids to send in Acknowledge-Duplicates, if it is none of them."`

	headers http.Header
	kind    kind
}

// fieldError is one thing wrong with one field, parameter or header.
type fieldError struct {
	Field   string `json:"field" doc:"As in the request, such as addresses[0].postcode; empty for the whole."`
	Message string `json:"message"`
}

// Error is the kind and no more: a problem may show people to its caller, and
// must not show them to a log.
func (p *problem) Error() string { return p.Title }

// GetStatus is for huma, which sends it.
func (p *problem) GetStatus() int { return p.Status }

// GetHeaders is for huma, which sends them.
func (p *problem) GetHeaders() http.Header { return p.headers }

// ContentType is for huma, which sends it.
func (p *problem) ContentType(string) string { return "application/problem+json" }

// write sends p where huma is not at work.
func (p *problem) write(w http.ResponseWriter) {
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the only error is that nobody listens any more
}

// refusal makes the problem of one kind, which says in detail what to change.
func refusal(k kind, detail string, fields ...person.FieldError) *problem {
	p := &problem{kind: k, Title: k.about().title, Status: k.about().status, Detail: detail, headers: http.Header{}}
	for _, f := range fields {
		p.Errors = append(p.Errors, fieldError(f))
	}
	if p.Status == http.StatusServiceUnavailable {
		p.headers.Set("Retry-After", "5")
	}
	return p
}

// problemOf is the one place where an error becomes a status. It logs what is
// ours to mend.
func (a *API) problemOf(ctx context.Context, err error) *problem {
	p := classify(err)
	if p.Status >= http.StatusInternalServerError && errors.Is(ctx.Err(), context.Canceled) {
		// It failed because nobody waits for it any more.
		p = classify(context.Canceled)
	}
	p = a.named(ctx, p)
	if p.Status >= http.StatusInternalServerError {
		a.log.ErrorContext(ctx, "request failed", "problem", string(p.kind), "error", redacted(err))
	}
	return p
}

// named completes a problem with its type and request, and counts it.
func (a *API) named(ctx context.Context, p *problem) *problem {
	p.Type = a.config.ProblemBase + "#" + string(p.kind)
	p.RequestID = requestOf(ctx).id
	a.metrics.problems.WithLabelValues(string(p.kind)).Inc()
	return p
}

// classify finds the kind of problem that an error is. What it does not know is
// internal, and nothing of it is told.
func classify(err error) *problem {
	var own *problem
	var invalid *person.ValidationError
	var field person.FieldError
	var reference *person.CrossReferenceInUseError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &invalid):
		return refusal(invalidPerson, "The record is not valid: see errors.", invalid.Fields...)
	case errors.As(err, &field):
		return refusal(invalidPerson, "The record is not valid: see errors.", field)
	case errors.As(err, &reference):
		return refusal(crossReferenceInUse, "Another person bears this cross-reference: "+string(reference.Owner)+".")
	}
	for _, known := range sentinels() {
		if errors.Is(err, known.err) {
			return refusal(known.kind, known.detail)
		}
	}
	return refusal(internal, "")
}

type sentinel struct {
	err    error
	kind   kind
	detail string
}

func sentinels() []sentinel {
	return []sentinel{
		{person.ErrNotFound, notFound, "There is no person with this id."},
		{person.ErrErased, erased, "This person was erased. The id stays taken."},
		{person.ErrVersionConflict, stale, "The person was changed after you read it: read it again, decide again, and send its new ETag."},
		{person.ErrIDInUse, idInUse, "This id belongs to a person already."},
		{person.ErrNotCleared, forbidden, "You are not cleared for this person's restriction: what it keeps from you can be neither changed nor erased, and it cannot be lowered."},
		{storage.ErrIdempotencyMismatch, keyReused, "This Idempotency-Key came before with another request."},
		{storage.ErrIdempotencyBusy, inProgress, "A request with this Idempotency-Key is under way."},
		{storage.ErrImportKey, importKeyMissing, ""},
		{access.ErrUnavailable, unavailable, ""},
		{storage.ErrUnavailable, unavailable, ""},
		{encryption.ErrNoKeys, noKeys, ""},
		{encryption.ErrCannotOpen, noKeys, ""},
		{search.ErrUnavailable, unavailable, ""},
		{errUnaudited, unavailable, ""},
		{context.DeadlineExceeded, unavailable, ""},
		{context.Canceled, abandoned, "The caller went away."},
	}
}
