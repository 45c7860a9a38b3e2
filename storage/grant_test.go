package storage_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"personindex/audit"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// granted is a register, and a login role that was granted what a purpose needs.
type granted struct {
	owner storage.Config
	role  string
	as    storage.Config // opens the register as the role
}

func newGranted(t *testing.T, purpose storage.Purpose) granted {
	t.Helper()
	role := storagetest.NewRole(t) // before the database, to be dropped after it
	g := granted{owner: storagetest.NewConfig(t), role: role}
	if err := storage.Grant(t.Context(), g.owner, purpose, role); err != nil {
		t.Fatal(err)
	}
	g.as = g.owner
	g.as.URL = storagetest.WithRole(t, g.owner.URL, role)
	g.as.ImportKey = "0123456789abcdef0123456789abcdef"
	return g
}

// Ensures that all that the service does works with the rights of its role.
func TestTheServiceRoleSuffices(t *testing.T) {
	t.Parallel()
	g := newGranted(t, storage.ServiceRole)
	s := open(t, g.as)
	ctx := t.Context()
	if err := s.CheckSchema(ctx); err != nil {
		t.Errorf("it cannot see that the schema is current: %v", err)
	}
	register(t, s, "people")

	p := create(t, s, ada())
	p.Surname = "Married"
	p, err := s.Update(ctx, clerk, 1, p)
	if err != nil {
		t.Fatalf("update: %v", err)
	}
	if p, err = s.AddCrossReference(ctx, clerk, p.ID, person.CrossReference{System: "library", Reference: "L-1"}, nil); err != nil {
		t.Fatalf("add a cross-reference: %v", err)
	}
	if _, err := s.History(ctx, person.VeryRestricted, p.ID, 0, 10); err != nil {
		t.Errorf("history: %v", err)
	}
	if _, err := s.Provenance(ctx, person.VeryRestricted, p); err != nil {
		t.Errorf("provenance: %v", err)
	}
	if loaded, err := s.Load(ctx, clerk, []person.Person{named("A", "Example"), named("B", "Example"), named("C", "Example")}); err != nil || loaded != 3 {
		t.Errorf("load: %d, %v", loaded, err)
	}
	err = s.WithImport(ctx, "housing", func(ctx context.Context) error {
		_, err := s.Import(ctx, clerk, storage.Source{System: "housing", Fields: []string{"forename", "surname"}},
			[]storage.ImportRow{{Reference: "H-77", Person: named("Im", "Ported")}, {Reference: "H-9", Person: named("Ada", "Other")}})
		return err
	})
	if err != nil {
		t.Errorf("import: %v", err)
	}
	if _, err := s.RefreshFrequencies(ctx, func(int64, int64) {}); err != nil {
		t.Errorf("count names: %v", err)
	}
	if err := s.Rekey(ctx, func(int64, int64) {}); err != nil {
		t.Errorf("rekey: %v", err)
	}
	if err := s.Record(ctx, audit.Event{Caller: "clerk", Action: audit.Read}); err != nil {
		t.Errorf("record: %v", err)
	}
	for range 2 {
		if err := s.RecordSearch(ctx, audit.Event{Caller: "clerk", Action: audit.Search, Session: "s-1"}); err != nil {
			t.Errorf("record search: %v", err)
		}
	}
	sealer := audit.NewSealer(s, time.Minute, slog.New(slog.DiscardHandler))
	if err := sealer.RunOnce(ctx); err != nil {
		t.Errorf("seal: %v", err)
	}
	claimed := claim(t, s, "people")
	if len(claimed) != 5 {
		t.Errorf("%d people wait for the index, want 5", len(claimed))
	}
	if err := s.RetireIndex(ctx, "people"); err != nil {
		t.Errorf("retire index: %v", err)
	}
	imported, err := s.PersonByCrossReference(ctx, person.VeryRestricted, "housing", "H-77")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(ctx, clerk, imported.ID, 1); err != nil {
		t.Errorf("erase: %v", err)
	}
}

