package erasure

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

var clerk = storage.Change{Actor: "clerk", Reason: "a test"}

// newStore is a register that imports were taken into, so that references are kept.
func newStore(t *testing.T) *storage.Store {
	t.Helper()
	config := storagetest.NewConfig(t)
	config.ImportKey = "0123456789abcdef0123456789abcdef"
	store, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

func create(t *testing.T, store *storage.Store, id person.ID) {
	t.Helper()
	p := person.Person{ID: id, Forename: "Zebedee", CrossReferences: []person.CrossReference{{System: "housing", Reference: "Larkspur-" + string(id)}}}
	if _, err := store.Create(t.Context(), clerk, p, nil); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, path string, store *storage.Store) *Ledger {
	t.Helper()
	l, err := Open(path, store)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Ensures that every erasure is in the file when it is answered, once, with the
// hashes of its references and nothing that somebody is called.
func TestEveryErasureIsInTheLedger(t *testing.T) {
	t.Parallel()
	store, path := newStore(t), filepath.Join(t.TempDir(), "erasures.jsonl")
	create(t, store, "before")
	if _, err := store.Erase(t.Context(), clerk, "before", 1); err != nil {
		t.Fatal(err)
	}
	l := open(t, path, store)
	register := Register{Store: store, Ledger: l}
	const n = 10
	var group sync.WaitGroup
	for i := range n {
		id := person.ID(fmt.Sprint("p-", i))
		create(t, store, id)
		group.Go(func() {
			if _, err := register.Erase(t.Context(), clerk, id, 1); err != nil {
				t.Error(err)
			}
			if !strings.Contains(content(t, path), `"`+string(id)+`"`) {
				t.Errorf("%s is answered before it is in the file", id)
			}
		})
	}
	group.Wait()
	entries, err := Read(path)
	if err != nil || len(entries.People) != n+1 || len(entries.References) != n+1 || entries.Unreadable != 0 {
		t.Errorf("the file has %d people, %d references, %d unreadable lines, %v", len(entries.People), len(entries.References), entries.Unreadable, err)
	}
	if text := strings.ToLower(content(t, path)); strings.Contains(text, "zebedee") || strings.Contains(text, "larkspur") {
		t.Error("the file says what somebody is called")
	}
	if added, err := open(t, path, store).CatchUp(t.Context()); err != nil || added != 0 {
		t.Errorf("opened again it adds %d lines, %v", added, err)
	}
	if about, err := os.Stat(path); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("others may read the file, %v", err)
	}
}

// Ensures that an erasure that cannot be written down is not answered as done, and
// is written down later, on a line of its own.
func TestALedgerThatFailsIsCaughtUp(t *testing.T) {
	t.Parallel()
	store, path := newStore(t), filepath.Join(t.TempDir(), "erasures.jsonl")
	create(t, store, "p-1")
	create(t, store, "p-2")
	l := open(t, path, store)
	if _, err := (Register{Store: store, Ledger: l}).Erase(t.Context(), clerk, "p-1", 1); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil { // so that every write fails
		t.Fatal(err)
	}
	_, err := Register{Store: store, Ledger: l}.Erase(t.Context(), clerk, "p-2", 1)
	if !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("it is answered with %v", err)
	}
	if _, err := store.Person(t.Context(), person.VeryRestricted, "p-2"); !errors.Is(err, person.ErrErased) {
		t.Errorf("the person is not erased: %v", err)
	}
	whole := content(t, path)
	if err := os.WriteFile(path, []byte(whole[:len(whole)-10]), 0o600); err != nil { // as a power cut leaves it
		t.Fatal(err)
	}
	if _, err := open(t, path, store).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	entries, err := Read(path)
	if err != nil || len(entries.People) != 2 || len(entries.References) != 2 || entries.Unreadable != 1 {
		t.Errorf("the file has %d people, %d references, %d unreadable lines, %v", len(entries.People), len(entries.References), entries.Unreadable, err)
	}
}

// Ensures that what the ledger says is done once, however often and wherever it is
// applied: to those on file at whatever version, and to those who are not.
func TestApply(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	create(t, store, "back")
	create(t, store, "stays")
	entries := Entries{
		People:     []person.Revision{{ID: "back", Version: 7}, {ID: "unknown", Version: 3}, {ID: "back", Version: 5}},
		References: [][]byte{[]byte("a hash")},
	}
	apply := func(dry bool, want Outcome) {
		t.Helper()
		var last int
		got, err := Apply(t.Context(), store, entries, dry, func(done, total int) { last = total - done })
		if err != nil || got != want || last != 0 {
			t.Errorf("outcome %+v, %v; want %+v", got, err, want)
		}
	}
	apply(true, Outcome{OnFile: 1, Unknown: 1})
	if _, err := store.Person(t.Context(), person.VeryRestricted, "back"); err != nil {
		t.Errorf("a dry run erased somebody: %v", err)
	}
	apply(false, Outcome{OnFile: 1, Unknown: 1})
	apply(false, Outcome{Erased: 2})
	for _, id := range []person.ID{"back", "unknown"} {
		if _, err := store.Person(t.Context(), person.VeryRestricted, id); !errors.Is(err, person.ErrErased) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := store.Person(t.Context(), person.VeryRestricted, "stays"); err != nil {
		t.Errorf("somebody else is gone: %v", err)
	}
	revisions, err := store.Revisions(t.Context(), []person.ID{"back"})
	if err != nil || len(revisions) != 1 || revisions[0].Version != 7 {
		t.Errorf("they are at %v, %v; below 7 an index would keep what it has", revisions, err)
	}
	if n, err := store.KeepErasedReferences(t.Context(), entries.References); err != nil || n != 0 {
		t.Errorf("%d references were not kept, %v", n, err)
	}
}
