package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/encryption"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

const inHousing, inSocialCare access.Area = "housing", "social-care"

// secret is a document that would be seen in any dump that shows it.
const secret = `{"refuge":"Quistgaard House","risk":"unmistakable"}`

// vault is a register whose data is sealed with the keys in a file.
type vault struct {
	*storage.Store
	config storage.Config
	keys   string // path of the file
	id     person.ID
}

func newVault(t *testing.T) *vault {
	t.Helper()
	v := &vault{config: storagetest.NewConfig(t), keys: filepath.Join(t.TempDir(), "keys.json")}
	if err := encryption.Create(v.keys); err != nil {
		t.Fatal(err)
	}
	v.Store = v.open(t)
	p, err := v.Create(t.Context(), storage.Change{Actor: "tester"}, person.Person{Forename: "Ada"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	v.id = p.ID
	return v
}

// open is another process on the same database and file of keys.
func (v *vault) open(t *testing.T) *storage.Store {
	t.Helper()
	config := v.config
	var err error
	if config.Keys, err = encryption.Open(v.keys); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

func (v *vault) put(ctx context.Context, area access.Area, expected int64, document string) error {
	var bytes []byte
	if document != "" {
		bytes = []byte(document)
	}
	_, err := v.ReviseExtended(ctx, storage.Change{Actor: "tester"}, v.id, area, expected, bytes)
	return err
}

func (v *vault) mustPut(t *testing.T, area access.Area, expected int64, document string) {
	t.Helper()
	if err := v.put(t.Context(), area, expected, document); err != nil {
		t.Fatal(err)
	}
}

func (v *vault) want(t *testing.T, store *storage.Store, area access.Area, version int64, document string) {
	t.Helper()
	got, err := store.Extended(t.Context(), person.VeryRestricted, v.id, area)
	if err != nil || got.Version != version || string(got.Document) != document {
		t.Errorf("%s: version %d %s, %v; want %d %s", area, got.Version, got.Document, err, version, document)
	}
}

func TestAnAreaKeepsItsOwnVersions(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.want(t, v.Store, inHousing, 0, "")
	v.mustPut(t, inHousing, 0, `{"a":1}`)
	v.mustPut(t, inSocialCare, 0, `{"b":1}`)
	v.mustPut(t, inHousing, 1, `{"a":2}`)
	v.want(t, v.Store, inHousing, 2, `{"a":2}`)
	v.want(t, v.Store, inSocialCare, 1, `{"b":1}`)
	if err := v.put(t.Context(), inHousing, 1, `{"a":3}`); !errors.Is(err, person.ErrVersionConflict) {
		t.Errorf("a stale write: %v", err)
	}
	v.mustPut(t, inHousing, 2, "")
	v.want(t, v.Store, inHousing, 3, "")
	v.mustPut(t, inHousing, 3, `{"a":4}`)
	history, err := v.ExtendedHistory(t.Context(), person.VeryRestricted, v.id, inHousing, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range history {
		got = append(got, fmt.Sprintf("%d%s", e.Version, e.Document))
	}
	if want := []string{`4{"a":4}`, "3", `2{"a":2}`, `1{"a":1}`}; !slices.Equal(got, want) {
		t.Errorf("history is %v, want %v", got, want)
	}
	if older, _ := v.ExtendedHistory(t.Context(), person.VeryRestricted, v.id, inHousing, 3, 1); len(older) != 1 || older[0].Version != 2 {
		t.Errorf("the version below 3 is %v", older)
	}
}

func TestOfManyWhoWriteAtOnceOneDoes(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = v.put(t.Context(), inHousing, 0, fmt.Sprintf(`{"by":%d}`, i)) })
	}
	all.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if !errors.Is(err, person.ErrVersionConflict) {
			t.Error(err)
		}
	}
	if done != 1 {
		t.Errorf("%d of %d writes were done", done, len(errs))
	}
}

