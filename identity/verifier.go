// Package identity finds out who sends a request: it verifies the tokens of OpenID
// Connect issuers and the API keys of the register.
//
// A token is verified each time: that costs 50 to 100 µs, a fiftieth of a search
// (BenchmarkAuthenticate), and a verdict that is kept outlives what it rests on.
// Nothing of a credential is logged, counted or put into an error but why it was
// refused, and the caller is not told even that.
package identity

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"

	"personindex/access"
)

const (
	// leeway is by how much an issuer's clock may differ from ours.
	leeway = time.Minute
	// maxCredential bounds what is looked at, in bytes: a token with 200 groups,
	// the most that Entra ID puts into one, has some 12 kB.
	maxCredential = 16 << 10
)

// Keys is the register of API keys. *storage.Store is one.
type Keys interface {
	// APIKey returns the key of this id, revoked and expired ones too, or nil.
	APIKey(ctx context.Context, id string) (*access.Key, error)
	// NoteAPIKeyUsed notes that a key was used on a day.
	NoteAPIKeyUsed(ctx context.Context, id string, day time.Time) error
}

// Verifier knows callers by their credentials. It is safe for concurrent use.
type Verifier struct {
	issuers map[string]*issuer // by URL
	parser  *jwt.Parser
	keys    Keys
	held    *otter.Cache[string, heldKey] // by id
	now     func() time.Time
	log     *slog.Logger
	metrics *metrics
}

// New makes a verifier, or says everything that is wrong with the configuration. It
// asks nobody yet: an issuer that is down keeps only its own callers out.
func New(config Config, keys Keys, log *slog.Logger) (*Verifier, error) {
	return newVerifier(config, keys, log, usualPace(), time.Now)
}

func newVerifier(config Config, keys Keys, log *slog.Logger, p pace, now func() time.Time) (*Verifier, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	v := &Verifier{
		issuers: map[string]*issuer{}, keys: keys, now: now, log: log,
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{"RS256", "ES256", "EdDSA"}),
			jwt.WithLeeway(leeway), jwt.WithExpirationRequired(), jwt.WithTimeFunc(now),
		),
	}
	var err error
	if v.held, err = otter.New(&otter.Options[string, heldKey]{MaximumSize: maxHeldKeys}); err != nil {
		return nil, fmt.Errorf("make cache of API keys: %w", err)
	}
	for _, c := range config.Issuers {
		if v.issuers[c.URL], err = newIssuer(c, p, now, log); err != nil {
			return nil, fmt.Errorf("make issuer %s: %w", c.Name, err)
		}
	}
	v.metrics = newMetrics(v.issuers)
	return v, nil
}

// Run keeps the issuers' keys current until ctx ends. Without it they are read when
// a token needs them, and its caller waits.
func (v *Verifier) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, i := range v.issuers {
		all.Go(func() { i.run(ctx) })
	}
	all.Wait()
}

// Metrics are the collectors of the verifier, to be registered once.
func (v *Verifier) Metrics() []prometheus.Collector { return v.metrics.collectors() }

// Authenticate returns whom an Authorization header proves, or access.ErrNobody for
// an empty one, access.ErrRefused or access.ErrUnavailable.
func (v *Verifier) Authenticate(ctx context.Context, authorization string) (access.Caller, error) {
	if authorization == "" {
		return access.Caller{}, access.ErrNobody
	}
	kind, caller, err := v.judge(ctx, authorization)
	if ctx.Err() != nil && err != nil {
		return access.Caller{}, ctx.Err()
	}
	v.metrics.count(kind, err)
	if err != nil {
		return access.Caller{}, err
	}
	return caller, nil
}

// judge tells the kinds of credential apart. A key comes as a token does, or as the
// password of Basic with any user name, for tools that know nothing else.
func (v *Verifier) judge(ctx context.Context, authorization string) (kind string, c access.Caller, err error) {
	scheme, credential, _ := strings.Cut(authorization, " ")
	switch {
	case len(authorization) > maxCredential:
		return kindOther, c, refused("too-long")
	case strings.EqualFold(scheme, "Basic"):
		plain, _ := base64.StdEncoding.DecodeString(credential)
		_, credential, _ = strings.Cut(string(plain), ":")
		if _, ok := access.ParseSecret(credential); !ok {
			return kindKey, c, refused("malformed")
		}
	case !strings.EqualFold(scheme, "Bearer"):
		return kindOther, c, refused("malformed")
	}
	if secret, ok := access.ParseSecret(credential); ok {
		c, err = v.key(ctx, secret)
		return kindKey, c, err
	}
	c, err = v.token(ctx, credential)
	return kindToken, c, err
}

// token returns whom a token speaks of.
func (v *Verifier) token(ctx context.Context, text string) (access.Caller, error) {
	var from *issuer
	token, err := v.parser.Parse(text, func(t *jwt.Token) (key any, err error) {
		if from, err = v.issuerOf(t); err != nil {
			return nil, err
		}
		return from.choose.KeyfuncCtx(ctx)(t)
	})
	if errors.Is(err, access.ErrUnavailable) { // why was logged when the issuer was asked
		return access.Caller{}, fmt.Errorf("%w: issuer %s does not tell its keys", access.ErrUnavailable, from.config.Name)
	}
	if err != nil {
		return access.Caller{}, refusalOf(err)
	}
	claims := token.Claims.(jwt.MapClaims) // as Parse makes them
	if !from.isFor(claims) {
		return access.Caller{}, refused("audience")
	}
	return from.config.callerOf(claims)
}

// issuerOf is the issuer that a token says is its own: nobody else is asked for a
// key, so none can vouch for another's callers.
func (v *Verifier) issuerOf(t *jwt.Token) (*issuer, error) {
	if _, critical := t.Header["crit"]; critical {
		return nil, refused("critical-header") // it would change what the token means, and we know none
	}
	url, err := t.Claims.GetIssuer()
	if err != nil || v.issuers[url] == nil {
		return nil, refused("issuer")
	}
	return v.issuers[url], nil
}

// isFor reports whether claims are meant for us.
func (i *issuer) isFor(claims jwt.MapClaims) bool {
	audience, err := claims.GetAudience()
	return err == nil && slices.ContainsFunc(audience, func(a string) bool { return slices.Contains(i.config.Audience, a) })
}

// refusal is a credential that is refused, for one of a few reasons.
type refusal string

func refused(reason string) error { return refusal(reason) }

// Error says why, for the log.
func (r refusal) Error() string { return "credential refused: " + string(r) }

// Is makes it an access.ErrRefused.
func (r refusal) Is(target error) bool { return target == access.ErrRefused }

// refusalOf is why the library refuses a token, in our words: its own may quote it.
func refusalOf(err error) error {
	var own refusal
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, jwt.ErrTokenMalformed):
		return refused("malformed")
	case errors.Is(err, jwt.ErrTokenExpired):
		return refused("expired")
	case errors.Is(err, jwt.ErrTokenNotValidYet):
		return refused("not-yet-valid")
	case errors.Is(err, jwt.ErrTokenUnverifiable):
		return refused("no-such-key")
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return refused("signature")
	}
	return refused("claims")
}
