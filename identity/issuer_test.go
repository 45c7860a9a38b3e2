package identity

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/goleak"

	"personindex/access"
	"personindex/person"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// provider is an OpenID Connect provider on a real HTTP server, whose keys and
// behaviour a test may change.
type provider struct {
	t      testing.TB
	url    string
	server *httptest.Server
	asked  atomic.Int64 // times that its keys were asked for

	mutex     sync.Mutex
	keys      map[string]crypto.Signer // by id
	said      map[string]any           // of its discovery document, over what it should say
	published []byte                   // instead of the keys
	status    int                      // instead of 200
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{t: t, keys: map[string]crypto.Signer{"first": newEd25519(t)}}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	p.url = p.server.URL
	return p
}

func newEd25519(t testing.TB) crypto.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newECDSA(t testing.TB, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newRSA(t testing.TB, bits int) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// change alters the provider while it may be asked.
func (p *provider) change(change func()) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	change()
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.status != 0 {
		http.Redirect(w, r, "https://elsewhere.example.org", p.status)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		document := map[string]any{"issuer": p.url, "jwks_uri": p.url + "/jwks"}
		maps.Copy(document, p.said)
		_ = json.NewEncoder(w).Encode(document)
	case "/jwks":
		p.asked.Add(1)
		if p.published != nil {
			_, _ = w.Write(p.published)
			return
		}
		_ = json.NewEncoder(w).Encode(p.set())
	default:
		http.NotFound(w, r)
	}
}

// set is the public keys. It must be called while no other changes them.
func (p *provider) set() jwkset.JWKSMarshal {
	var set jwkset.JWKSMarshal
	for id, key := range p.keys {
		set.Keys = append(set.Keys, marshalled(p.t, id, key.Public()))
	}
	return set
}

func marshalled(t testing.TB, id string, key any) jwkset.JWKMarshal {
	t.Helper()
	jwk, err := jwkset.NewJWKFromKey(key, jwkset.JWKOptions{Metadata: jwkset.JWKMetadataOptions{KID: id}})
	if err != nil {
		t.Error(err)
	}
	return jwk.Marshal()
}

// settings are how the provider is believed.
func (p *provider) settings(name string) Issuer {
	return Issuer{Name: name, URL: p.url, Audience: []string{"persons"}, Groups: []Group{
		{Group: "officers", Roles: []access.Role{access.Reader, access.Writer}, Areas: []access.Area{"housing"}},
		{Group: "stewards", Roles: []access.Role{access.Reader, access.Steward}, Areas: []access.Area{"care"}, Clearance: person.Restricted},
		{Group: "refuge", BreakGlass: person.VeryRestricted},
	}}
}

// claims are those of a token that is accepted, with changes: a nil value takes one
// away.
func (p *provider) claims(changes jwt.MapClaims) jwt.MapClaims {
	now := time.Now()
	claims := jwt.MapClaims{
		"iss": p.url, "aud": "persons", "sub": "ada", "groups": []string{"officers"},
		"nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	for name, value := range changes {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return claims
}

// token is signed with the key of an id, whether it is published or not.
func (p *provider) token(id string, key crypto.Signer, claims jwt.MapClaims) string {
	p.t.Helper()
	return signed(p.t, id, key, claims)
}

func signed(t testing.TB, id string, key crypto.Signer, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(methodOf(key), claims)
	token.Header["kid"] = id
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func methodOf(key crypto.Signer) jwt.SigningMethod {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return jwt.SigningMethodRS256
	case *ecdsa.PrivateKey:
		return map[string]jwt.SigningMethod{"P-256": jwt.SigningMethodES256, "P-384": jwt.SigningMethodES384}[k.Curve.Params().Name]
	}
	return jwt.SigningMethodEdDSA
}

// bearer is a header with the usual token, with changes.
func (p *provider) bearer(changes jwt.MapClaims) string {
	p.t.Helper()
	return "Bearer " + p.token("first", p.keys["first"], p.claims(changes))
}

// clock is a time that a test sets.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time           { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(by time.Duration) { c.ahead.Add(int64(by)) }

// verifier believes the providers under the names a, b and so on, at the usual pace
// by the clock.
func verifier(t *testing.T, c *clock, keys Keys, providers ...*provider) *Verifier {
	t.Helper()
	config := Config{Areas: []access.Area{"housing", "care"}}
	for n, p := range providers {
		config.Issuers = append(config.Issuers, p.settings(string(rune('a'+n))))
	}
	v, err := newVerifier(config, keys, slog.New(slog.DiscardHandler), usualPace(), c.now)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// expect asks for a verdict: nil is accepted.
func expect(t *testing.T, v *Verifier, name, authorization string, want error) access.Caller {
	t.Helper()
	caller, err := v.Authenticate(t.Context(), authorization)
	if !is(err, want) {
		t.Errorf("%s: %v, want %v", name, err, want)
	}
	if err != nil && caller.Subject != "" {
		t.Errorf("%s: refused, and yet known as %s", name, caller.Subject)
	}
	return caller
}

// Ensures that keys that are new are believed, and those withdrawn no longer.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	p, c := newProvider(t), new(clock)
	v := verifier(t, c, nil, p)
	before := p.bearer(nil)
	expect(t, v, "the first key", before, nil)

	second := newECDSA(t, elliptic.P256())
	after := "Bearer " + p.token("second", second, p.claims(nil))
	expect(t, v, "a key that is not published yet", after, access.ErrRefused)
	p.change(func() { p.keys["second"] = second })
	expect(t, v, "a new key within the pause", after, access.ErrRefused)
	c.advance(usualPace().pause)
	expect(t, v, "a new key after the pause", after, nil)
	expect(t, v, "the old key beside it", before, nil)

	p.change(func() { delete(p.keys, "first") })
	c.advance(usualPace().every)
	if err := v.issuers[p.url].refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, v, "a key that was withdrawn", before, access.ErrRefused)
	expect(t, v, "the key that took its place", after, nil)
}

