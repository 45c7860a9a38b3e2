package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/internal/generate"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

const testImportKey = "PERSONS_IMPORT_KEY=0123456789abcdef0123456789abcdef"

// importer is an installation, and a folder with what it imports.
type importer struct {
	installation
	a   *app
	dir string
}

func newImporter(t *testing.T) importer {
	t.Helper()
	in := newInstallation(t, testImportKey)
	a := in.open()
	t.Cleanup(a.close)
	return importer{in, a, t.TempDir()}
}

func (in importer) write(name, content string) string {
	in.t.Helper()
	path := filepath.Join(in.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		in.t.Fatal(err)
	}
	return path
}

func (in importer) read(path string) string {
	in.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		in.t.Fatal(err)
	}
	return string(data)
}

// imports runs the program, which must succeed, and returns what it counted.
func (in importer) imports(path string, args ...string) map[string]int {
	in.t.Helper()
	output, err := in.try(path, args...)
	if err != nil {
		in.t.Fatal(err)
	}
	counts := map[string]int{}
	for line := range strings.Lines(output) {
		var n int
		if _, err := fmt.Sscanf(line, "%d", &n); err == nil && n > 0 {
			what := strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "0123456789"))
			name, _, _ := strings.Cut(what, " ")
			counts[strings.TrimSuffix(name, ":")] = n
		}
	}
	return counts
}

// try runs the program and returns what it said.
func (in importer) try(path string, args ...string) (string, error) {
	cmd, output := in.command(append([]string{"import", path, "--system", "housing"}, args...)...)
	err := cmd.Run()
	return output.String(), err
}

func (in importer) bearer(reference string) person.Person {
	in.t.Helper()
	p, err := in.a.store.PersonByCrossReference(in.t.Context(), person.VeryRestricted, "housing", reference)
	if err != nil {
		in.t.Fatal(err)
	}
	return p
}

func (in importer) size() int64 {
	in.t.Helper()
	n, err := in.a.store.Size(in.t.Context())
	if err != nil {
		in.t.Fatal(err)
	}
	return n
}

func (in importer) wants(want, got map[string]int) {
	in.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		in.t.Errorf("counts (-want +got):\n%s", diff)
	}
}

const tenantsMap = "reference: [account, person]\nforename: first\nsurname: last\ndateOfBirth: born\nline1: address\npostcode: postcode\nphone: tel\n"

func TestImportOfACSVFile(t *testing.T) {
	t.Parallel()
	in := newImporter(t)
	columns := in.write("map.yaml", tenantsMap)
	path := in.write("tenants.csv", "account;person;first;last;born;address;postcode;tel\r\n"+
		"A1;1;Ren\xe9e;Example;11/10/1989;\"Flat 1\r\n12 Orchard Road\";E8 1EA;07700 900000\r\n"+
		"A1;2;Zo\xeb;Example;31/02/1990;;;\r\n"+ // no such day
		"A2;1;Ada\r\n"+ // columns are missing
		";;No;Reference;;;;\r\n"+
		"A3;1;;;;;;\r\n"+ // says nothing
		"A4;1;A\x00B;"+strings.Repeat("x", 201)+";01/01/2999;;;\r\n"+
		"A5;1;First;Version;1990;;;\r\n"+
		"A6;1;Grace;Sample;1991;;;\r\n"+
		"A5;1;Last;Version;1990;;;\r\n")
	dry := in.imports(path, "--map", columns, "--dry-run")
	want := map[string]int{"rows": 9, "people": 3, "superseded": 1, "rejected": 5}
	in.wants(want, dry)
	if n := in.size(); n != 0 {
		t.Fatalf("a dry run left %d people", n)
	}
	in.wants(want, in.imports(path, "--map", columns))
	wantRejects := `line,field,reason
4,born,is a day that this month does not have
5,,"has 3 columns, and the header 8"
6,account + person,must be given
7,,at least one field must be given
8,first,must not contain control characters
8,last,must be at most 200 characters
8,born,must not be in the future
`
	if diff := cmp.Diff(wantRejects, in.read(path+".rejects.csv")); diff != "" {
		t.Errorf("rejects (-want +got)\n%s", diff)
	}
	p := in.bearer("A1 1")
	if p.Forename != "Renée" || p.DateOfBirth.Iso() != "1989-10-11" || p.Addresses[0].Line1 != "Flat 1 12 Orchard Road" || p.Communication[0].Value != "07700 900000" {
		t.Error("a row of a Windows-1252 file with semicolons is not as written")
	}
	if p := in.bearer("A5 1"); p.Forename != "Last" || p.Version != 1 {
		t.Errorf("of several rows with one reference %q won, at version %d", p.Forename, p.Version)
	}
	in.wants(map[string]int{"rows": 9, "unchanged": 3, "superseded": 1, "rejected": 5}, in.imports(path, "--map", columns))
	in.write("tenants.csv", "account,person,first,last,born,address,postcode,tel\nA1,1,Renée,Married,11/10/1989,\"Flat 1\n12 Orchard Road\",E8 1EA,07700 900000\n")
	in.wants(map[string]int{"rows": 1, "changed": 1}, in.imports(path, "--map", columns))
	if p := in.bearer("A1 1"); p.Surname != "Married" || p.Version != 2 {
		t.Errorf("a changed row gives version %d", p.Version)
	}
	if _, err := os.Stat(path + ".rejects.csv"); !os.IsNotExist(err) {
		t.Errorf("the rejects of an earlier run are still there: %v", err)
	}
}

