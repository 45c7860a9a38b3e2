package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

func TestAnAPIKeyIsKeptAndEnds(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	if found, err := s.HasAPIKey(t.Context()); err != nil || found {
		t.Errorf("an empty register has a key: %t, %v", found, err)
	}
	secret := access.NewSecret()
	made, err := s.AddAPIKey(t.Context(), storage.Change{Actor: "admin"}, access.Key{
		ID: secret.ID, Name: "Qlik", Hash: secret.Hash(), Clearance: person.Restricted,
		Roles: []access.Role{access.Reader, access.Analyst}, Areas: []access.Area{"housing"},
	}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if lasting := made.ExpiresAt.Sub(made.CreatedAt); lasting != time.Hour {
		t.Errorf("it is valid for %s", lasting)
	}
	read, err := s.APIKey(t.Context(), secret.ID)
	if err != nil || read == nil {
		t.Fatal(read, err)
	}
	if diff := cmp.Diff(made, *read); diff != "" {
		t.Errorf("it does not come back as it was made (-made +read)\n%s", diff)
	}
	if found, err := s.HasAPIKey(t.Context()); err != nil || !found {
		t.Errorf("the register has no key: %t, %v", found, err)
	}

	today := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, day := range []time.Time{today, today.AddDate(0, 0, -1)} {
		if err := s.NoteAPIKeyUsed(t.Context(), secret.ID, day); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // again, it stays as it is
		if found, err := s.RevokeAPIKey(t.Context(), storage.Change{Actor: "admin"}, secret.ID); err != nil || !found {
			t.Fatal(found, err)
		}
	}
	keys, err := s.APIKeys(t.Context())
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	if keys[0].RevokedAt == nil || keys[0].UsedOn == nil || !keys[0].UsedOn.Equal(today) {
		t.Errorf("revoked %v, used %v", keys[0].RevokedAt, keys[0].UsedOn)
	}
	if found, err := s.HasAPIKey(t.Context()); err != nil || found {
		t.Errorf("a revoked key counts: %t, %v", found, err)
	}
}

func TestAnAPIKeyThatThereIsNot(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	if key, err := s.APIKey(t.Context(), "0123456789abcdef"); err != nil || key != nil {
		t.Errorf("%v, %v", key, err)
	}
	if found, err := s.RevokeAPIKey(t.Context(), storage.Change{Actor: "admin"}, "0123456789abcdef"); err != nil || found {
		t.Errorf("it is revoked: %t, %v", found, err)
	}
}

// Ensures that the schema itself keeps a key from lasting, changing or coming back.
func TestTheSchemaKeepsAPIKeysShort(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	secret := access.NewSecret()
	key := access.Key{ID: secret.ID, Name: "Qlik", Hash: secret.Hash(), Roles: []access.Role{access.Reader}}
	if _, err := s.AddAPIKey(t.Context(), storage.Change{Actor: "admin"}, key, access.MaxKeyAge+time.Hour); err == nil {
		t.Error("a key may last for more than a year")
	}
	if _, err := s.AddAPIKey(t.Context(), storage.Change{Actor: "admin"}, key, access.MaxKeyAge); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RevokeAPIKey(t.Context(), storage.Change{Actor: "admin"}, key.ID); err != nil {
		t.Fatal(err)
	}
	for name, sql := range map[string]string{
		"a longer life":  "update api_key set expires_at = expires_at - interval '1 day'",
		"more roles":     "update api_key set roles = '{reader,admin}'",
		"another secret": "update api_key set hash = sha256('')",
		"a return":       "update api_key set revoked_at = null",
	} {
		if _, err := conn.Exec(t.Context(), sql); err == nil {
			t.Errorf("the schema allows %s", name)
		}
	}
}
