package audit

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Statement is what a caller said in a request that only auditors may read.
type Statement struct {
	RequestID string          `json:"requestId"`
	At        time.Time       `json:"at"`
	Criteria  json.RawMessage `json:"criteria,omitempty"` // of a search, or the person whom a create was refused for
	Reason    string          `json:"reason,omitempty"`   // for breaking the glass
}

// How statements are encrypted: HPKE (RFC 9180) in base mode with X25519,
// HKDF-SHA256 and AES-256-GCM, an encapsulation of its own each.
const (
	sealVersion = 1
	sealInfo    = "personindex audit statement 1"
	// padding hides how long what was asked is: most searches come out alike.
	padding = 256
)

func kdf() hpke.KDF   { return hpke.HKDFSHA256() }
func aead() hpke.AEAD { return hpke.AES256GCM() }

// KeyID names a pair of keys.
type KeyID [8]byte

// String is how a key id is written.
func (id KeyID) String() string { return fmt.Sprintf("%x", id[:]) }

func keyID(public []byte) (id KeyID) {
	hash := sha256.Sum256(public)
	copy(id[:], hash[:])
	return id
}

// PublicKey is the auditors' key that the service has. With it statements are
// written that it cannot read.
type PublicKey struct {
	key hpke.PublicKey
	id  KeyID
}

// NewPublicKey takes an X25519 key.
func NewPublicKey(public *ecdh.PublicKey) (*PublicKey, error) {
	if public.Curve() != ecdh.X25519() {
		return nil, errors.New("the auditors' key must be an X25519 key")
	}
	key, err := hpke.NewDHKEMPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("auditors' key: %w", err)
	}
	return &PublicKey{key, keyID(key.Bytes())}, nil
}

// ID names the pair that the key is of.
func (k *PublicKey) ID() KeyID { return k.id }

// Seal encrypts a statement of a caller, who is bound to it: it opens as nobody
// else's. What is returned begins with the version of this form and the key's id.
func (k *PublicKey) Seal(caller string, s Statement) ([]byte, error) {
	plain, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write statement: %w", err)
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, padding-len(plain)%padding)...)
	encapsulated, sender, err := hpke.NewSender(k.key, kdf(), aead(), []byte(sealInfo))
	if err != nil {
		return nil, fmt.Errorf("seal statement: %w", err)
	}
	cipher, err := sender.Seal([]byte(caller), plain)
	if err != nil {
		return nil, fmt.Errorf("seal statement: %w", err)
	}
	sealed := append([]byte{sealVersion}, k.id[:]...)
	return append(append(sealed, encapsulated...), cipher...), nil
}

// ErrOtherKey means that a statement was sealed to another pair of keys.
var ErrOtherKey = errors.New("sealed to another key")

// PrivateKey is the auditors' key that the service never has.
type PrivateKey struct {
	key hpke.PrivateKey
	id  KeyID
}

// NewPrivateKey takes an X25519 key.
func NewPrivateKey(private *ecdh.PrivateKey) (*PrivateKey, error) {
	if private.Curve() != ecdh.X25519() {
		return nil, errors.New("the auditors' key must be an X25519 key")
	}
	key, err := hpke.NewDHKEMPrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("auditors' key: %w", err)
	}
	return &PrivateKey{key, keyID(key.PublicKey().Bytes())}, nil
}

// encapsulatedSize is the length of what X25519 encapsulates, in bytes.
const encapsulatedSize = 32

// Open decrypts what the caller stated. It returns [ErrOtherKey] for a statement
// to another pair of keys, and another error for one that was changed or is not
// this caller's.
func (k *PrivateKey) Open(caller string, sealed []byte) (Statement, error) {
	head := 1 + len(k.id)
	if len(sealed) < head+encapsulatedSize || sealed[0] != sealVersion {
		return Statement{}, errors.New("not a sealed statement")
	}
	if !bytes.Equal(sealed[1:head], k.id[:]) {
		return Statement{}, fmt.Errorf("%w: %x", ErrOtherKey, sealed[1:head])
	}
	encapsulated, cipher := sealed[head:head+encapsulatedSize], sealed[head+encapsulatedSize:]
	recipient, err := hpke.NewRecipient(encapsulated, k.key, kdf(), aead(), []byte(sealInfo))
	if err != nil {
		return Statement{}, fmt.Errorf("open statement: %w", err)
	}
	plain, err := recipient.Open([]byte(caller), cipher)
	if err != nil {
		return Statement{}, fmt.Errorf("open statement: %w", err)
	}
	var s Statement
	if err := json.Unmarshal(plain, &s); err != nil {
		return Statement{}, fmt.Errorf("read statement: %w", err)
	}
	return s, nil
}
