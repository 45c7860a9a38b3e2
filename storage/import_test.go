package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// housing is the source of these tests, which speaks of a few fields.
var housing = storage.Source{System: "housing", Fields: []string{"forename", "surname", "dateOfBirth", "communication", "addresses"}}

// importing is a register with a key, and a connection to look below it.
type importing struct {
	*storage.Store
	t    *testing.T
	conn *pgx.Conn
}

const importKey = "0123456789abcdef0123456789abcdef"

func newImporting(t *testing.T) importing {
	t.Helper()
	c := storagetest.NewConfig(t)
	c.ImportKey = importKey
	s := open(t, c)
	register(t, s, "people")
	return importing{s, t, connect(t, c.URL)}
}

// says imports rows of housing and holds the outcome to what is wanted.
func (s importing) says(want storage.Imported, rows ...storage.ImportRow) {
	s.t.Helper()
	var got storage.Imported
	err := s.WithImport(s.t.Context(), housing.System, func(ctx context.Context) (err error) {
		got, err = s.Import(ctx, clerk, housing, rows)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		s.t.Errorf("outcome (-want +got):\n%s", d)
	}
}

func (s importing) bearer(reference string) person.Person {
	s.t.Helper()
	p, err := s.PersonByCrossReference(s.t.Context(), cleared, housing.System, reference)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// traces counts all that a change leaves.
func (s importing) traces() int {
	s.t.Helper()
	total := 0
	for _, table := range []string{"person", "person_change", "person_history"} {
		total += count(s.t, s.conn, "select count(*) from "+table)
	}
	return total + count(s.t, s.conn, "select coalesce(sum(version), 0) from outbox")
}

func tenant(reference, surname string) storage.ImportRow {
	return storage.ImportRow{Reference: reference, Person: person.Person{
		Forename: "Ada", Surname: surname, DateOfBirth: date("1989-10-11"),
		Communication: []person.Contact{{Channel: "phone", Value: "07700 900000"}},
		Addresses:     []person.Address{{Line1: "1 Test Street", Postcode: "E8 1AA"}},
	}}
}

func TestImportLeavesWhatLoadingDoes(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 2}, tenant("1", "Example"), tenant("2", "Sample"))
	loaded := tenant("3", "Example").Person
	loaded.CrossReferences = []person.CrossReference{{System: "housing", Reference: "3"}}
	if _, err := s.Load(t.Context(), clerk, []person.Person{loaded}); err != nil {
		t.Fatal(err)
	}
	a, b := s.bearer("1"), s.bearer("3")
	b.ID, b.CrossReferences = a.ID, a.CrossReferences
	if d := diff(b, a); d != "" {
		t.Errorf("(-loaded +imported)\n%s", d)
	}
	for _, table := range []string{"person", "person_match", "person_change", "outbox", "cross_reference"} {
		if n := count(t, s.conn, "select count(*) from "+table); n != 3 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
}

func TestImportAgain(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 2}, tenant("1", "Example"), tenant("2", "Sample"))
	before := s.traces()
	s.says(storage.Imported{Unchanged: 2}, tenant("1", "Example"), tenant("2", "Sample"))
	if after := s.traces(); after != before {
		t.Errorf("importing the same again left traces: %d, before %d", after, before)
	}
	s.says(storage.Imported{Changed: 1, Unchanged: 1}, tenant("1", "Example-Smith"), tenant("2", "Sample"))
	if p := s.bearer("1"); p.Version != 2 || p.Surname != "Example-Smith" {
		t.Errorf("version %d", p.Version)
	}
	history, err := s.History(t.Context(), cleared, s.bearer("1").ID, 0, 10)
	if err != nil || len(history) != 2 || history[1].Person.Surname != "Example" {
		t.Errorf("%d versions of the past, error %v", len(history), err)
	}
	if p := s.bearer("2"); p.Version != 1 {
		t.Errorf("who did not change is at version %d", p.Version)
	}
}

func TestImportLeavesAnOfficersEdit(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 1}, tenant("1", "Example"))
	p := s.bearer("1")
	p.Surname, p.Title = "Right", "Dr"
	p.Communication = append(p.Communication, person.Contact{Channel: "email", Value: "ada@example.org"})
	p, err := s.Update(t.Context(), clerk, 1, p)
	if err != nil {
		t.Fatal(err)
	}
	s.says(storage.Imported{Unchanged: 1}, tenant("1", "Example"))
	if d := diff(p, s.bearer("1")); d != "" {
		t.Errorf("the source said nothing new (-want +got):\n%s", d)
	}
	moved := tenant("1", "Example")
	moved.Person.Addresses[0].Line1 = "2 Test Street"
	moved.Person.Communication[0].Value = "07700 900111"
	s.says(storage.Imported{Changed: 1}, moved)
	want := p
	want.Version = 3
	want.Addresses = moved.Person.Addresses
	want.Communication = []person.Contact{moved.Person.Communication[0], p.Communication[1]}
	if d := diff(want, s.bearer("1")); d != "" {
		t.Errorf("the source changed an address and a phone (-want +got):\n%s", d)
	}
	married := moved
	married.Person.Surname = "Married"
	s.says(storage.Imported{Changed: 1}, married)
	if p := s.bearer("1"); p.Surname != "Married" || p.Title != "Dr" {
		t.Errorf("the source changed the surname: it is %q, the title %q", p.Surname, p.Title)
	}
}

