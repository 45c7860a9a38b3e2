package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/encryption"
	"personindex/person"
	"personindex/storage"
)

// somebody is a person who says something in every field, and whose every value is
// found nowhere else. The marks are what to look for.
const somebody = `{"title":"Zyzzytitle","forename":"Zyzzyada","preferredForename":"Zyzzyaddie","middleName":"Zyzzymay",
 "surname":"Zyzzyquill","preferredSurname":"Zyzzyquell","previousNames":[{"forename":"Zyzzyborn","surname":"Zyzzymaiden","from":"1911-02","to":"1931-05-06"}],
 "dateOfBirth":"1911-02-03","placeOfBirth":"Zyzzyport","nationality":"Zyzzyan","gender":"Zyzzygender","ethnicOrigin":"Zyzzyethnic",
 "identification":[{"type":"NI","value":"QQ 98 76 54 A","originalDocumentSeen":true,"linkToDocument":"zyzzylink"},{"type":"passport","value":"ZYZZYPASS1"}],
 "languages":[{"language":"Zyzzyish","isPrimary":true}],
 "communication":[{"channel":"email","value":"zyzzymail@example.org"},{"channel":"phone","value":"07700 900987"}],
 "communicationRequirements":["zyzzysigns"],
 "addresses":[{"type":"current","line1":"Flat 9","line2":"1 Zyzzystreet","line3":"Zyzzyestate","line4":"Zyzzyward","town":"Zyzzytown","postcode":"ZE2 9ZZ","uprn":"199000999001"}],
 "crossReferences":[{"system":"library","reference":"ZYZZYREF-1"}],"personTypes":["zyzzytype"],
 "relations":[{"name":"Zyzzygrace","type":"zyzzymother"}],"dateOfDeath":"1999-07-08",
 "restriction":"restricted","restrictionReason":"zyzzyreason"}`

// marks are the values of somebody, of what came before and of what imports said.
func marks() []string {
	return []string{
		"zyzzytitle", "zyzzyada", "zyzzyaddie", "zyzzymay", "zyzzyquill", "zyzzyquell", "zyzzyborn", "zyzzymaiden", "zyzzyport",
		"zyzzyan", "zyzzygender", "zyzzyethnic", "zyzzylink", "zyzzypass1", "zyzzyish", "zyzzymail@example.org", "zyzzysigns",
		"zyzzystreet", "zyzzyestate", "zyzzyward", "zyzzytown", "zyzzyref-1", "zyzzytype", "zyzzygrace", "zyzzymother",
		"1911-02-03", "1999-07-08", "1931-05-06", "qq987654", "7700900987", "199000999001", "ze29zz",
		"zyzzybefore",                 // a value that was changed
		"zyzzyimported", "zyzzyhouse", // what an import said
		"zyzzyhousingref", // by which it said so
		"zyzzyreason",     // why they are restricted
	}
}

// everywhere is an installation in which somebody is held wherever a person can be.
type everywhere struct {
	installation
	a       *app
	service *httptest.Server
	id      person.ID
	version int64
}

func newEverywhere(t *testing.T, settings ...string) *everywhere {
	t.Helper()
	in := newInstallation(t, append(settings, testImportKey, "PERSONS_ENCRYPTION_KEYS_FILE="+newKeysFile(t))...)
	e := &everywhere{installation: in, a: in.open()}
	t.Cleanup(e.a.close)
	e.service = httptest.NewServer(e.a.api())
	t.Cleanup(e.service.Close)
	if err := e.a.indexer.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	e.fill()
	return e
}

