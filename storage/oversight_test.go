package storage_test

import (
	"testing"
	"time"

	"personindex/audit"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// opening is the event of a caller who breaks the glass.
func opening(caller string) audit.Event {
	return audit.Event{
		Caller: caller, Action: audit.BreakGlass, Route: "read-person", Status: 200, RequestIDs: []string{"r-1"},
		Persons: []person.ID{"p-1"}, Sealed: [][]byte{{1, 2}}, Flags: []string{"break-glass"},
	}
}

// Ensures that however many requests come at once, one grant opens, with one event
// and one alert; and another one when it has ended.
func TestOneGrantOpensAtATime(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	opened := make([]bool, 20)
	until := make([]time.Time, len(opened))
	errs := together(len(opened), func(i int) (err error) {
		until[i], opened[i], err = s.BreakGlass(t.Context(), opening("officer"), time.Hour)
		return err
	})
	n := 0
	for i, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
		if opened[i] {
			n++
		}
		if !until[i].Equal(until[0]) {
			t.Errorf("one ends at %v and another at %v", until[0], until[i])
		}
	}
	events := func() int { return count(t, conn, "select count(*) from audit_event where action = 'break-glass'") }
	alerts := func() int { return count(t, conn, "select count(*) from alert where kind = 'break-glass'") }
	if n != 1 || events() != 1 || alerts() != 1 {
		t.Errorf("%d grants, %d events, %d alerts; want one each", n, events(), alerts())
	}
	if _, again, err := s.BreakGlass(t.Context(), opening("another officer"), time.Hour); err != nil || !again {
		t.Errorf("another officer has the first one's grant: %v", err)
	}
	exec(t, conn, "update break_glass set began_at = began_at - interval '2 hours', until = until - interval '2 hours' where caller = 'officer'")
	if _, again, err := s.BreakGlass(t.Context(), opening("officer"), time.Hour); err != nil || !again {
		t.Errorf("an ended grant goes on: %v", err)
	}
	if events() != 3 || alerts() != 3 {
		t.Errorf("%d events and %d alerts of three grants", events(), alerts())
	}
	exec(t, conn, "alter table alert add constraint nobody_is_told check (id < 0) not valid")
	if _, _, err := s.BreakGlass(t.Context(), opening("a third officer"), time.Hour); err == nil {
		t.Error("the glass breaks though nobody is told of it")
	}
	if n := count(t, conn, "select count(*) from break_glass where caller = 'a third officer'"); n != 0 || events() != 3 {
		t.Error("a grant or an event is there without its alert")
	}
}

// Ensures that an event that is odd makes its alert by itself, however it comes to
// the audit, and one of a kind an hour.
func TestOddEventsAreToldOf(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	look := func(caller string, flags ...string) {
		record(t, s, audit.Event{Caller: caller, Action: audit.Read, Status: 200, Persons: []person.ID{"p-1"}, Flags: flags})
	}
	told := func(want int, when string) {
		t.Helper()
		if n := count(t, conn, "select count(*) from alert where kind = 'odd-look-up'"); n != want {
			t.Errorf("%s: %d alerts, want %d", when, n, want)
		}
	}
	look("a")
	look("a", "break-glass")
	told(0, "nothing odd, and a grant that was told of")
	look("a", "own-surname")
	look("a", "own-surname")
	told(1, "the same twice")
	look("a", "own-address")
	told(2, "another oddness")
	look("b", "own-surname")
	told(3, "another caller")
	exec(t, conn, "update alert set at = at - interval '61 minutes'")
	look("a", "own-surname")
	told(4, "an hour later")
	search := audit.Event{Caller: "c", Action: audit.Search, Session: "s", Flags: []string{"colleague"}, RequestIDs: []string{"r"}}
	if err := s.RecordSearch(t.Context(), search); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CloseSessions(t.Context(), 0, 0, 1); err != nil {
		t.Fatal(err)
	}
	told(5, "a session of searches")
	alerts, err := s.ClaimAlerts(t.Context(), 100, time.Minute)
	if err != nil || len(alerts) != 5 {
		t.Fatalf("%d are due, %v", len(alerts), err)
	}
	if again, err := s.ClaimAlerts(t.Context(), 100, time.Minute); err != nil || len(again) != 0 {
		t.Errorf("%d are given to two at once, %v", len(again), err)
	}
	for _, a := range alerts {
		if err := s.AlertSent(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.ForgetAlerts(t.Context(), time.Hour); err != nil || n != 0 {
		t.Errorf("%d are forgotten at once, %v", n, err)
	}
	if n, err := s.ForgetAlerts(t.Context(), 0); err != nil || n != 5 {
		t.Errorf("%d are forgotten, %v", n, err)
	}
	if n := count(t, conn, "select count(*) from audit_event where flags <> '{}'"); n != 7 {
		t.Errorf("%d flagged events, want 7", n)
	}
}

// Ensures that the service can look after alerts and officers with its own rights,
// and can neither make an alert up nor be without one.
func TestAlertsAreTheAuditsOwn(t *testing.T) {
	t.Parallel()
	g := newGranted(t, storage.ServiceRole)
	s, conn := open(t, g.as), connect(t, g.as.URL)
	if _, opened, err := s.BreakGlass(t.Context(), opening("officer"), time.Hour); err != nil || !opened {
		t.Fatalf("break glass: %v", err)
	}
	alerts, err := s.ClaimAlerts(t.Context(), 1, time.Minute)
	if err != nil || len(alerts) != 1 {
		t.Fatalf("%d alerts, %v", len(alerts), err)
	}
	if err := s.PostponeAlert(t.Context(), alerts[0].ID); err != nil {
		t.Errorf("postpone: %v", err)
	}
	if _, err := s.FlagManyLookers(t.Context(), opening("persons"), 20, time.Hour); err != nil {
		t.Errorf("look for whom many look at: %v", err)
	}
	for _, forbidden := range []string{
		"insert into alert (kind, event, caller, persons, request_ids, flags) values ('break-glass', 1, 'a', '{}', '{}', '{}')",
		"alter table audit_event disable trigger audit_alerts",
		"drop trigger audit_alerts on audit_event",
		"update break_glass set until = now() + interval '1 year'",
		"delete from break_glass",
	} {
		if _, err := conn.Exec(t.Context(), forbidden); err == nil {
			t.Errorf("%s is allowed", forbidden)
		}
	}
}
