package storage_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/audit"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// Ensures that what was sealed stays provable, and that what somebody with every
// right does to a row or to a seal is found and named.
func TestVerifyFindsWhatWasDoneToTheAudit(t *testing.T) {
	t.Parallel()
	const evil = "alter table audit_event disable trigger all; alter table audit_seal disable trigger all;"
	part := "audit_event_" + time.Now().UTC().Format("2006_01")
	for _, test := range []struct{ name, sql, want string }{
		{"nothing", "", ""},
		{"a changed caller", "update audit_event set caller = 'innocent' where id = 2", "event 2 of seal 1 was changed"},
		{"a moved time", "update audit_event set at = at - interval '1 microsecond' where id = 5", "event 5 of seal 2 was changed"},
		{"another person", "update audit_event set persons = '{p-9}' where id = 5", "event 5 of seal 2 was changed"},
		{"a person moved from one list to the other", "update audit_event set fields = persons, persons = '{}' where id = 5", "event 5 of seal 2 was changed"},
		{"a removed row", "delete from audit_event where id = 4", "event 4 of seal 2 (MONTH) was removed"},
		{"the last rows removed", "delete from audit_event where id >= 8", "event 8 of seal 3 (MONTH) was removed"},
		{"an emptied month", "alter table " + part + " disable trigger all; truncate " + part, "event 1 of seal 1 (MONTH) was removed"},
		{"an inserted row", "insert into audit_event select nextval('audit_event_id'), at - interval '2 hours', caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, since, flags from audit_event where id = 1", "is in no seal: it was inserted"},
		{"a row inserted under another's id", "insert into audit_event select id, at + interval '1 microsecond', caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, since, flags from audit_event where id = 1", "event 1 of seal 1 is there twice"},
		{"a removed seal", "delete from audit_seal where number = 2", "seal 2 is missing"},
		{"the first seal removed", "delete from audit_seal where number = 1", "seal 1 is missing"},
		{"the last seal removed", "delete from audit_seal where number = 3", "seal 3, which was noted, is missing"},
		{"all of it removed", "delete from audit_seal; delete from audit_event", "seal 3, which was noted, is missing"},
		{"an inserted seal", "insert into audit_seal select number + 1, month, '{[100,101)}', 1, through, '\\x00000000', hash, '\\x' || repeat('00', 31)::bytea from audit_seal where number = 3", "event 100 of seal 4 (MONTH) was removed"},
		{"a row removed and its seal adjusted", "delete from audit_event where id = 4; update audit_seal set events = '{[5,7)}', count = 2, marks = substr(marks, 5) where number = 2", "seal 2 does not have the hash of its events"},
		{"a seal that says that it looked less far", "update audit_seal set through = through - interval '1 day' where number = 3", "seal 3 does not have the hash of its events"},
		{"a seal that covers an inserted row", "update audit_seal set events = events + '{[200,201)}', count = count + 1, marks = marks || '\\x00000000' where number = 2", "event 200 of seal 2"},
		{"a month said to have been dropped", "insert into audit_dropped select month, '2026-01-01', 'x', 9, 3, hash from audit_seal where number = 3", "is said to have been dropped, and no event tells of it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := storagetest.NewConfig(t)
			s, conn := open(t, c), connect(t, c.URL)
			for i := range 9 {
				record(t, s, read(person.ID(fmt.Sprint("p-", i+1))))
				if i%3 == 2 {
					seal(t, s)
				}
			}
			noted := head(t, s)
			exec(t, conn, evil)
			exec(t, conn, test.sql)
			report := verify(t, s, noted)
			want := strings.ReplaceAll(test.want, "MONTH", time.Now().UTC().Format("2006-01"))
			switch {
			case want == "" && (len(report.Wrong) > 0 || report.Seals != 3 || report.Events != 9 || report.Head.String() != noted.String()):
				t.Errorf("a chain that holds: %+v", report)
			case want != "" && !strings.Contains(strings.Join(report.Wrong, "\n"), want):
				t.Errorf("found %q, which should tell that %s", report.Wrong, want)
			}
		})
	}
}

// Ensures that a chain that was written anew, seals and all, does not pass for the
// one whose head was noted.
func TestAChainWrittenAnewIsNotTheOneThatWasNoted(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	record(t, s, read("p-1"), read("p-2"))
	seal(t, s)
	noted := head(t, s)
	exec(t, conn, "alter table audit_event disable trigger all; alter table audit_seal disable trigger all")
	exec(t, conn, "delete from audit_event where id = 1; delete from audit_seal")
	seal(t, s)
	if report := verify(t, s, audit.Head{}); len(report.Wrong) > 0 {
		t.Errorf("it should look like a good chain by itself: %v", report.Wrong)
	}
	if report := verify(t, s, noted); len(report.Wrong) != 1 || !strings.Contains(report.Wrong[0], "seal 1 is not the one that was noted") {
		t.Errorf("%v", report.Wrong)
	}
}

