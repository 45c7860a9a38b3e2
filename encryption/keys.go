// Package encryption keeps data unreadable to whoever holds the database and not
// the keys.
//
// It is envelope encryption by Google Tink: each value is sealed with a key of
// its own (AES-256-GCM), which is sealed with the newest of the installation's
// keys. So a key is never used on much data, and rotating it is a matter of
// sealing again.
package encryption

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Errors of sealing and opening.
var (
	// ErrNoKeys means that no keys are configured, so that nothing can be kept.
	ErrNoKeys = errors.New("no encryption keys are configured")
	// ErrCannotOpen means that a value was sealed with a key that is not here, or
	// for another place, or was altered.
	ErrCannotOpen = errors.New("sealed data cannot be opened: its key is not configured, or it was altered or moved")
)

// KeyID names one key of a set.
type KeyID uint32

// Sealed is a value as it is kept, and the key without which it stays shut.
type Sealed struct {
	Key  KeyID
	Data []byte
}

// Keys seals and opens values. It is safe for concurrent use. Nil keys seal and
// open nothing.
type Keys struct {
	path string // of the file they come from, or empty

	mutex   sync.Mutex
	current *set
	looked  time.Time // at the file
	read    os.FileInfo
}

// set is keys that do not change.
type set struct {
	handle  *keyset.Handle
	sealer  sealer
	primary KeyID
}

type sealer interface {
	Encrypt(plaintext, associatedData []byte) ([]byte, error)
	Decrypt(ciphertext, associatedData []byte) ([]byte, error)
}

// Parse reads keys as [Create] writes them.
func Parse(document []byte) (*Keys, error) {
	s, err := parse(document)
	if err != nil {
		return nil, err
	}
	return &Keys{current: s}, nil
}

// Open reads keys from a file, and again whenever the file has changed, so that
// they can be rotated while the service runs.
func Open(path string) (*Keys, error) {
	k := &Keys{path: path}
	if err := k.load(); err != nil {
		return nil, err
	}
	return k, nil
}

func parse(document []byte) (*set, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(document)))
	if err != nil {
		return nil, errors.New("encryption keys cannot be read: they must be as `persons encryption create` wrote them")
	}
	inner, err := aead.New(handle)
	if err != nil {
		return nil, errors.New("encryption keys are not of the kind that seals data (AEAD)")
	}
	return &set{
		handle:  handle,
		sealer:  aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), inner),
		primary: KeyID(handle.KeysetInfo().GetPrimaryKeyId()),
	}, nil
}

// load reads the file. The caller holds the mutex, or is alone.
func (k *Keys) load() error {
	document, err := os.ReadFile(k.path)
	if err != nil {
		return fmt.Errorf("read encryption keys: %w", err)
	}
	info, err := os.Stat(k.path)
	if err != nil {
		return fmt.Errorf("read encryption keys: %w", err)
	}
	read, err := parse(document)
	if err != nil {
		return err
	}
	k.current, k.read, k.looked = read, info, time.Now()
	return nil
}

// lookAgainAfter bounds how often the file is looked at, and so how long a key
// that was replaced goes on sealing.
const lookAgainAfter = time.Second

// now is the set to use. A file that cannot be read any more leaves the keys as
// they were: they are good, and somebody is perhaps just writing it.
func (k *Keys) now(anew bool) *set {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.path == "" || !anew && time.Since(k.looked) < lookAgainAfter {
		return k.current
	}
	k.looked = time.Now()
	info, err := os.Stat(k.path)
	if err == nil && (!os.SameFile(info, k.read) || info.ModTime() != k.read.ModTime()) {
		_ = k.load()
	}
	return k.current
}

// Primary is the key that seals now. It returns [ErrNoKeys] where there is none.
func (k *Keys) Primary() (KeyID, error) {
	if k == nil {
		return 0, ErrNoKeys
	}
	return k.now(true).primary, nil // whoever asks is about to seal all again, or tells people
}

// IDs are the keys that there are, in the order in which they were added.
func (k *Keys) IDs() []KeyID {
	if k == nil {
		return nil
	}
	return k.now(false).ids()
}

// Seal makes a value unreadable. It can be opened for the same place only: what
// place names is not kept, and must be told again.
func (k *Keys) Seal(value, place []byte) (Sealed, error) {
	if k == nil {
		return Sealed{}, ErrNoKeys
	}
	s := k.now(false)
	data, err := s.sealer.Encrypt(value, place)
	if err != nil {
		return Sealed{}, errors.New("seal data: the keys failed") // what failed may quote the data
	}
	return Sealed{Key: s.primary, Data: data}, nil
}

// Open returns the value that was sealed for place, or [ErrNoKeys] or
// [ErrCannotOpen].
func (k *Keys) Open(sealed, place []byte) ([]byte, error) {
	if k == nil {
		return nil, ErrNoKeys
	}
	if value, err := k.now(false).sealer.Decrypt(sealed, place); err == nil {
		return value, nil
	}
	// Perhaps another process has just begun to use a new key.
	value, err := k.now(true).sealer.Decrypt(sealed, place)
	if err != nil {
		return nil, ErrCannotOpen
	}
	return value, nil
}

// Place names where a value belongs, so that nobody can move it elsewhere: no two
// different lists of parts have one name.
func Place(parts ...string) []byte {
	var place []byte
	for _, part := range parts {
		place = binary.BigEndian.AppendUint32(place, uint32(len(part)))
		place = append(place, part...)
	}
	return place
}
