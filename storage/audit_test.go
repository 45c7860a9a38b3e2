package storage_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// read is an event of somebody who reads one person.
func read(id person.ID) audit.Event {
	return audit.Event{Caller: "officer", Action: audit.Read, Status: 200, Persons: []person.ID{id}, RequestIDs: []string{"r-" + string(id)}}
}

func record(tb testing.TB, s *storage.Store, events ...audit.Event) {
	tb.Helper()
	for _, e := range events {
		if err := s.Record(tb.Context(), e); err != nil {
			tb.Fatal(err)
		}
	}
}

// audited is every event there is, in the order of ids.
func audited(tb testing.TB, conn *pgx.Conn) []audit.Event {
	tb.Helper()
	rows, err := conn.Query(tb.Context(), "select * from audit_event order by id")
	if err != nil {
		tb.Fatal(err)
	}
	events, err := pgx.CollectRows(rows, pgx.RowToStructByName[audit.Event])
	if err != nil {
		tb.Fatal(err)
	}
	return events
}

// seal seals what there is.
func seal(tb testing.TB, s *storage.Store) {
	tb.Helper()
	if err := audit.NewSealer(s, time.Minute, slog.New(slog.DiscardHandler)).RunOnce(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func verify(tb testing.TB, s *storage.Store, noted audit.Head) audit.Report {
	tb.Helper()
	report, err := audit.Verify(tb.Context(), s, noted, func(int64) {})
	if err != nil {
		tb.Fatal(err)
	}
	return report
}

// head is where the chain ends.
func head(tb testing.TB, s *storage.Store) audit.Head {
	tb.Helper()
	last, err := s.LastSeal(tb.Context())
	if err != nil || last == nil {
		tb.Fatal(last, err)
	}
	return last.Head()
}

// Ensures that an event is read back as it was written, by the database's clock.
func TestAnEventIsKeptAsItIs(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	e := audit.Event{
		Caller: "issuer/4711", Roles: []access.Role{access.Reader, access.Writer}, Areas: []access.Area{"housing", "social care"},
		From: "2001:db8::1", RequestIDs: []string{"r-1"}, Route: "search-persons", Action: audit.Search, Status: 200,
		Persons: []person.ID{"p-2", "p-1"}, Fields: []string{"title"}, Reason: `a "reason", and more`, Sealed: [][]byte{{0, 1}, {}},
		Session: "s", Flags: []string{"own-surname"},
	}
	record(t, s, e, audit.Event{Caller: "nobody else", Action: audit.Read})
	events := audited(t, conn)
	if diff := cmp.Diff(e, events[0], cmpopts.IgnoreFields(audit.Event{}, "ID", "At")); diff != "" {
		t.Errorf("-written +read:\n%s", diff)
	}
	if since := time.Since(events[0].At); since < -time.Minute || since > time.Minute || events[1].ID <= events[0].ID {
		t.Errorf("written at %v with id %d, then %d", events[0].At, events[0].ID, events[1].ID)
	}
}

// Ensures that no change is without its event, whichever way it is made.
func TestEveryChangeIsOnTheAudit(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	c.ImportKey = strings.Repeat("k", 32)
	s, conn := open(t, c), connect(t, c.URL)
	ada := create(t, s, named("Ada", "Example"))
	change := clerk
	change.Event = &audit.Event{Caller: "clerk", Action: audit.Update, Route: "change-person", Status: 200, RequestIDs: []string{"r-2"}}
	wanted := ada
	wanted.Title = "Dr"
	ada, err := s.Update(t.Context(), change, 1, wanted)
	if err != nil || change.Event.ID == 0 {
		t.Fatal(err, change.Event)
	}
	if _, err := s.Update(t.Context(), change, 2, ada); err != nil || change.Event.ID != 0 {
		t.Errorf("a change of nothing: error %v, event %d", err, change.Event.ID)
	}
	if _, err := s.AddCrossReference(t.Context(), clerk, ada.ID, person.CrossReference{System: "a", Reference: "b"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), clerk, ada.ID, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), storage.Change{Actor: "loader"}, []person.Person{named("Bea", "B"), named("Cy", "C")}); err != nil {
		t.Fatal(err)
	}
	rows := []storage.ImportRow{{Reference: "1", Person: named("Di", "D")}, {Reference: "2", Person: named("Ed", "E")}}
	for range 2 { // the second brings nothing new
		if _, err := s.Import(t.Context(), storage.Change{Actor: "import x"}, storage.Source{System: "x", Fields: []string{"forename", "surname"}}, rows); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, e := range audited(t, conn) {
		got = append(got, fmt.Sprintf("%s %s %s %d %v %q %d", e.Caller, e.Action, e.Route, len(e.Persons), e.Fields, e.Reason, e.Status))
	}
	want := []string{
		`clerk create  1 [forename surname] "a test" 0`,
		`clerk update change-person 1 [title] "a test" 200`,
		`clerk update  1 [crossReferences] "a test" 0`,
		`clerk erase  1 [title forename surname crossReferences] "a test" 0`,
		`loader import  2 [forename surname] "" 0`,
		`import x import  2 [crossReferences forename surname] "" 0`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Ensures that whoever may write to the audit's tables can only add to them.
func TestTheAuditIsOnlyEverAddedTo(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	record(t, s, read("p-1"))
	seal(t, s)
	part := "audit_event_" + time.Now().UTC().Format("2006_01")
	for _, sql := range []string{
		"update audit_event set caller = 'x'", "delete from audit_event", "truncate audit_event",
		"update " + part + " set at = at + interval '1 second'", "delete from " + part, "truncate " + part,
		"update audit_seal set count = 7", "delete from audit_seal", "truncate audit_seal", "truncate audit_dropped",
	} {
		if _, err := conn.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "only ever added to") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// Ensures that the months to come have their tables before they begin, by
// whichever process is first.
func TestMonthsAreMadeAhead(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	now := audit.MonthOf(time.Now())
	exec(t, conn, "drop table audit_event_"+now.AddDate(0, 1, 0).Format("2006_01")+", audit_event_"+now.AddDate(0, 3, 0).Format("2006_01"))
	for _, err := range together(3, func(int) error { return s.TendAudit(t.Context()) }) {
		if err != nil {
			t.Error(err)
		}
	}
	for month := range 4 {
		at := now.AddDate(0, month, 0)
		exec(t, conn, "insert into audit_event select nextval('audit_event_id'), $1, 'a', '{}', '{}', '', '{}', '', 'read', 200, '{}', '{}', '', '{}', '', null, '{}'", at)
		exec(t, conn, "insert into audit_event select nextval('audit_event_id'), $1, 'a', '{}', '{}', '', '{}', '', 'read', 200, '{}', '{}', '', '{}', '', null, '{}'", at.AddDate(0, 1, 0).Add(-time.Microsecond))
	}
	if n := count(t, conn, "select count(*) from pg_inherits where inhparent = 'audit_event'::regclass"); n != 4 {
		t.Errorf("%d months", n)
	}
	if _, err := conn.Exec(t.Context(), "truncate audit_event_"+now.AddDate(0, 3, 0).Format("2006_01")); err == nil {
		t.Error("a month that was made later can be emptied")
	}
}

// searched is a search of a session that showed somebody.
func searched(session, request string, ids ...person.ID) audit.Event {
	return audit.Event{
		Caller: "officer", Roles: []access.Role{access.Reader}, Route: "search-persons", Action: audit.Search, Status: 200,
		Persons: ids, RequestIDs: []string{request}, Sealed: [][]byte{[]byte(request)}, Session: session,
	}
}

// Ensures that what an officer searched for while typing is one event, with
// everybody who was shown on the way, once the session is over and not before.
func TestASessionOfSearchesIsOneEvent(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	elsewhere := searched("a", "r-5", "p-9")
	elsewhere.From = "192.0.2.1"
	for _, e := range []audit.Event{
		searched("a", "r-1"), searched("a", "r-2", "p-1", "p-2"), searched("b", "r-3", "p-1"), searched("a", "r-4", "p-3", "p-2"), elsewhere,
	} {
		if err := s.RecordSearch(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	closing := func(idle, age time.Duration, searches, want int) {
		t.Helper()
		if n, err := s.CloseSessions(t.Context(), idle, age, searches); err != nil || n != want {
			t.Errorf("%d sessions closed, want %d; error %v", n, want, err)
		}
	}
	closing(time.Hour, time.Hour, 4, 0)
	if n := len(audited(t, conn)); n != 0 {
		t.Errorf("%d events of sessions that go on", n)
	}
	closing(time.Hour, time.Hour, 3, 1)
	e := audited(t, conn)[0]
	want := searched("a", "r-1", "p-1", "p-2", "p-3")
	want.RequestIDs, want.Sealed = []string{"r-1", "r-2", "r-4"}, [][]byte{[]byte("r-1"), []byte("r-2"), []byte("r-4")}
	if diff := cmp.Diff(want, e, cmpopts.IgnoreFields(audit.Event{}, "ID", "At", "Since"), cmpopts.EquateEmpty()); diff != "" || e.Since == nil || !e.Since.Before(e.At) {
		t.Errorf("since %v (-want +got):\n%s", e.Since, diff)
	}
	closing(0, time.Hour, 99, 2)
	closing(0, 0, 0, 0)
	if n := len(audited(t, conn)); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

// Ensures that however the job that closes sessions is ended, and however many run
// while officers type on, every search is on the audit once.
func TestNoSearchOfASessionIsLostOrTwice(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	if err := s.RecordSearch(t.Context(), searched("first", "r-0", "p-1")); err != nil {
		t.Fatal(err)
	}

	// The job has removed the session and waits to write the event: end it there.
	blocker := connect(t, c.URL)
	exec(t, blocker, "begin")
	exec(t, blocker, "lock table audit_event in exclusive mode")
	failed := make(chan error)
	go func() {
		_, err := s.CloseSessions(context.WithoutCancel(t.Context()), 0, 0, 0)
		failed <- err
	}()
	await(t, conn, "select count(*) from pg_locks where not granted and relation = 'audit_event'::regclass", 1)
	exec(t, conn, "select pg_terminate_backend(pid) from pg_locks where not granted and relation = 'audit_event'::regclass")
	if err := <-failed; err == nil {
		t.Fatal("the job was not ended")
	}
	exec(t, blocker, "rollback")

	const officers, searches = 4, 30
	var typing atomic.Int32
	typing.Store(officers)
	errs := together(officers+2, func(i int) error {
		if i >= officers {
			for typing.Load() > 0 {
				if _, err := s.CloseSessions(t.Context(), 0, time.Hour, 3); err != nil {
					return err
				}
			}
			return nil
		}
		defer typing.Add(-1)
		for n := range searches {
			if err := s.RecordSearch(t.Context(), searched(fmt.Sprint("s", i%2), fmt.Sprintf("r-%d-%d", i, n), person.ID(fmt.Sprint("p-", n)))); err != nil {
				return err
			}
		}
		return nil
	})
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if _, err := s.CloseSessions(t.Context(), 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	requests := map[string]int{}
	for _, e := range audited(t, conn) {
		for i, id := range e.RequestIDs {
			requests[id]++
			if string(e.Sealed[i]) != id {
				t.Errorf("search %s has the criteria of %s", id, e.Sealed[i])
			}
		}
	}
	if len(requests) != 1+officers*searches || slices.ContainsFunc(mapValues(requests), func(n int) bool { return n != 1 }) {
		t.Errorf("%d searches of %d, or some twice", len(requests), 1+officers*searches)
	}
}

func mapValues(m map[string]int) (values []int) {
	for _, n := range m {
		values = append(values, n)
	}
	return values
}

// Ensures that a session does not grow for ever: what it has no room for are
// events of their own.
func TestASessionHasAnEnd(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	for n := range 103 {
		if err := s.RecordSearch(t.Context(), searched("a", fmt.Sprint(n), "p-1")); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, conn, "select cardinality(request_ids) from audit_session"); n != 100 {
		t.Errorf("%d searches in the session", n)
	}
	if events := audited(t, conn); len(events) != 3 || events[0].Session != "a" {
		t.Errorf("%d events beside it", len(events))
	}
}
