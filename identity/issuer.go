package identity

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"

	"personindex/access"
)

// pace is how often an issuer is asked for its keys.
type pace struct {
	// pause is the least time between two questions, whatever comes: a new key is
	// known so soon after a token bears it, and neither a flood of made-up key ids
	// nor an issuer that is down makes more of them. So it is all the circuit
	// breaker that is needed.
	pause time.Duration
	// every is how often, without a reason: a key withdrawn is refused so soon.
	every time.Duration
	// trust is how long the keys of an issuer that does not answer are believed.
	trust time.Duration
	// deadline bounds one question.
	deadline time.Duration
}

func usualPace() pace {
	return pace{pause: 10 * time.Second, every: 10 * time.Minute, trust: 24 * time.Hour, deadline: 5 * time.Second}
}

// maxDocument bounds what an issuer may say, in bytes: a hundred times a large set
// of keys.
const maxDocument = 1 << 20

// issuer knows the keys of one issuer. It is a jwkset.Storage that asks for what it
// lacks.
type issuer struct {
	jwkset.Storage // the keys last read
	config         Issuer
	pace           pace
	now            func() time.Time
	log            *slog.Logger
	client         *http.Client
	choose         keyfunc.Keyfunc // the key of a token, from this storage

	turn   chan struct{} // held by the one who asks
	tried  time.Time     // guarded by turn, as is failed
	failed error
	read   atomic.Int64 // when the keys were read, in Unix nanoseconds; 0 for never
}

func newIssuer(config Issuer, p pace, now func() time.Time, log *slog.Logger) (*issuer, error) {
	i := &issuer{
		Storage: jwkset.NewMemoryStorage(), config: config.orDefault(), pace: p, now: now,
		log: log.With("issuer", config.Name), turn: make(chan struct{}, 1),
	}
	i.client = &http.Client{
		// It is asked too seldom to keep a connection.
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, ForceAttemptHTTP2: true},
		// Another place could be one that nobody vouches for.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var err error
	i.choose, err = keyfunc.New(keyfunc.Options{Storage: i, UseWhitelist: []jwkset.USE{jwkset.UseSig, ""}})
	return i, err
}

// KeyRead finds a key by its id. One that is not known may be new, so the issuer is
// asked, as often as its pace allows.
func (i *issuer) KeyRead(ctx context.Context, id string) (jwkset.JWK, error) {
	if i.current() {
		if key, err := i.Storage.KeyRead(ctx, id); err == nil {
			return key, nil
		}
	}
	if err := i.refresh(ctx); err != nil {
		return jwkset.JWK{}, err
	}
	return i.Storage.KeyRead(ctx, id)
}

// KeyReadAll is for tokens that do not name their key.
func (i *issuer) KeyReadAll(ctx context.Context) ([]jwkset.JWK, error) {
	if !i.current() {
		if err := i.refresh(ctx); err != nil {
			return nil, err
		}
	}
	return i.Storage.KeyReadAll(ctx)
}

// age is how long ago the keys were read.
func (i *issuer) age() time.Duration { return i.now().Sub(time.Unix(0, i.read.Load())) }

// current reports whether there are keys to believe.
func (i *issuer) current() bool { return i.read.Load() != 0 && i.age() < i.pace.trust }

// run keeps the keys current until ctx ends, so that no caller waits for them.
func (i *issuer) run(ctx context.Context) {
	for {
		wait := i.pace.every
		if i.refresh(ctx) != nil {
			wait = i.pace.pause
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// refresh asks the issuer for its keys, or returns the outcome of the last time
// where that was just now. All who call it at once wait for one question. A failure
// wraps access.ErrUnavailable.
func (i *issuer) refresh(ctx context.Context) error {
	select {
	case i.turn <- struct{}{}:
		defer func() { <-i.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if !i.tried.IsZero() && i.now().Sub(i.tried) < i.pace.pause {
		return i.failed
	}
	// Others wait for the answer, so it does not end with whoever asks first.
	err := i.fetch(context.WithoutCancel(ctx))
	switch {
	case err != nil && i.failed == nil:
		i.log.WarnContext(ctx, "issuer's keys not read", "error", err)
	case err == nil && i.failed != nil:
		i.log.InfoContext(ctx, "issuer's keys read again")
	}
	i.tried, i.failed = i.now(), nil
	if err != nil {
		i.failed = fmt.Errorf("%w: %w", access.ErrUnavailable, err)
	}
	return i.failed
}

// fetch reads what the issuer says of itself, and then its keys.
func (i *issuer) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, i.pace.deadline)
	defer cancel()
	var said struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := i.get(ctx, discovery(i.config.URL), &said); err != nil {
		return fmt.Errorf("discover: %w", err)
	}
	if said.Issuer != i.config.URL {
		return errors.New("discover: it calls itself another than url says")
	}
	if !trustworthy(said.Keys) {
		return errors.New("discover: its jwks_uri is not https")
	}
	var set jwkset.JWKSMarshal
	if err := i.get(ctx, said.Keys, &set); err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	keys := usable(set)
	if len(keys) == 0 {
		return errors.New("read keys: there is none that RS256, ES256 or EdDSA could use")
	}
	if err := i.KeyReplaceAll(ctx, keys); err != nil {
		return fmt.Errorf("keep keys: %w", err)
	}
	i.read.Store(i.now().UnixNano())
	return nil
}

func (i *issuer) get(ctx context.Context, address string, target any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	response, err := i.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %d", response.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxDocument)).Decode(target); err != nil {
		return errors.New("answered what is not its JSON")
	}
	return nil
}

// usable is the public keys of a set that the three algorithms can use and that are
// strong enough. Others are no fault: an issuer has keys for other purposes too.
func usable(set jwkset.JWKSMarshal) []jwkset.JWK {
	var keys []jwkset.JWK
	for _, marshalled := range set.Keys {
		key, err := jwkset.NewJWKFromMarshal(marshalled, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
		if err == nil && strong(key.Key()) {
			keys = append(keys, key)
		}
	}
	return keys
}

func strong(key any) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 // RFC 7518, 3.3
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return true
	}
	return false
}
