package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"personindex/encryption"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// Ensures that keys are made, rotated, finished with and shown by the verbs that
// the manual names.
func TestKeysAreMadeRotatedAndRetired(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	if err := encryption.Create(file); err != nil {
		t.Fatal(err)
	}
	in := newInstallation(t, "PERSONS_ENCRYPTION_KEYS_FILE="+file)
	run := func(want string, verb ...string) {
		t.Helper()
		cmd, output := in.command(append([]string{"encryption"}, verb...)...)
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %v\n%s", verb, err, output)
		}
		if text := output.String(); !strings.Contains(text, want) {
			t.Errorf("%v says %q, not %q", verb, text, want)
		}
	}
	run("holds a new key", "create", filepath.Join(t.TempDir(), "other.json"))
	a := in.open()
	defer a.close()
	p, err := a.store.Create(t.Context(), storage.Change{Actor: "tester"}, person.Person{Forename: "Ada"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.store.ReviseExtended(t.Context(), storage.Change{Actor: "tester"}, p.ID, "housing", 0, []byte(`{"a":1}`)); err != nil {
		t.Fatal(err)
	}
	run("seals, sealed 1 documents", "status")
	run("is prepared", "prepare")
	run("sealed 1 documents again", "rotate")
	run("opens, sealed 0 documents", "status")
	run("retired 1 keys", "retire")
	told, _ := in.command("audit", "show")
	told.Stdout = nil
	shown, err := told.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"prepare", "rotate", "retire"} {
		if !strings.Contains(string(shown), "encryption "+verb) {
			t.Errorf("the audit does not tell of %s: %s", verb, shown)
		}
	}
	if e, err := a.store.Extended(t.Context(), person.VeryRestricted, p.ID, "housing"); err != nil || string(e.Document) != `{"a":1}` {
		t.Errorf("the service that ran meanwhile reads %s, %v", e.Document, err)
	}
}

// Ensures that the service's own role, which may not seal anything again, makes no key
// either, though there is nothing to seal.
func TestOnlyTheOwnerRotatesKeys(t *testing.T) {
	t.Parallel()
	role := storagetest.NewRole(t) // before the database, to be dropped after it
	file := filepath.Join(t.TempDir(), "keys.json")
	if err := encryption.Create(file); err != nil {
		t.Fatal(err)
	}
	in := newInstallation(t, "PERSONS_ENCRYPTION_KEYS_FILE="+file)
	if err := storage.Grant(t.Context(), in.config, storage.ServiceRole, role); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cmd, output := in.command("encryption", "rotate")
	cmd.Env = append(cmd.Env, "PERSONS_POSTGRES_URL="+storagetest.WithRole(t, in.config.URL, role))
	if err := cmd.Run(); err == nil || !strings.Contains(output.String(), "run it as the owner") {
		t.Errorf("the service's role rotates: %v, %s", err, output)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file of keys has changed, %v", err)
	}
	in.output("encryption", "rotate")
	if after, err := os.ReadFile(file); err != nil || bytes.Equal(before, after) {
		t.Errorf("the owner makes no key, %v", err)
	}
}