// Ensures that made-up key ids cost the issuer one question in each pause, and do
// not delay a key that is real.
func TestAFloodOfUnknownKeysAsksOnce(t *testing.T) {
	t.Parallel()
	p, c := newProvider(t), new(clock)
	v := verifier(t, c, nil, p)
	stranger := newEd25519(t)
	var all sync.WaitGroup
	for n := range 200 {
		token := "Bearer " + p.token(string(rune('A'+n%60))+time.Duration(n).String(), stranger, p.claims(nil))
		all.Go(func() { expect(t, v, "a made-up key", token, access.ErrRefused) })
	}
	all.Wait()
	if n := p.asked.Load(); n != 1 {
		t.Errorf("200 made-up keys asked %d times", n)
	}
	expect(t, v, "a key that is real, meanwhile", p.bearer(nil), nil)
	p.change(func() { p.keys["next"] = stranger })
	c.advance(usualPace().pause)
	expect(t, v, "a key that was made real", "Bearer "+p.token("next", stranger, p.claims(nil)), nil)
	if n := p.asked.Load(); n != 2 {
		t.Errorf("it was asked %d times", n)
	}
}

// Ensures that an issuer that is down delays nobody, keeps its own callers out only
// where no key is known, and is asked again by itself.
func TestAnIssuerGoesDownAndComesUp(t *testing.T) {
	t.Parallel()
	down, up, c := newProvider(t), newProvider(t), new(clock)
	down.change(func() { down.status = http.StatusInternalServerError })
	v := verifier(t, c, nil, down, up)
	expect(t, v, "of an issuer that is down", down.bearer(nil), access.ErrUnavailable)
	expect(t, v, "of another issuer", up.bearer(nil), nil)
	down.change(func() { down.status = 0 })
	expect(t, v, "up again, within the pause", down.bearer(nil), access.ErrUnavailable)
	c.advance(usualPace().pause)
	expect(t, v, "up again", down.bearer(nil), nil)

	down.server.Close()
	c.advance(time.Hour)
	expect(t, v, "down for an hour", down.bearer(jwt.MapClaims{"exp": c.now().Add(time.Hour).Unix()}), nil)
	stranger := "Bearer " + down.token("x", newEd25519(t), down.claims(jwt.MapClaims{"exp": c.now().Add(time.Hour).Unix()}))
	expect(t, v, "down, and the key is not known", stranger, access.ErrUnavailable)
	c.advance(usualPace().trust)
	expect(t, v, "down for a day", down.bearer(jwt.MapClaims{"exp": c.now().Add(time.Hour).Unix()}), access.ErrUnavailable)
}

// Ensures that what an issuer says of itself is believed only where it can be.
func TestAnIssuerThatCannotBeBelieved(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*provider){
		"calls itself another":     func(p *provider) { p.said = map[string]any{"issuer": "https://other.example.org"} },
		"has keys in the clear":    func(p *provider) { p.said = map[string]any{"jwks_uri": "http://keys.example.org/jwks"} },
		"names no keys":            func(p *provider) { p.said = map[string]any{"jwks_uri": ""} },
		"leads elsewhere":          func(p *provider) { p.status = http.StatusFound },
		"has no keys":              func(p *provider) { p.keys = nil },
		"answers no JSON":          func(p *provider) { p.published = []byte("<html>") },
		"answers without end":      func(p *provider) { p.published = append([]byte(`{"keys":["`), make([]byte, 2*maxDocument)...) },
		"has only a secret":        func(p *provider) { p.published = []byte(`{"keys":[{"kty":"oct","kid":"first","k":"c2VjcmV0"}]}`) },
		"has a short RSA key":      func(p *provider) { p.keys = map[string]crypto.Signer{"first": newRSA(p.t, 1024)} },
		"has a key of other curve": func(p *provider) { p.keys = map[string]crypto.Signer{"first": newECDSA(p.t, elliptic.P384())} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			authorization := p.bearer(nil)
			p.change(func() { change(p) })
			expect(t, verifier(t, new(clock), nil, p), name, authorization, access.ErrUnavailable)
		})
	}
}

// Ensures that a key that cannot be used hides no other.
func TestOtherKeysAreNoHindrance(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	good, err := json.Marshal(marshalled(t, "first", p.keys["first"].Public()))
	if err != nil {
		t.Fatal(err)
	}
	p.published = []byte(`{"keys":[{"kty":"RSA","kid":"first","use":"enc","n":"AQAB","e":"AQAB"},{"kty":"x"},{},` + string(good) + `]}`)
	expect(t, verifier(t, new(clock), nil, p), "beside keys for other purposes", p.bearer(nil), nil)
}

func TestRunReadsKeysAheadAndEnds(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	v := verifier(t, new(clock), nil, p)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		v.Run(ctx)
	}()
	for !v.issuers[p.url].current() {
		select {
		case <-ended:
			t.Fatal("it ended")
		case <-time.After(time.Millisecond):
		}
	}
	expect(t, v, "a token", p.bearer(nil), nil)
	stop()
	<-ended
	if n := p.asked.Load(); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
}

// Ensures that whoever leaves while the issuer thinks takes nobody's answer away.
func TestACallerWhoLeavesEndsNoQuestion(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	v := verifier(t, new(clock), nil, p)
	left, leave := context.WithCancel(t.Context())
	leave()
	_, err := v.Authenticate(left, p.bearer(nil))
	if err != nil && !is(err, context.Canceled) {
		t.Errorf("who left is told %v", err)
	}
	expect(t, v, "who stayed", p.bearer(nil), nil)
}