// Ensures that an event that becomes visible only after later ones were sealed is
// sealed too, and that no event is in two seals, though several processes seal.
func TestEventsThatCommitLateAreSealed(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "insert into audit_event (caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, flags) values ('late', '{}', '{}', '', '{}', '', 'read', 200, '{}', '{}', '', '{}', '', '{}')"); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		record(t, s, read(person.ID(fmt.Sprint(i))))
		if i%5 == 4 {
			together(3, func(int) error { seal(t, s); return nil })
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	seal(t, s)
	report := verify(t, s, head(t, s))
	if len(report.Wrong) > 0 || report.Events != 21 {
		t.Errorf("%+v", report)
	}
	if n := count(t, conn, "select sum(count)::int from audit_seal"); n != 21 {
		t.Errorf("%d events in seals", n)
	}
}

// Ensures that a seal is of one month, so that a month can go as a whole.
func TestASealIsOfOneMonth(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	now := audit.MonthOf(time.Now())
	addMonth(t, conn, now.AddDate(0, -1, 0))
	record(t, s, read("p-1"))
	for _, at := range []time.Time{now.Add(-time.Hour), now.Add(-time.Minute)} {
		exec(t, conn, "insert into audit_event select nextval('audit_event_id'), $1, caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, since, flags from audit_event where id = 1", at)
	}
	seal(t, s)
	if n := count(t, conn, "select count(distinct month) from audit_seal"); n != 2 {
		t.Errorf("%d months", n)
	}
	if report := verify(t, s, head(t, s)); len(report.Wrong) > 0 || report.Events != 3 {
		t.Errorf("%+v", report)
	}
}

// addMonth makes the table of a month that is over.
func addMonth(tb testing.TB, conn *pgx.Conn, month time.Time) {
	tb.Helper()
	exec(tb, conn, fmt.Sprintf("create table audit_event_%s partition of audit_event for values from ('%s') to ('%s')",
		month.Format("2006_01"), month.Format(time.RFC3339), month.AddDate(0, 1, 0).Format(time.RFC3339)))
}

// Ensures that a month that is dropped leaves its hashes: what is left still
// proves the rest, and tells who dropped it.
func TestADroppedMonthLeavesItsHashes(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	now := audit.MonthOf(time.Now())
	past := now.AddDate(0, -2, 0)
	addMonth(t, conn, past)
	addMonth(t, conn, now.AddDate(0, -1, 0))
	old := "insert into audit_event (at, caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, flags) values ($1, 'old', '{}', '{}', '', '{}', '', 'read', 200, '{}', '{}', '', '{}', '', '{}')"
	exec(t, conn, old, past.AddDate(0, 0, 3))
	exec(t, conn, old, past.AddDate(0, 0, 4))

	if _, err := s.DropAudit(t.Context(), "keeper", past); err == nil {
		t.Error("a month was dropped that is not sealed")
	}
	seal(t, s)
	record(t, s, read("p-1"))
	seal(t, s)
	wantError(t, drop(s, t.Context(), now), storage.ErrMonthUnsealed)
	months, err := s.AuditMonths(t.Context())
	if err != nil || len(months) != 6 || !months[0].Equal(past) {
		t.Fatal(months, err)
	}
	for _, month := range months[:2] {
		if err := drop(s, t.Context(), month); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, conn, "select count(*) from audit_event where caller = 'old'"); n != 0 {
		t.Errorf("%d events left", n)
	}
	seal(t, s)
	report := verify(t, s, head(t, s))
	if len(report.Wrong) > 0 || report.Dropped != 2 || report.Events != 3 {
		t.Errorf("%+v", report)
	}
	if n := count(t, conn, "select count(*) from audit_event where action = 'drop' and caller = 'keeper'"); n != 2 {
		t.Errorf("%d events tell of it", n)
	}
	exec(t, conn, "alter table audit_seal disable trigger all; update audit_seal set hash = sha256('x') where number = 1")
	if report := verify(t, s, audit.Head{}); len(report.Wrong) == 0 {
		t.Error("a changed hash of a dropped month is not found")
	}
}

func drop(s *storage.Store, ctx context.Context, month time.Time) error {
	_, err := s.DropAudit(ctx, "keeper", month)
	return err
}

// Ensures that a round that cannot be done says so, and does not pass for one
// after which everything was sealed.
func TestASealerThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	record(t, s, read("p-1"))
	sealer := audit.NewSealer(s, time.Minute, slog.New(slog.DiscardHandler))
	exec(t, conn, "alter table audit_seal rename to elsewhere")
	if err := sealer.RunOnce(t.Context()); err == nil {
		t.Error("nothing failed")
	}
	exec(t, conn, "alter table elsewhere rename to audit_seal")
	if err := sealer.RunOnce(t.Context()); err != nil {
		t.Error(err)
	}
	if report := verify(t, s, head(t, s)); report.Events != 1 || len(report.Wrong) > 0 {
		t.Errorf("%+v", report)
	}
}