// newKeysFile makes keys that seal what service areas hold.
func newKeysFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys.json")
	if err := encryption.Create(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// fill holds somebody everywhere: by the API with a key, changed, searched for, read,
// named by another person, and imported.
func (e *everywhere) fill() {
	e.t.Helper()
	before := strings.Replace(somebody, "Zyzzyquell", "Zyzzybefore", 1)
	created := decode(e.t, e.request(http.StatusCreated, http.MethodPost, "/persons", before, "Idempotency-Key", "k-1"))
	e.id = person.ID(created["id"].(string))
	e.request(http.StatusOK, http.MethodPatch, "/persons/"+string(e.id), `{"preferredSurname":"Zyzzyquell"}`, "If-Match", `"1"`)
	relative := decode(e.t, e.request(http.StatusCreated, http.MethodPost, "/persons",
		`{"forename":"Other","surname":"Relative","relations":[{"personId":"`+string(e.id)+`","type":"daughter"}]}`))
	e.request(http.StatusCreated, http.MethodPost, "/persons/"+string(e.id)+"/crossReferences", `{"system":"housing","reference":"ZYZZYHOUSINGREF"}`)
	e.request(http.StatusOK, http.MethodGet, "/persons?lastName=Zyzzyquill&dateOfBirth=1911-02-03&address=1+Zyzzystreet", "")
	e.request(http.StatusOK, http.MethodGet, "/persons/"+string(e.id), "")
	if _, err := e.a.store.ReviseExtended(e.t.Context(), storage.Change{Actor: "housing", Clearance: person.VeryRestricted}, e.id, "housing", 0, []byte(`{"note":"zyzzysealed"}`)); err != nil {
		e.t.Fatal(err)
	}
	pair := []person.Resemblance{{ID: person.ID(relative["id"].(string)), Weight: 9, Probability: .5, Model: "m"}}
	if err := e.a.store.SettleDuplicateCheck(e.t.Context(), person.DuplicateCheck{ID: e.id}, pair); err != nil {
		e.t.Fatal(err)
	}
	imports := importer{e.installation, e.a, e.t.TempDir()}
	path := imports.write("housing.ndjson", `{"reference":"ZYZZYHOUSINGREF","forename":"Zyzzyimported","surname":"Zyzzyquill","line1":"4 Zyzzyhouse Road"}`)
	columns := imports.write("map.yaml", "reference: reference\nforename: forename\nsurname: surname\nline1: line1\n")
	imports.imports(path, "--map", columns)
	e.index()
	p, err := e.a.store.Person(e.t.Context(), person.VeryRestricted, e.id)
	if err != nil {
		e.t.Fatal(err)
	}
	e.version = p.Version
}

func (e *everywhere) erase() {
	e.t.Helper()
	e.request(http.StatusNoContent, http.MethodDelete, "/persons/"+string(e.id), "",
		"If-Match", fmt.Sprintf(`"%d"`, e.version), "Erasure-Reason", "Article 17 request")
	e.index()
}

// index makes searchable what changed.
func (e *everywhere) index() {
	e.t.Helper()
	if _, err := e.a.indexer.Drain(e.t.Context()); err != nil {
		e.t.Fatal(err)
	}
}

// request asks the API, as somebody who may do everything.
func (e *everywhere) request(want int, method, path, body string, headers ...string) []byte {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), method, e.service.URL+path, strings.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+tokenOf(e.t, access.Roles()...))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := e.service.Client().Do(r)
	if err != nil {
		e.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		e.t.Fatal(err)
	}
	if answer.StatusCode != want {
		e.t.Fatalf("%s %s answers %d: %s", method, path, answer.StatusCode, content)
	}
	return content
}

