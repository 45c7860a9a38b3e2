// Package devissuer is an OpenID Connect issuer for development and tests: it has
// one key, gives a token to whoever holds that key, and publishes what a verifier
// reads. It knows nobody, so it must never be believed where real people are.
package devissuer

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"personindex/access"
	"personindex/identity"
	"personindex/person"
)

// Name is what stands before the subject of its callers.
const Name = "development"

// audience is whom its tokens are for.
const audience = "persons"

// The paths it answers.
const (
	discoveryPath = "/.well-known/openid-configuration"
	keysPath      = "/keys"
)

// Issuer is an issuer with one Ed25519 key. It is an http.Handler.
type Issuer struct {
	url string
	key ed25519.PrivateKey
}

// New makes the issuer that is reached at a URL without a slash at its end.
func New(url string, key ed25519.PrivateKey) *Issuer { return &Issuer{url, key} }

// URL is what the issuer calls itself.
func (i *Issuer) URL() string { return i.url }

// ServeHTTP answers for discovery and the key.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case discoveryPath:
		answer(w, map[string]any{"issuer": i.url, "jwks_uri": i.url + keysPath, "id_token_signing_alg_values_supported": []string{"EdDSA"}})
	case keysPath:
		answer(w, map[string]any{"keys": []any{map[string]string{
			"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": i.keyID(),
			"x": base64.RawURLEncoding.EncodeToString(i.public()),
		}}})
	default:
		http.NotFound(w, r)
	}
}

func answer(w http.ResponseWriter, document any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(document) // the only error is that nobody listens any more
}

func (i *Issuer) public() ed25519.PublicKey { return i.key.Public().(ed25519.PublicKey) }

func (i *Issuer) keyID() string {
	sum := sha256.Sum256(i.public())
	return base64.RawURLEncoding.EncodeToString(sum[:8])
}

// Token is valid for so long and says of its bearer what c says. Its subject is the
// caller's, to which a verifier adds the issuer's name.
func (i *Issuer) Token(c access.Caller, lasting time.Duration) (string, error) {
	now := time.Now()
	claims := jwt.MapClaims{
		"iss": i.url, "aud": audience, "sub": c.Subject, "nbf": now.Unix(), "exp": now.Add(lasting).Unix(), "groups": groupsOf(c),
	}
	if c.Forename+c.Surname+c.Postcode != "" {
		claims["given_name"], claims["family_name"] = c.Forename, c.Surname
		claims["address"] = map[string]string{"postal_code": c.Postcode}
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["kid"] = i.keyID()
	signed, err := token.SignedString(crypto.Signer(i.key))
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

// The groups of a development token say plainly what its bearer may do.
const (
	rolePrefix       = "role:"
	areaPrefix       = "area:"
	clearancePrefix  = "clearance:"
	breakGlassPrefix = "break-glass:"
)

func groupsOf(c access.Caller) []string {
	groups := []string{}
	if c.Clearance > person.Unrestricted {
		groups = append(groups, clearancePrefix+c.Clearance.String())
	}
	if c.BreakGlass > c.Clearance {
		groups = append(groups, breakGlassPrefix+c.BreakGlass.String())
	}
	for _, role := range c.Roles {
		groups = append(groups, rolePrefix+string(role))
	}
	for _, area := range c.Areas {
		groups = append(groups, areaPrefix+string(area))
	}
	return groups
}

// Settings are how a verifier believes the issuer: each group of its tokens means
// what it says.
func (i *Issuer) Settings(areas []access.Area) identity.Issuer {
	var groups []identity.Group
	for _, role := range access.Roles() {
		groups = append(groups, identity.Group{Group: rolePrefix + string(role), Roles: []access.Role{role}})
	}
	for _, area := range areas {
		groups = append(groups, identity.Group{Group: areaPrefix + string(area), Areas: []access.Area{area}})
	}
	for _, r := range person.Restrictions()[1:] {
		groups = append(groups,
			identity.Group{Group: clearancePrefix + r.String(), Clearance: r},
			identity.Group{Group: breakGlassPrefix + r.String(), BreakGlass: r})
	}
	return identity.Issuer{Name: Name, URL: i.url, Audience: []string{audience}, Groups: groups}
}

// NewKey makes a key that is kept nowhere.
func NewKey() ed25519.PrivateKey {
	_, key, _ := ed25519.GenerateKey(rand.Reader) // fails only where its reader does, and this one ends the program instead
	return key
}

// LoadKey reads the key in a file that only its owner may read, or makes both.
func LoadKey(path string) (ed25519.PrivateKey, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read development key: %w", err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM: remove it, and a new one is made", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s holds no Ed25519 key: remove it, and a new one is made", path)
	}
	return key, nil
}

func makeKey(path string) (ed25519.PrivateKey, error) {
	key := NewKey()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make development key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("keep development key: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, fmt.Errorf("keep development key: %w", err)
	}
	return key, nil
}
