package api

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"

	"personindex/person"
	"personindex/storage"
)

var keyForm = regexp.MustCompile(`^[\x21-\x7e]{1,128}$`)

// idempotency is what makes the request known again, or nil where the caller
// gave no key. The path and the acknowledgements count as part of the request:
// the same body sent elsewhere asks for something else.
func (in *createInput) idempotency(ctx context.Context, id person.ID) (*storage.Idempotency, error) {
	if in.IdempotencyKey == "" {
		return nil, nil
	}
	if !keyForm.MatchString(in.IdempotencyKey) {
		return nil, badHeader("Idempotency-Key", "must be 1 to 128 visible ASCII characters")
	}
	// Neither an id nor a header holds a line feed, so no two requests look alike.
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n%s\n%s", id, in.Acknowledged, in.Content.document)
	return &storage.Idempotency{Caller: callerOf(ctx).Subject, Key: in.IdempotencyKey, Digest: digest.Sum(nil), Status: http.StatusCreated}, nil
}

// recalled answers a request that was done before with the person as they are
// now, and returns nil for a new one: the body of the first answer is not kept.
func (a *API) recalled(ctx context.Context, key *storage.Idempotency) (*createOutput, error) {
	if key == nil {
		return nil, nil
	}
	earlier, err := a.deps.Register.Recall(ctx, key)
	if err != nil || earlier == nil {
		return nil, err
	}
	p, err := a.deps.Register.Again(ctx, clearanceOf(ctx), earlier)
	if err != nil {
		return nil, err
	}
	requestOf(ctx).event.Name(p.ID)
	return a.createAnswer(ctx, p), nil
}