func TestImportRefusesWhatItCannotMean(t *testing.T) {
	t.Parallel()
	in := newImporter(t)
	path := in.write("a.csv", "id,surname\n1,Example\n")
	columns := in.write("map.yaml", "reference: id\nsurname: nachname\n")
	misspelt := in.write("misspelt.yaml", "reference: id\nsurnam: surname\n")
	for want, args := range map[string][]string{
		`has no column "nachname"; its columns are "id", "surname"`: {"--map", columns},
		`no field is named "surnam"`:                                {"--map", misspelt},
		"--encoding must be one of utf-8":                           {"--encoding", "latin-9"},
		"--delimiter must be":                                       {"--delimiter", "ab"},
		"--format must be":                                          {"--format", "xml"},
		"--system must be 1 to 200":                                 {"--system", ""},
		"--system cannot be persons":                                {"--system", "persons"},
	} {
		if output, err := in.try(path, args...); err == nil || !strings.Contains(output, want) {
			t.Errorf("%v: %v, %s", args, err, output)
		}
	}
	in.environ = slices.DeleteFunc(in.environ, func(v string) bool { return v == testImportKey })
	if output, err := in.try(path); err == nil || !strings.Contains(output, "import.key is missing") {
		t.Errorf("without a key: %v, %s", err, output)
	}
	if n := in.size(); n != 0 {
		t.Errorf("%d people were imported", n)
	}
}

