package identity

import (
	"context"
	"fmt"
	"time"

	"personindex/access"
)

const (
	// keyMemory is how long a key is believed without looking again, and so how
	// long one that was revoked may still be used. A tool that pages through
	// people is looked up once in so long instead of for each page.
	keyMemory = 3 * time.Second
	// maxHeldKeys is how many keys are remembered at once.
	maxHeldKeys = 10_000
)

// heldKey is a key as it was read.
type heldKey struct {
	key  access.Key
	read time.Time
}

// key returns who uses an API key.
func (v *Verifier) key(ctx context.Context, secret access.Secret) (access.Caller, error) {
	held, err := v.hold(ctx, secret.ID)
	if err != nil {
		return access.Caller{}, err
	}
	switch key := held.key; {
	case !secret.Opens(key): // also of a key that there is not
		return access.Caller{}, refused("no-such-key")
	case key.RevokedAt != nil:
		return access.Caller{}, refused("revoked")
	case !key.Live(v.now()):
		return access.Caller{}, refused("expired")
	}
	v.noteUse(ctx, held)
	return held.key.Caller(), nil
}

// hold returns the key of an id, at most keyMemory old. One that there is not is
// the zero key, which nothing opens, and is not remembered: ids can be made up.
func (v *Verifier) hold(ctx context.Context, id string) (heldKey, error) {
	if held, ok := v.held.GetIfPresent(id); ok && v.now().Sub(held.read) < keyMemory {
		return held, nil
	}
	key, err := v.keys.APIKey(ctx, id)
	if err != nil {
		return heldKey{}, fmt.Errorf("%w: %w", access.ErrUnavailable, err)
	}
	if key == nil {
		return heldKey{}, nil
	}
	held := heldKey{*key, v.now()}
	v.held.Set(id, held)
	return held, nil
}

// noteUse notes the day in the register, once a day for each process. It is not
// worth refusing a request for.
func (v *Verifier) noteUse(ctx context.Context, held heldKey) {
	today := v.now().UTC().Truncate(24 * time.Hour)
	if held.key.UsedOn != nil && !held.key.UsedOn.Before(today) {
		return
	}
	if err := v.keys.NoteAPIKeyUsed(ctx, held.key.ID, today); err != nil {
		v.log.WarnContext(ctx, "use of an API key not noted", "key", held.key.ID, "error", err)
		return
	}
	held.key.UsedOn = &today
	v.held.Set(held.key.ID, held)
}