func TestImportFillsWhomItWasToldOf(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	p := named("Grace", "Officer")
	p.CrossReferences = []person.CrossReference{{System: "housing", Reference: "1"}}
	create(t, s.Store, p)
	s.says(storage.Imported{Changed: 1}, tenant("1", "Example"))
	if p := s.bearer("1"); p.Forename != "Grace" || p.Surname != "Officer" || p.DateOfBirth.IsZero() || len(p.Addresses) != 1 {
		t.Error("who has the reference from here is not as entered, with the gaps filled")
	}
	s.says(storage.Imported{Unchanged: 1}, tenant("1", "Example"))
	s.says(storage.Imported{Changed: 1}, tenant("1", "Changed"))
	if p := s.bearer("1"); p.Surname != "Changed" {
		t.Error("what the source changes later is not applied")
	}
}

// A merge leaves two references of one system with one person.
func TestImportFollowsReferencesThatMoved(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 2}, tenant("1", "Survivor"), tenant("2", "Merged"))
	survivor, merged := s.bearer("1"), s.bearer("2")
	exec(t, s.conn, "update cross_reference set person_id = $1, position = 2 where person_id = $2", survivor.ID, merged.ID)
	exec(t, s.conn, "update person set cross_references = 2 where id = $1", survivor.ID)
	s.says(storage.Imported{Unchanged: 2}, tenant("1", "Survivor"), tenant("2", "Merged"))
	one, two := tenant("1", "Survivor"), tenant("2", "Merged")
	one.Person.Forename = "Adah"
	two.Person.DateOfBirth = date("1989-10-12")
	s.says(storage.Imported{Changed: 2}, one, two)
	if p := s.bearer("2"); p.ID != survivor.ID || p.Version != 2 || p.Surname != "Survivor" || p.Forename != "Adah" || p.DateOfBirth.Iso() != "1989-10-12" {
		t.Errorf("the survivor of a merge does not follow both references, or not in one version (%d)", p.Version)
	}
}

func TestImportOfOtherColumns(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 1}, tenant("1", "Example"))
	less := housing
	less.Fields = []string{"forename", "surname"}
	row := storage.ImportRow{Reference: "1", Person: named("Ada", "Example")}
	for range 2 {
		got, err := s.Import(t.Context(), clerk, less, []storage.ImportRow{row})
		if err != nil || got.Unchanged != 1 {
			t.Errorf("fields that are no longer told of: %+v, error %v", got, err)
		}
	}
	s.says(storage.Imported{Unchanged: 1}, tenant("1", "Example"))
	if p := s.bearer("1"); p.Version != 1 || p.DateOfBirth.IsZero() {
		t.Error("what is no longer told of was taken for empty")
	}
	emptied := tenant("1", "Example")
	emptied.Person.Addresses = nil
	s.says(storage.Imported{Changed: 1}, emptied)
	if p := s.bearer("1"); len(p.Addresses) != 0 {
		t.Error("what the source emptied is still there")
	}
}

func TestImportSkipsTheErased(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 2}, tenant("1", "Example"), tenant("2", "Sample"))
	if _, err := s.Erase(t.Context(), clerk, s.bearer("1").ID, 1); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s.says(storage.Imported{Erased: 1, Unchanged: 1}, tenant("1", "Example"), tenant("2", "Sample"))
	}
	_, err := s.PersonByCrossReference(t.Context(), cleared, "housing", "1")
	wantError(t, err, person.ErrNotFound)
	if n := count(t, s.conn, "select count(*) from import_row"); n != 1 {
		t.Errorf("%d rows are remembered, one of them of the erased", n)
	}
	var hash []byte
	if err := s.conn.QueryRow(t.Context(), "select hash from erased_reference").Scan(&hash); err != nil || len(hash) != 32 {
		t.Errorf("the reference is kept as %d bytes, error %v", len(hash), err)
	}
	// The same reference of another system is somebody else's.
	taxed := housing
	taxed.System = "council tax"
	if got, err := s.Import(t.Context(), clerk, taxed, []storage.ImportRow{tenant("1", "Example")}); err != nil || got.Created != 1 {
		t.Errorf("another system: %+v, error %v", got, err)
	}
}

func TestImportNeedsItsKey(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	keyless := open(t, c)
	nothing := func(context.Context) error { return nil }
	wantError(t, keyless.WithImport(t.Context(), "housing", nothing), storage.ErrImportKey)
	wantError(t, keyless.CheckImportKey(t.Context()), nil)
	c.ImportKey = importKey
	s := importing{open(t, c), t, connect(t, c.URL)}
	s.says(storage.Imported{Created: 1}, tenant("1", "Example"))
	wantError(t, s.CheckImportKey(t.Context()), nil)
	wantError(t, keyless.CheckImportKey(t.Context()), storage.ErrImportKey)
	_, err := keyless.Erase(t.Context(), clerk, s.bearer("1").ID, 1)
	wantError(t, err, storage.ErrImportKey)
	c.ImportKey = strings.Repeat("x", 32)
	other := open(t, c)
	wantError(t, other.CheckImportKey(t.Context()), storage.ErrImportKey)
	wantError(t, other.WithImport(t.Context(), "housing", nothing), storage.ErrImportKey)
}

