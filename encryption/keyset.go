package encryption

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Create writes a new set of one key to a file that does not exist yet.
func Create(path string) error {
	manager := keyset.NewManager()
	if err := grow(manager, true); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s exists: what it sealed could not be opened without it", path)
	}
	return write(path, manager)
}

// Prepare adds a key to the file that opens and does not seal yet, so that every
// machine can be given the file before anything is sealed with it.
func Prepare(path string) (KeyID, error) {
	s, err := readFile(path)
	if err != nil {
		return 0, err
	}
	if id, ok := s.prepared(); ok {
		return id, nil
	}
	manager := keyset.NewManagerFromHandle(s.handle)
	if err := grow(manager, false); err != nil {
		return 0, err
	}
	if err := write(path, manager); err != nil {
		return 0, err
	}
	if s, err = readFile(path); err != nil {
		return 0, err
	}
	id, _ := s.prepared()
	return id, nil
}

// Promote makes a key seal from now on: the one that was prepared or, where none
// was, a new one.
func Promote(path string) (KeyID, error) {
	id, err := Prepare(path)
	if err != nil {
		return 0, err
	}
	s, err := readFile(path)
	if err != nil {
		return 0, err
	}
	manager := keyset.NewManagerFromHandle(s.handle)
	if err := manager.SetPrimary(uint32(id)); err != nil {
		return 0, fmt.Errorf("promote key %d: %w", id, err)
	}
	return id, write(path, manager)
}

// Retire takes every key out of the file but the one that seals, those prepared,
// and those that are still used, and returns which it took.
func Retire(path string, used []KeyID) ([]KeyID, error) {
	s, err := readFile(path)
	if err != nil {
		return nil, err
	}
	manager := keyset.NewManagerFromHandle(s.handle)
	var retired []KeyID
	for _, id := range s.ids() {
		if id == s.primary {
			break // those after it are prepared
		}
		if slices.Contains(used, id) {
			continue
		}
		if err := manager.Delete(uint32(id)); err != nil {
			return nil, fmt.Errorf("retire key %d: %w", id, err)
		}
		retired = append(retired, id)
	}
	if len(retired) == 0 {
		return nil, nil
	}
	return retired, write(path, manager)
}

func readFile(path string) (*set, error) {
	document, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read encryption keys: %w", err)
	}
	return parse(document)
}

// ids are the keys in the order in which they were added.
func (s *set) ids() []KeyID {
	var ids []KeyID
	for _, info := range s.handle.KeysetInfo().GetKeyInfo() {
		ids = append(ids, KeyID(info.GetKeyId()))
	}
	return ids
}

// prepared is the newest key, unless it is the one that seals.
func (s *set) prepared() (KeyID, bool) {
	ids := s.ids()
	last := ids[len(ids)-1]
	return last, last != s.primary
}

func grow(manager *keyset.Manager, primary bool) error {
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err == nil && primary {
		err = manager.SetPrimary(id)
	}
	if err != nil {
		return fmt.Errorf("make an encryption key: %w", err)
	}
	return nil
}

// write replaces the file at once, so that a reader sees the old keys or the new.
func write(path string, manager *keyset.Manager) error {
	handle, err := manager.Handle()
	if err != nil {
		return fmt.Errorf("write encryption keys: %w", err)
	}
	var document bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&document)); err != nil {
		return errors.New("write encryption keys: they cannot be encoded")
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // readable by its owner only
	if err != nil {
		return fmt.Errorf("write encryption keys: %w", err)
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(append(document.Bytes(), '\n'))
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return fmt.Errorf("write encryption keys: %w", err)
	}
	return os.Rename(draft.Name(), path)
}
