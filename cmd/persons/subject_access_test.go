package main

import (
	"context"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"personindex/subject"
)

// reportOf runs subject-access and returns what it wrote.
func (e *everywhere) reportOf() (subject.Report, string, string) {
	e.t.Helper()
	folder := e.t.TempDir()
	cmd, _ := e.command("subject-access", string(e.id), "--out", folder)
	if err := cmd.Run(); err != nil {
		e.t.Fatal(err)
	}
	read := func(extension string) string {
		path := filepath.Join(folder, string(e.id)+extension)
		if about, err := os.Stat(path); err != nil || about.Mode().Perm() != 0o600 {
			e.t.Errorf("%s may be read by others, %v", path, err)
		}
		return importer{installation: e.installation}.read(path)
	}
	document, page := read(".json"), read(".html")
	var report subject.Report
	if err := json.Unmarshal([]byte(document), &report); err != nil {
		e.t.Fatal(err)
	}
	return report, document, page
}

// Ensures that a report holds every value that is held, in both forms, and names the
// tables that hold them.
func TestSubjectAccessTellsEverything(t *testing.T) {
	t.Parallel()
	e := newEverywhere(t)
	report, document, page := e.reportOf()
	text := html.UnescapeString(page)
	spoken := map[string]string{"1911-02-03": "3 february 1911", "1999-07-08": "8 july 1999", "1931-05-06": "6 may 1931"}
	for _, mark := range marks() {
		if !holds(document, mark) {
			t.Errorf("the JSON lacks %s", mark)
		}
		if said, ok := spoken[mark]; ok {
			mark = said
		}
		if !holds(text, strings.ReplaceAll(mark, " ", "")) {
			t.Errorf("the page lacks %s", mark)
		}
	}
	if len(report.Index) != 1 || !holds(string(report.Index[0].Document), "zyzzyquill") {
		t.Errorf("the index's document is not in it: %v", report.Index)
	}
	if held := report.Areas["housing"]; len(held) != 1 || !strings.Contains(page, "zyzzysealed") || !strings.Contains(document, "zyzzysealed") {
		t.Errorf("what a service area holds is not in it: %v", held)
	}
	if from := report.Provenance["surname"]; from.System != "persons" {
		t.Errorf("the surname comes from %q", from.System)
	}
	for _, told := range []string{"Zyzzygrace (zyzzymother)", "names this one", "entered here"} {
		if !strings.Contains(text, told) {
			t.Errorf("the page does not say %q", told)
		}
	}
	for _, loaded := range []string{"<script", "src=", "<link", "http://", "https://", "@import"} {
		if strings.Contains(page, loaded) {
			t.Errorf("the page needs something else: %s", loaded)
		}
	}
	for table, content := range dump(t, e.config.URL) {
		name := strings.TrimPrefix(table, "public.")
		if strings.HasPrefix(name, "audit_event_") {
			name = "audit_event" // a month of it
		}
		if _, told := report.Held[name]; !told && strings.Contains(content, string(e.id)) {
			t.Errorf("%s holds the id and is not in the report", table)
		}
	}
	e.erase()
	report, document, _ = e.reportOf()
	if !report.Erased || holds(document, "zyzzy") || len(report.Held["audit_event"]) < 5 {
		t.Error("of somebody erased it does not tell what stays, and that alone")
	}
	if !strings.Contains(document, `"action":"export"`) && !strings.Contains(document, `"action": "export"`) {
		t.Error("that a report was made is not on the audit")
	}
	nobody, output := e.command("subject-access", "nobody")
	if err := nobody.Run(); err == nil || !strings.Contains(output.String(), "no such person") {
		t.Errorf("of nobody it says %s", output)
	}
}

// untold are the tables that name people and are in no report, and why.
func untold() map[string]string {
	return map[string]string{
		"caller": "its subjects are officers; one who asks is told from it by hand",
	}
}

// Ensures that no table that names people is left out of reports: one that is new
// fails here until it is in storage.holdings, or among untold with a reason.
func TestNoTableIsForgottenInReports(t *testing.T) {
	t.Parallel()
	e := newEverywhere(t)
	told := map[string]bool{}
	held, err := e.a.store.Holdings(t.Context(), e.id)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range held {
		told[h.Table] = true
	}
	conn, err := pgx.Connect(t.Context(), e.config.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	rows, err := conn.Query(t.Context(), `
		select distinct table_name::text from information_schema.columns
		where table_schema = 'public' and column_name ~ '(^|_)(person|persons|subject|survivor)(_ids?)?$' and data_type in ('text', 'ARRAY')
			and table_name not in (select inhrelid::regclass::text from pg_inherits)
		union
		select distinct c.conrelid::regclass::text from pg_constraint c where c.confrelid = 'person'::regclass`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 6 {
		t.Fatalf("%d tables name people, %v", len(tables), err)
	}
	for _, table := range tables {
		if reason := untold()[table]; !told[table] && reason == "" {
			t.Errorf("%s names people: put it into storage.holdings, or among untold with a reason", table)
		}
	}
}
