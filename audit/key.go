package audit

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// errNoKey says how the service's half of the keys is written.
var errNoKey = errors.New("must be an X25519 public key: the line that `persons audit keygen` printed, or PEM")

// ParsePublicKey reads the service's half of the auditors' keys: base64 of its 32
// bytes, as String writes it, or PEM.
func ParsePublicKey(text string) (*PublicKey, error) {
	if block, _ := pem.Decode([]byte(text)); block != nil {
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		public, ok := parsed.(*ecdh.PublicKey)
		if err != nil || !ok {
			return nil, errNoKey
		}
		return NewPublicKey(public)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, errNoKey
	}
	public, err := ecdh.X25519().NewPublicKey(raw)
	if err != nil {
		return nil, errNoKey
	}
	return NewPublicKey(public)
}

// String writes the key in one line, for the configuration.
func (k *PublicKey) String() string { return base64.StdEncoding.EncodeToString(k.key.Bytes()) }

// GenerateKey makes a pair of keys, the private one as PEM: PKCS #8, as openssl
// reads it.
func GenerateKey() (public *PublicKey, private []byte, err error) {
	pair, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make keys: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(pair)
	if err != nil {
		return nil, nil, fmt.Errorf("write private key: %w", err)
	}
	public, err = NewPublicKey(pair.PublicKey())
	return public, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
}

// ParsePrivateKey reads the auditors' half of the keys, as PEM.
func ParsePrivateKey(text []byte) (*PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no private key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("no PKCS #8 private key")
	}
	private, ok := parsed.(*ecdh.PrivateKey)
	if !ok {
		return nil, errors.New("no X25519 private key")
	}
	return NewPrivateKey(private)
}

// PublicKey is the other half.
func (k *PrivateKey) PublicKey() *PublicKey { return &PublicKey{k.key.PublicKey(), k.id} }
