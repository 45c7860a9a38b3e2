package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"time"

	"personindex/person"
)

// MaxKeyAge is how long an API key may be valid: whoever needs it longer shows
// once a year that somebody still knows of it.
const MaxKeyAge = 366 * 24 * time.Hour

// keyPrefix begins every API key, so that one is told from a token, and is found
// by whatever looks for secrets in files.
const keyPrefix = "pk_"

// Key is an API key: the credential of a program that cannot get a token.
type Key struct {
	ID        string // 16 hexadecimal digits; no secret
	Name      string // what it is for, 1 to 100 characters
	Roles     []Role
	Areas     []Area
	Clearance person.Restriction
	CreatedAt time.Time
	ExpiresAt time.Time
	RevokedAt *time.Time // nil while it is not
	UsedOn    *time.Time // the last day, in UTC; nil while it was not
	// Hash is the SHA-256 of the secret. A slow hash would protect a password that
	// can be guessed; the secret is 32 random bytes, and the hash is computed for
	// each request.
	Hash []byte
}

// Secret is an API key as its bearer has it.
type Secret struct {
	ID   string
	text string
}

// NewSecret makes up an API key.
func NewSecret() Secret {
	id, secret := make([]byte, 8), make([]byte, 32)
	_, _ = rand.Read(id) // it never fails: crypto/rand ends the program instead
	_, _ = rand.Read(secret)
	return Secret{hex.EncodeToString(id), base64.RawURLEncoding.EncodeToString(secret)}
}

var secretForm = regexp.MustCompile(`^` + keyPrefix + `([0-9a-f]{16})_([A-Za-z0-9_-]{43})$`)

// ParseSecret reads what Text writes, and reports whether it is of that form.
func ParseSecret(text string) (Secret, bool) {
	parts := secretForm.FindStringSubmatch(text)
	if parts == nil {
		return Secret{}, false
	}
	return Secret{parts[1], parts[2]}, true
}

// Text is the whole key: pk_ID_SECRET. It is shown once, to whoever makes the key.
func (s Secret) Text() string { return keyPrefix + s.ID + "_" + s.text }

// Hash is what is kept of the secret.
func (s Secret) Hash() []byte {
	sum := sha256.Sum256([]byte(s.text))
	return sum[:]
}

// Opens reports whether s is the secret of k, in a time that tells nothing of it.
func (s Secret) Opens(k Key) bool {
	return s.ID == k.ID && subtle.ConstantTimeCompare(s.Hash(), k.Hash) == 1
}

// String keeps the secret out of logs.
func (s Secret) String() string { return keyPrefix + s.ID + "_***" }

// Live reports whether the key may be used at a time.
func (k Key) Live(now time.Time) bool { return k.RevokedAt == nil && now.Before(k.ExpiresAt) }

// KeyIssuer is what the subject of an API key begins with. No issuer has this name.
const KeyIssuer = "api-key"

// Caller is who uses the key. A key breaks no glass: there is nobody to ask why.
func (k Key) Caller() Caller {
	return Caller{
		Subject: KeyIssuer + " " + k.ID, Roles: k.Roles, Areas: k.Areas, Clearance: k.Clearance, BreakGlass: k.Clearance,
	}
}