// killedImport is how many residents the killed import is of, or what
// PERSONS_TEST_IMPORT_RESIDENTS says.
func killedImport(t *testing.T) int {
	t.Helper()
	text := os.Getenv("PERSONS_TEST_IMPORT_RESIDENTS")
	if text == "" {
		return 8000
	}
	people, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// Killed at any moment and run again, an import loads everybody once, and the
// index comes to know them all.
func TestAnImportThatIsKilledLoadsNothingTwice(t *testing.T) {
	t.Parallel()
	in := newImporter(t)
	people := killedImport(t)
	if err := generate.Write(t.Context(), in.dir, generate.Options{N: people, Seed: 3, Queries: 1}); err != nil {
		t.Fatal(err)
	}
	if err := in.a.indexer.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(in.dir, "residents.jsonl")
	for range 2 {
		enough := in.waiting() + people/5
		cmd, _ := in.command("import", path, "--system", "housing")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		within(t, in.patience(people), "a fifth more is imported", func() bool { return in.waiting() >= enough })
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
	}
	killed := in.waiting()
	if killed == people {
		t.Fatal("it was killed too late to tell")
	}
	counts := in.imports(path)
	// What was under way when it was killed may have been committed since.
	if counts["people"]+counts["unchanged"] != people || counts["changed"] != 0 || counts["people"] > people-killed {
		t.Errorf("after %d people: %v", killed, counts)
	}
	in.wants(map[string]int{"rows": people, "unchanged": people}, in.imports(path))
	if n := in.waiting(); n != people {
		t.Errorf("%d people wait to be indexed", n)
	}
	in.index(people)
	verify, output := in.command("verify")
	if err := verify.Run(); err != nil {
		t.Errorf("verify: %v", err)
	}
	if !strings.Contains(output.String(), fmt.Sprintf("compared %d people: 0 missing, 0 extra, 0 older, 0 newer, 0 rejected\n", people)) {
		t.Errorf("of %d people in the file, verify says %s", people, output)
	}
}

// waiting is how many people, each once, are to be indexed.
func (in importer) waiting() int {
	in.t.Helper()
	stats, err := in.a.store.OutboxStats(in.t.Context(), in.a.config.Alias())
	if err != nil {
		in.t.Fatal(err)
	}
	return int(stats.Waiting)
}

// patience is ample for so many people, with the race detector too.
func (in importer) patience(people int) time.Duration {
	return time.Minute + time.Duration(people)*5*time.Millisecond
}

// index runs the indexer until nobody waits.
func (in importer) index(people int) {
	in.t.Helper()
	cmd, _ := in.command("index")
	if err := cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	within(in.t, in.patience(people), "everybody is indexed", func() bool { return in.waiting() == 0 })
	stop(in.t, cmd)
}

// Ensures that who is protected in a file is so from the first moment, in answers,
// search and index, that a later file can close and not open, and that what cannot be
// read opens nothing.
func TestAFileOfProtectedPeople(t *testing.T) {
	t.Parallel()
	in := newImporter(t)
	if err := in.a.indexer.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	columns := in.write("map.yaml", "reference: ref\nforename: first\nsurname: last\nline1: address\nuprn: uprn\nrestriction: protected\nrestrictionReason: why\n")
	file := func(rows ...string) string {
		return in.write("people.csv", "ref,first,last,address,uprn,protected,why\n"+strings.Join(rows, "\n")+"\n")
	}
	const grace = "2,Grace,Sample,3 Refuge Road,199000999002,Very Restricted,a court order"
	path := file("1,Ada,Example,1 Refuge Road,199000999001,restricted,a refuge", grace, "3,Mary,Sample,5 Open Road,199000999003,,",
		"4,Jane,Sample,7 Refuge Road,199000999004,protected,", "5,Joan,Sample,9 Refuge Road,199000999005,,a refuge")
	in.wants(map[string]int{"rows": 5, "people": 3, "rejected": 2}, in.imports(path, "--map", columns))
	if rejects := in.read(path + ".rejects.csv"); !strings.Contains(rejects, "5,protected,") || !strings.Contains(rejects, "6,why,") || strings.Contains(rejects, "Refuge") {
		t.Errorf("rejected:\n%s", rejects)
	}
	// sees is whether a caller of a clearance reads the address of a reference's bearer,
	// and finds them by it.
	sees := func(when, reference string, clearance person.Restriction, want bool) {
		t.Helper()
		id := in.bearer(reference).ID
		p, err := in.a.store.Person(t.Context(), clearance, id)
		answer, failed := in.a.search.Search(t.Context(), clearance, search.Query{UPRN: "19900099900" + reference})
		if failed != nil || (err == nil && len(p.Addresses) > 0) != want || (len(answer.Results) > 0) != want {
			t.Errorf("%s, who is cleared for %s reads %d addresses of %s, %v, and finds %d people, %v", when, clearance, len(p.Addresses), reference, err, len(answer.Results), failed)
		}
	}
	for _, when := range []string{"before they are indexed", "afterwards"} {
		for reference, kept := range map[string]person.Restriction{"1": person.Restricted, "2": person.VeryRestricted, "3": person.Unrestricted} {
			for _, clearance := range person.Restrictions() {
				sees(when, reference, clearance, clearance >= kept)
			}
		}
		if _, err := in.a.indexer.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if p := in.bearer("1"); p.RestrictedBy != "import housing" || p.RestrictionReason != "a refuge" || p.RestrictedAt.IsZero() {
		t.Errorf("restricted by %s at %s: %s", p.RestrictedBy, p.RestrictedAt, p.RestrictionReason)
	}

	path = file("1,Ada,Example,1 Refuge Road,199000999001,,", grace, "3,Mary,Sample,5 Open Road,199000999003,restricted,a threat")
	in.wants(map[string]int{"rows": 3, "changed": 1, "unchanged": 2}, in.imports(path, "--map", columns))
	if _, err := in.a.indexer.Drain(t.Context()); err != nil { // until then the index proposes her by what it had: see decision 15
		t.Fatal(err)
	}
	sees("though the file says so no longer", "1", person.Unrestricted, false)
	sees("once the file says so", "3", person.Unrestricted, false)
	mary := in.bearer("3")
	provenance, err := in.a.store.Provenance(t.Context(), person.VeryRestricted, mary)
	if err != nil || provenance["restriction"].System != "housing" || mary.Version != 2 {
		t.Errorf("version %d, its restriction from %+v, %v", mary.Version, provenance["restriction"], err)
	}
	if past, err := in.a.store.History(t.Context(), person.Unrestricted, mary.ID, 0, 10); err != nil || len(past) != 2 || len(past[1].Person.Addresses) > 0 {
		t.Errorf("who is not cleared reads the past %+v, %v", past, err)
	}

	mary.Restriction, mary.RestrictionReason = person.Unrestricted, ""
	if _, err := in.a.store.Update(t.Context(), storage.Change{Actor: "officer", Clearance: person.VeryRestricted}, mary.Version, mary); err != nil {
		t.Fatal(err)
	}
	path = file("3,Mary,Married,5 Open Road,199000999003,restricted,a threat")
	in.wants(map[string]int{"rows": 1, "changed": 1}, in.imports(path, "--map", columns))
	sees("where an officer took it back", "3", person.Unrestricted, true)

	// A list of protected people first, and then what brings their addresses.
	list := in.write("list.yaml", "reference: ref\nsurname: last\nrestriction: protected\nrestrictionReason: why\n")
	in.wants(map[string]int{"rows": 1, "people": 1}, in.imports(file("6,,Sample,,,restricted,a refuge"), "--map", list))
	plain := in.write("plain.yaml", "reference: ref\nforename: first\nsurname: last\nline1: address\nuprn: uprn\n")
	in.wants(map[string]int{"rows": 1, "changed": 1}, in.imports(file("6,Ruth,Sample,11 Refuge Road,199000999006,,"), "--map", plain))
	sees("by a list that came first", "6", person.Unrestricted, false)
	sees("by a list that came first", "6", person.Restricted, true)
}