// dump is every row of every table as text, of all schemas but Postgres's own.
func dump(t *testing.T, url string) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	rows, err := conn.Query(t.Context(), `select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\_toast%'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, table := range tables {
		var text string
		if err := conn.QueryRow(t.Context(), "select coalesce(string_agg(t::text, chr(10)), '') from "+table+" t").Scan(&text); err != nil {
			t.Fatal(err)
		}
		texts[table] = text
	}
	return texts
}

// indexed is every document of every index of the installation, as text.
func (e *everywhere) indexed() string {
	e.t.Helper()
	address := e.a.config.Elasticsearch.URLs[0] + "/" + e.a.config.Elasticsearch.IndexPrefix + "*"
	if status, answer := request(e.t, http.MethodPost, address+"/_refresh", ""); status != http.StatusOK {
		e.t.Fatalf("refresh answers %d %s", status, answer)
	}
	status, answer := request(e.t, http.MethodPost, address+"/_search?size=1000", "{}")
	if status != http.StatusOK {
		e.t.Fatalf("search answers %d %s", status, answer)
	}
	return string(answer)
}

// holds reports whether a text holds a mark: in any case, with or without spaces,
// or as the bytes of a column.
func holds(text, mark string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, mark) || strings.Contains(strings.ReplaceAll(text, " ", ""), mark) ||
		strings.Contains(text, fmt.Sprintf("%x", mark)) || strings.Contains(text, fmt.Sprintf("%x", strings.ToUpper(mark)))
}

func TestSomebodySaysSomethingInEveryField(t *testing.T) {
	t.Parallel()
	said := decode(t, []byte(somebody))
	for field := range reflect.TypeFor[person.Person]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Tag.Get("readOnly") == "" && said[name] == nil {
			t.Errorf("%s is not tried", name)
		}
	}
}

// Ensures that an erasure leaves no value anywhere, having seen every one of them
// before, and that the audit keeps that it happened.
func TestErasureLeavesNoValueAnywhere(t *testing.T) {
	t.Parallel()
	e := newEverywhere(t)
	tables, index := dump(t, e.config.URL), e.indexed()
	for _, mark := range marks() {
		if !holds(strings.Join(values(tables), "\n"), mark) {
			t.Errorf("%s is nowhere to be erased from: the test proves nothing of it", mark)
		}
	}
	for _, table := range []string{"extended_data", "potential_duplicate"} {
		if !strings.Contains(tables["public."+table], string(e.id)) {
			t.Errorf("%s held nothing to erase", table)
		}
	}
	for _, table := range []string{"person", "cross_reference", "person_history", "person_match", "import_row"} {
		if !strings.Contains(strings.ToLower(tables["public."+table]), "zyzzy") {
			t.Errorf("%s held nothing to erase", table)
		}
	}
	if !strings.Contains(tables["public.idempotency_key"], string(e.id)) || !strings.Contains(index, "zyzzy") {
		t.Error("no key was remembered, or nothing indexed")
	}

	e.erase()
	e.wantNothingLeft(e.config.URL)
	if events := dump(t, e.config.URL)["public.person_change"]; !strings.Contains(events, "erased,"+string(e.id)) || !strings.Contains(events, "Article 17 request") {
		t.Error("the audit does not say that somebody was erased, and why")
	}
}

// stays are the tables in which an erased person's id stays, and why.
func stays() map[string]string {
	month := "audit_event_" + time.Now().UTC().Format("2006_01")
	return map[string]string{
		"public.person":        "so that neither the id nor a version is used again; the row itself, and the relations of others",
		"public.person_change": "who made which version, without values",
		"public.outbox":        "until every index has the tombstone",
		"public." + month:      "who did or saw what, without values",
	}
}

func (e *everywhere) wantNothingLeft(url string) {
	e.t.Helper()
	for table, text := range dump(e.t, url) {
		for _, mark := range marks() {
			if holds(text, mark) {
				e.t.Errorf("%s still holds %s", table, mark)
			}
		}
		if _, may := stays()[table]; !may && strings.Contains(text, string(e.id)) {
			e.t.Errorf("%s still holds the id", table)
		}
	}
	index := e.indexed()
	for _, mark := range marks() {
		if holds(index, mark) {
			e.t.Errorf("the index still holds %s", mark)
		}
	}
	if !strings.Contains(index, string(e.id)) {
		e.t.Error("the index has no tombstone")
	}
}

func values(m map[string]string) (list []string) {
	for _, text := range m {
		list = append(list, text)
	}
	return list
}

// Ensures that a restore of an older copy of the database brings nobody back: the
// program refuses to serve it until the ledger is applied.
func TestARestoreBringsNobodyBack(t *testing.T) {
	t.Parallel()
	ledger := t.TempDir() + "/erasures.jsonl"
	e := newEverywhere(t, "PERSONS_ERASURE_LEDGER="+ledger)
	restored := e.copyDatabase()

	e.serveWithLedger()
	later := decode(t, e.request(http.StatusCreated, http.MethodPost, "/persons", `{"forename":"Later","surname":"Than the copy"}`))
	e.erase()
	e.request(http.StatusNoContent, http.MethodDelete, "/persons/"+later["id"].(string), "", "If-Match", "*", "Erasure-Reason", "a test")
	content := imports(t, ledger)
	if !strings.Contains(content, string(e.id)) || strings.Contains(strings.ToLower(content), "zyzzy") {
		t.Errorf("the ledger does not hold ids alone: %s", content)
	}

	old := &everywhere{installation: installation{t: t, environ: slices.Clone(e.environ)}, a: e.a, id: e.id}
	for i, setting := range old.environ {
		if strings.HasPrefix(setting, "PERSONS_POSTGRES_URL=") {
			old.environ[i] = "PERSONS_POSTGRES_URL=" + restored
		}
	}
	if text := dump(t, restored)["public.person"]; !strings.Contains(text, "Zyzzyada") {
		t.Fatal("the copy does not hold who was erased since")
	}
	for _, refused := range [][]string{{"serve", "--listen", freeAddress(t)}, {"index"}, {"frequencies"}} {
		cmd, output := old.command(refused...)
		if err := cmd.Run(); err == nil || !strings.Contains(output.String(), "erasures apply") {
			t.Errorf("%v does not refuse the older copy: %s", refused, output)
		}
	}
	old.apply([]string{"--dry-run"}, "1 erased again", "1 unknown here", "0 erased already")
	old.apply(nil, "1 erased again", "1 unknown here", "0 erased already")
	old.apply(nil, "0 erased again", "0 unknown here", "2 erased already")

	reopened := old.open()
	defer reopened.close()
	if _, err := reopened.indexer.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	old.wantNothingLeft(restored)
	if _, err := reopened.store.Person(t.Context(), person.VeryRestricted, person.ID(later["id"].(string))); err == nil {
		t.Error("somebody who was erased after the copy is on file")
	}
	verify, output := old.command("verify")
	if err := verify.Run(); err != nil {
		t.Errorf("the index and the copy differ: %s", output)
	}
}

// copyDatabase returns the URL of a copy of the database as it is now, as a restore
// from a backup would give.
func (e *everywhere) copyDatabase() string {
	e.t.Helper()
	e.service.Close()
	e.a.close()
	config, err := pgx.ParseConfig(e.config.URL)
	if err != nil {
		e.t.Fatal(err)
	}
	name := config.Database
	execute := func(sql string) {
		admin := config.Copy()
		admin.Database = "postgres"
		conn, err := pgx.ConnectConfig(context.Background(), admin)
		if err != nil {
			e.t.Fatal(err)
		}
		defer conn.Close(context.Background())
		if _, err := conn.Exec(context.Background(), sql); err != nil {
			e.t.Fatal(err)
		}
	}
	execute("create database " + name + "_copy template " + name)
	e.t.Cleanup(func() { execute("drop database " + name + "_copy with (force)") })
	e.a = e.open()
	e.t.Cleanup(e.a.close)
	return strings.Replace(e.config.URL, "/"+name, "/"+name+"_copy", 1)
}

// serveWithLedger serves the API again, with what serve opens.
func (e *everywhere) serveWithLedger() {
	e.t.Helper()
	if err := e.a.openLedger(); err != nil {
		e.t.Fatal(err)
	}
	e.service = httptest.NewServer(e.a.api())
	e.t.Cleanup(e.service.Close)
}

func (e *everywhere) apply(args []string, want ...string) {
	e.t.Helper()
	cmd, output := e.command(append([]string{"erasures", "apply"}, args...)...)
	if err := cmd.Run(); err != nil {
		e.t.Fatal(err)
	}
	for _, text := range want {
		if !strings.Contains(output.String(), text) {
			e.t.Errorf("apply %v does not say %q: %s", args, text, output)
		}
	}
}

func imports(t *testing.T, path string) string {
	t.Helper()
	return importer{installation: installation{t: t}}.read(path)
}