func TestImportOfOneSystemAtATime(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	c.ImportKey, c.StatementTimeout = importKey, 200*1e6
	s := open(t, c)
	err := s.WithImport(t.Context(), "housing", func(ctx context.Context) error {
		nothing := func(context.Context) error { return nil }
		wantError(t, s.WithImport(ctx, "housing", nothing), storage.ErrImportBusy)
		return s.WithImport(ctx, "council tax", nothing)
	})
	wantError(t, err, nil)
	wantError(t, s.WithImport(t.Context(), "housing", func(context.Context) error { return nil }), nil)
}

func TestTryImportWritesNothing(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 1}, tenant("1", "Example"))
	before := s.traces() + count(t, s.conn, "select count(*) from import_row")
	got, err := s.TryImport(t.Context(), housing, []storage.ImportRow{tenant("1", "Changed"), tenant("2", "New")})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(storage.Imported{Created: 1, Changed: 1}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if after := s.traces() + count(t, s.conn, "select count(*) from import_row"); after != before {
		t.Error("trying left traces")
	}
}

func TestImportRefusesWhatMakesNobody(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 2}, tenant("1", "Example"), tenant("2", "Sample"))
	p := s.bearer("1")
	p.DateOfDeath = date("2020-01-01")
	if _, err := s.Update(t.Context(), clerk, 1, p); err != nil {
		t.Fatal(err)
	}
	born := tenant("1", "Example")
	born.Person.DateOfBirth = date("2021-01-01")
	var got storage.Imported
	got, err := s.Import(t.Context(), clerk, housing, []storage.ImportRow{tenant("2", "Changed"), born})
	if err != nil || got.Changed != 1 || len(got.Refused) != 1 || got.Refused[0].Row != 1 || got.Refused[0].Err.Fields[0].Field != "dateOfDeath" {
		t.Errorf("%+v, error %v", got, err)
	}
	// It is told of again until it is put right.
	got, err = s.Import(t.Context(), clerk, housing, []storage.ImportRow{born})
	if err != nil || len(got.Refused) != 1 {
		t.Errorf("again: %+v, error %v", got, err)
	}
}

func TestImportFromManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	var wait sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wait.Go(func() {
			rows := []storage.ImportRow{}
			for n := range 50 {
				rows = append(rows, tenant(fmt.Sprint(i, " ", n), "Example"))
			}
			_, errs[i] = s.Import(t.Context(), clerk, housing, rows)
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if n := count(t, s.conn, "select count(*) from import_row join person on id = person_id"); n != 200 {
		t.Errorf("%d rows are remembered of 200", n)
	}
}

func TestProvenance(t *testing.T) {
	t.Parallel()
	s := newImporting(t)
	s.says(storage.Imported{Created: 1}, tenant("1", "Example"))
	p := s.bearer("1")
	first := provenance(t, s.Store, p)
	for _, field := range []string{"forename", "surname", "dateOfBirth", "communication", "addresses", "crossReferences"} {
		if from := first[field]; from.System != "housing" || from.ChangedAt.IsZero() || from.VerifiedAt.Before(from.ChangedAt) {
			t.Errorf("%s comes from %+v", field, from)
		}
	}
	if len(first) != 6 {
		t.Errorf("fields that say nothing come from somewhere: %v", first)
	}
	s.says(storage.Imported{Unchanged: 1}, tenant("1", "Example"))
	second := provenance(t, s.Store, p)
	if was, is := first["surname"], second["surname"]; !is.VerifiedAt.After(was.VerifiedAt) || is.ChangedAt != was.ChangedAt {
		t.Errorf("a source that says the same verifies it and changes nothing: %+v, then %+v", was, is)
	}
	p.Surname = "Right"
	p, err := s.Update(t.Context(), clerk, 1, p)
	if err != nil {
		t.Fatal(err)
	}
	third := provenance(t, s.Store, p)
	if from := third["surname"]; from.System != person.Service || !from.VerifiedAt.IsZero() || !from.ChangedAt.After(second["surname"].ChangedAt) {
		t.Errorf("an officer's edit comes from %+v", from)
	}
	if third["forename"].System != "housing" {
		t.Error("a field that nobody edited is no longer the source's")
	}
	s.says(storage.Imported{Changed: 1}, tenant("1", "Married"))
	if from := provenance(t, s.Store, s.bearer("1"))["surname"]; from.System != "housing" || from.VerifiedAt.IsZero() {
		t.Errorf("what the source changed comes from %+v", from)
	}
}

func provenance(t *testing.T, s *storage.Store, p person.Person) map[string]person.Provenance {
	t.Helper()
	from, err := s.Provenance(t.Context(), cleared, p)
	if err != nil {
		t.Fatal(err)
	}
	return from
}