// Ensures that the service's role can do nothing that no part of the service does.
func TestTheServiceRoleIsBound(t *testing.T) {
	t.Parallel()
	g := newGranted(t, storage.ServiceRole)
	create(t, open(t, g.as), named("Ada", "Example"))
	conn := connect(t, g.as.URL)
	exec(t, connect(t, g.owner.URL), "create table of_others (secret text)")
	month := "audit_event_" + time.Now().UTC().Format("2006_01")
	for _, forbidden := range []string{
		"create table mine (a int)",
		"create temporary table mine (a int)",
		"create schema mine",
		"create function mine() returns int language sql as 'select 1'",
		"alter table person add column mine text",
		"alter table person disable trigger all",
		"alter table person disable trigger person_moves_on",
		"set session_replication_role = replica",
		"drop trigger person_moves_on on person",
		"create or replace function person_moves_on() returns trigger language plpgsql as 'begin return null; end'",
		"drop table frequency",
		"delete from person",
		"truncate person cascade",
		"update audit_event set caller = 'nobody'",
		"update audit_event set caller = 'nobody' where false",
		"delete from audit_event",
		"truncate audit_event",
		"update " + month + " set caller = 'nobody'",
		"select from " + month,
		"truncate " + month,
		"drop table " + month,
		"alter table audit_event detach partition " + month,
		"alter table audit_event disable trigger all",
		"select setval('audit_event_id', 1)",
		"delete from audit_seal",
		"update audit_seal set hash = ''",
		"insert into audit_dropped values ('2026-01-01', now(), 'a', 1, 1, '')",
		"create or replace function audit_tend() returns void language sql as 'select'",
		"update person_change set actor = 'nobody'",
		"delete from person_change",
		"truncate person_change",
		"alter table person_change disable trigger all",
		"insert into person_change (actor, action, person_id, version) values ('a', 'updated', 'x', 1) on conflict (person_id, version) do update set actor = 'nobody'",
		"update person_history set body = '{}'",
		"truncate person_history",
		"delete from erased_reference",
		"delete from import_key",
		"insert into api_key select * from api_key",
		"update api_key set roles = '{admin}'",
		"update api_key set revoked_at = null",
		"delete from api_key",
		"update extended_data set sealed = null",
		"update import_key set fingerprint = ''",
		"insert into granted_role values ('persons', 'service')",
		"select * from granted_role",
		"update goose_db_version set version_id = 1",
		"select * from of_others",
		"select * from pg_authid",
		"copy person to program 'cat'",
		"copy person to '/tmp/people'",
	} {
		_, err := conn.Exec(t.Context(), forbidden)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("%s: %v, want insufficient privilege", forbidden, err)
		}
	}
}

// ownersAlone are the statements that only the role that migrates runs.
var ownersAlone = []string{
	"role_check", "role_list", "role_remember", // persons migrate
	"api_key_insert", "api_key_revoke", // persons api-key
	"audit_dropped_insert", // persons audit drop
	"extended_reseal",      // persons encryption rotate
}

// beyondSQL is what is done by COPY, for which there is no file.
var beyondSQL = []string{
	"insert into frequency (kind, word, people) select 'a', 'b', 3",
	"select version_id from goose_db_version", // goose's
}

// Ensures that the service's role has the rights that some statement needs, and no
// other: a new statement or table fails here until roles/service.sql is right.
func TestTheServiceRoleHasWhatTheStatementsNeed(t *testing.T) {
	t.Parallel()
	g := newGranted(t, storage.ServiceRole)
	conn := connect(t, g.owner.URL)
	checks := permissionChecks(t, conn)
	refused := func(rights string) (names []string) {
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
		exec(t, conn, rights)
		exec(t, conn, "set local role "+pgx.Identifier{g.role}.Sanitize())
		for name, sql := range checks {
			exec(t, conn, "savepoint each")
			var lacking *pgconn.PgError
			if _, err := conn.Exec(t.Context(), sql); errors.As(err, &lacking) && lacking.Code == "42501" {
				names = append(names, name)
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			exec(t, conn, "rollback to savepoint each")
		}
		slices.Sort(names)
		return names
	}
	if lacking := refused("select"); len(lacking) > 0 {
		t.Fatalf("roles/service.sql lacks what these need: %v", lacking)
	}
	rows, err := conn.Query(t.Context(), `select format('revoke %s on %I from %I', privilege_type, table_name, grantee)
		from information_schema.role_table_grants where grantee = $1`, g.role)
	if err != nil {
		t.Fatal(err)
	}
	revocations, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(revocations) == 0 {
		t.Fatalf("no rights: %v", err)
	}
	for _, revoke := range revocations {
		if len(refused(revoke)) == 0 {
			t.Errorf("no statement needs what this takes away: %s", revoke)
		}
	}
}

// permissionChecks are statements, by the names of their files, that Postgres
// checks for rights as it does those files, and that change nothing.
func permissionChecks(t *testing.T, conn *pgx.Conn) map[string]string {
	t.Helper()
	files, err := filepath.Glob("sql/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no statements: %v", err)
	}
	checks := map[string]string{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(ownersAlone, name) {
			checks[name] = permissionCheck(t, conn, name, string(body))
		}
	}
	for i, sql := range beyondSQL {
		checks[fmt.Sprintf("beyond %d", i)] = "explain " + sql
	}
	return checks
}