func TestNothingIsHeldAboutNobody(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.mustPut(t, inHousing, 0, secret)
	if _, err := v.Erase(t.Context(), storage.Change{Actor: "tester", Reason: "asked"}, v.id, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Extended(t.Context(), person.VeryRestricted, v.id, inHousing); !errors.Is(err, person.ErrErased) {
		t.Errorf("of somebody erased: %v", err)
	}
	if err := v.put(t.Context(), inHousing, 1, `{}`); !errors.Is(err, person.ErrErased) {
		t.Errorf("written about somebody erased: %v", err)
	}
	if n := v.count(t, "select count(*) from extended_data"); n != 0 {
		t.Errorf("%d versions are left", n)
	}
	v.id = "nobody"
	if err := v.put(t.Context(), inHousing, 0, `{}`); !errors.Is(err, person.ErrNotFound) {
		t.Errorf("written about nobody: %v", err)
	}
}

// Ensures that whoever has the database and not the keys sees nothing, and cannot
// make one person's data another's.
func TestADumpShowsNothingAndARowCannotBeMoved(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.mustPut(t, inHousing, 0, secret)
	v.mustPut(t, inHousing, 1, `{"other":true}`)
	dump := v.dump(t)
	for _, word := range []string{"refuge", "Quistgaard", "risk", "unmistakable"} {
		if bytes.Contains(dump, []byte(word)) || bytes.Contains(dump, fmt.Appendf(nil, "%x", word)) {
			t.Errorf("a dump shows %q", word)
		}
	}
	if !bytes.Contains(dump, []byte(v.id)) {
		t.Fatal("the dump does not hold the table at all")
	}
	v.execute(t, "update extended_data set sealed = (select sealed from extended_data where version = 1) where version = 2")
	if _, err := v.Extended(t.Context(), person.VeryRestricted, v.id, inHousing); !errors.Is(err, encryption.ErrCannotOpen) {
		t.Errorf("a moved row: %v", err)
	}
}

func TestKeysAreRotatedWhileOthersReadAndWrite(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	for version := range int64(150) { // more than a batch
		v.mustPut(t, inHousing, version, fmt.Sprintf(`{"version":%d}`, version+1))
	}
	serving, rotating := v.open(t), v.open(t)
	ended := make(chan error, 1)
	stop := make(chan struct{})
	go func() {
		for version := int64(0); ; version++ {
			if _, err := serving.Extended(context.Background(), person.VeryRestricted, v.id, inHousing); err != nil {
				ended <- err
				return
			}
			if _, err := serving.ReviseExtended(context.Background(), storage.Change{Actor: "x"}, v.id, inSocialCare, version, []byte(`{}`)); err != nil {
				ended <- err
				return
			}
			select {
			case <-stop:
				ended <- nil
				return
			default:
			}
		}
	}()
	promoted, err := encryption.Promote(v.keys)
	if err != nil {
		t.Fatal(err)
	}
	// A rotation that is killed has done some batches: the second one goes on.
	killed, kill := context.WithCancel(t.Context())
	if _, err := v.open(t).Reseal(killed, func(int64, int64) { kill() }); !errors.Is(err, context.Canceled) {
		t.Fatalf("the first rotation ended with %v", err)
	}
	if n, err := rotating.Reseal(t.Context(), func(int64, int64) {}); err != nil || n == 0 {
		t.Fatalf("sealed %d again, %v", n, err)
	}
	close(stop)
	if err := <-ended; err != nil {
		t.Errorf("a reader or writer meanwhile: %v", err)
	}
	// What the serving process sealed before it took up the new key.
	if _, err := rotating.Reseal(t.Context(), func(int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	used, err := v.SealedBy(t.Context())
	if err != nil || len(used) != 1 || used[promoted] < 150 {
		t.Errorf("sealed by %v, %v; want all by %d", used, err, promoted)
	}
	v.want(t, v.open(t), inHousing, 150, `{"version":150}`)
}

func TestWithoutTheKeyNothingIsReadAndNothingKept(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	v.mustPut(t, inHousing, 0, secret)
	without, err := storage.Open(t.Context(), v.config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(without.Close)
	if _, err := without.Extended(t.Context(), person.VeryRestricted, v.id, inHousing); !errors.Is(err, encryption.ErrNoKeys) {
		t.Errorf("read: %v", err)
	}
	if _, err := without.ReviseExtended(t.Context(), storage.Change{}, v.id, inSocialCare, 0, []byte(`{}`)); !errors.Is(err, encryption.ErrNoKeys) {
		t.Errorf("written: %v", err)
	}
}

func (v *vault) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), v.config.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func (v *vault) execute(t *testing.T, sql string) {
	t.Helper()
	if _, err := v.connect(t).Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func (v *vault) count(t *testing.T, sql string) (n int) {
	t.Helper()
	if err := v.connect(t).QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// dump is every row of every table as text.
func (v *vault) dump(t *testing.T) []byte {
	t.Helper()
	conn := v.connect(t)
	rows, err := conn.Query(t.Context(), "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var dump bytes.Buffer
	for _, table := range tables {
		if _, err := conn.PgConn().CopyTo(t.Context(), &dump, "copy (table "+table+") to stdout"); err != nil {
			t.Fatal(err)
		}
	}
	return dump.Bytes()
}