func permissionCheck(t *testing.T, conn *pgx.Conn, name, body string) string {
	t.Helper()
	sql, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), conn, body, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(sql, "\n")
	for strings.HasPrefix(rest, "--") {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	if !slices.Contains([]string{"select", "insert", "update", "delete", "with"}, strings.ToLower(strings.Fields(rest)[0])) {
		return sql // lock, listen, notify and set cannot be explained, and harm nobody
	}
	described, err := conn.Prepare(t.Context(), name, sql)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	arguments := ""
	if n := len(described.ParamOIDs); n > 0 {
		arguments = "(" + strings.TrimSuffix(strings.Repeat("null,", n), ",") + ")"
	}
	return "explain execute " + name + arguments
}

func TestTheAuditReaderReadsTheAuditAlone(t *testing.T) {
	t.Parallel()
	g := newGranted(t, storage.AuditReaderRole)
	create(t, open(t, g.owner), named("Ada", "Example"))
	conn := connect(t, g.as.URL)
	if n := count(t, conn, "select count(*) from audit_event"); n != 1 {
		t.Errorf("it reads %d events, want 1", n)
	}
	rows, err := connect(t, g.owner.URL).Query(t.Context(), "select tablename from pg_tables where schemaname = 'public'")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		_, err := conn.Exec(t.Context(), "select from "+table)
		allowed := []string{"audit_event", "audit_seal", "audit_dropped", "audit_session", "person_change", "break_glass", "alert", "goose_db_version"}
		if (err == nil) != slices.Contains(allowed, table) {
			t.Errorf("reading %s gives %v", table, err)
		}
		for _, sql := range []string{"delete from " + table, "truncate " + table} {
			if _, err := conn.Exec(t.Context(), sql); err == nil {
				t.Errorf("%s is allowed", sql)
			}
		}
	}
}

func TestGrantRefuses(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	wantError(t, storage.Grant(t.Context(), c, storage.ServiceRole, "nobody of this name"), storage.ErrNoRole)
	owner, err := url.Parse(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, storage.Grant(t.Context(), c, storage.ServiceRole, owner.User.Username()), storage.ErrRoleOwns)
	if err := storage.Grant(t.Context(), c, "kitchen", "x"); err == nil {
		t.Error("it grants for a purpose that there is not")
	}
}

// Ensures that a role is given new tables by the next migration, loses what it was
// given by hand, and may change its purpose.
func TestGrantsAreRenewed(t *testing.T) {
	t.Parallel()
	g := newGranted(t, storage.ServiceRole)
	admin := connect(t, g.owner.URL)
	role := pgx.Identifier{g.role}.Sanitize()
	exec(t, admin, "revoke insert on person from "+role)
	exec(t, admin, "grant delete on audit_seal to "+role)
	var told strings.Builder
	if err := storage.Migrate(t.Context(), g.owner, &told); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told.String(), g.role) {
		t.Errorf("it says %q", told.String())
	}
	may := func(what, table string) bool {
		return count(t, admin, "select has_table_privilege($1, $2, $3)::int", g.role, table, what) == 1
	}
	if !may("insert", "person") || may("delete", "audit_seal") {
		t.Error("the role does not have what it needs, and no more")
	}
	if err := storage.Grant(t.Context(), g.owner, storage.AuditReaderRole, g.role); err != nil {
		t.Fatal(err)
	}
	if may("select", "person") || !may("select", "audit_event") {
		t.Error("the role has what its former purpose needed")
	}
	sql, err := storage.GrantSQL(t.Context(), g.owner, storage.ServiceRole, g.role)
	if err != nil || !strings.Contains(sql, "grant select, insert on audit_event to "+role) {
		t.Errorf("the SQL to run by hand is %s, %v", sql, err)
	}
}
