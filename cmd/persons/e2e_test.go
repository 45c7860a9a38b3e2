package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.uber.org/goleak"

	"personindex/access"
	"personindex/configs"
	"personindex/encryption"
	"personindex/internal/localstack/localstacktest"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// asProgram makes the test program behave as persons itself, so that tests can
// start and kill the real thing.
const asProgram = "PERSONS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	goleak.VerifyTestMain(hangingUp{m})
}

// hangingUp ends the issuer of the tests, and the connections that their own client
// keeps for later, which are no leak of ours.
type hangingUp struct{ *testing.M }

func (h hangingUp) Run() int {
	code := h.M.Run()
	councilIssuer().server.Close()
	http.DefaultClient.CloseIdleConnections()
	return code
}

// installation is a database and an index of its own, and the environment that
// leads a program to them.
type installation struct {
	t       *testing.T
	config  storage.Config
	environ []string
	auditor string // file of the auditors' private key
}

func newInstallation(t *testing.T, settings ...string) installation {
	t.Helper()
	in := installation{t: t, config: storagetest.NewConfig(t), auditor: filepath.Join(t.TempDir(), "auditor.pem")}
	auditKey, err := writeAuditKey(in.auditor)
	if err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(filepath.Dir(in.auditor), "encryption-keys.json")
	if err := encryption.Create(keys); err != nil {
		t.Fatal(err)
	}
	in.environ = append(append(councilSettings(t),
		"PERSONS_POSTGRES_URL="+in.config.URL,
		"PERSONS_ELASTICSEARCH_URLS="+strings.Join(localstacktest.ForTest(t).ElasticsearchURLs, ","),
		"PERSONS_ELASTICSEARCH_INDEX_PREFIX=e2e-"+uuid.NewString()[:8],
		"PERSONS_MATCHING_ALLOW_TEST_NUMBERS=true",
		"PERSONS_ADMIN_LISTEN=",
		"PERSONS_AUDIT_PUBLIC_KEY="+auditKey.String(),
		"PERSONS_ENCRYPTION_KEYS_FILE="+keys,
	), settings...)
	t.Cleanup(in.removeIndex)
	return in
}

// open opens the parts of a program in this process.
func (in installation) open() *app {
	in.t.Helper()
	config, err := configs.Load("", in.environ, nil)
	if err != nil {
		in.t.Fatal(err)
	}
	a, err := open(context.WithoutCancel(in.t.Context()), config, io.Discard)
	if err != nil {
		in.t.Fatal(err)
	}
	return a
}

func (in installation) removeIndex() {
	a := in.open()
	defer a.close()
	if err := a.indexer.Remove(context.WithoutCancel(in.t.Context())); err != nil {
		in.t.Error(err)
	}
}

// command is a run of the program with these arguments. Its output is shown when
// the test fails.
func (in installation) command(args ...string) (*exec.Cmd, *bytes.Buffer) {
	in.t.Helper()
	cmd := exec.CommandContext(in.t.Context(), os.Args[0], args...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), in.environ...)
	in.t.Cleanup(func() {
		if in.t.Failed() {
			in.t.Logf("persons %s:\n%s", strings.Join(args, " "), output.String())
		}
	})
	return cmd, &output
}

// eventually waits until a condition holds, for a minute at most.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	within(t, time.Minute, what, holds)
}

// within is eventually with another limit.
func within(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(limit); !holds(); {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("gave up waiting until %s", what)
		}
	}
}

func TestKilledWhileIndexingNothingIsLost(t *testing.T) {
	t.Parallel()
	in := newInstallation(t, "PERSONS_INDEXER_BATCH=20", "PERSONS_INDEXER_LEASE=2s", "PERSONS_INDEXER_BULK_TIMEOUT=1s", "PERSONS_SEARCH_DEADLINE=1600ms")
	a := in.open()
	defer a.close()
	const people = 3000
	if err := a.indexer.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := loadPeople(t.Context(), a.store, sample(people, sampleSeed), people, func(string, int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	waiting := func() int64 {
		stats, err := a.store.OutboxStats(t.Context(), a.config.Alias())
		if err != nil {
			t.Fatal(err)
		}
		return stats.Waiting
	}
	for range 3 {
		before := waiting()
		cmd, _ := in.command("index")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "some people are indexed", func() bool { return waiting() < before })
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		if left := waiting(); left == 0 {
			t.Fatal("it was killed too late to prove anything")
		}
	}
	cmd, _ := in.command("index")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "everybody is indexed", func() bool { return waiting() == 0 })
	stop(t, cmd)

	verify, output := in.command("verify")
	if err := verify.Run(); err != nil {
		t.Errorf("verify: %v", err)
	}
	if !strings.Contains(output.String(), fmt.Sprintf("compared %d people: 0 missing, 0 extra, 0 older", people)) {
		t.Errorf("verify says %s", output)
	}
}

// stop asks a program to end, as Ctrl-C and a service manager do.
func stop(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
}

func TestAReindexedIndexServesAndOthersAreRetired(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	a := in.open()
	defer a.close()
	const people = 300
	if err := a.indexer.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := a.store.RegisterIndex(t.Context(), "e2e-of-an-older-version"); err != nil {
		t.Fatal(err)
	}
	if err := loadPeople(t.Context(), a.store, sample(people, sampleSeed), people, func(string, int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"reindex", "--retire-others"}, {"verify"}} {
		cmd, _ := in.command(args...)
		if err := cmd.Run(); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
	registered, err := a.store.RegisteredIndices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{a.config.Alias()}, registered); diff != "" {
		t.Errorf("registered (-want +got)\n%s", diff)
	}
}

func TestAnInterruptedSampleIsCompleted(t *testing.T) {
	t.Parallel()
	a := newInstallation(t).open()
	defer a.close()
	expect := func(when string, want bool) {
		t.Helper()
		if lacks, err := a.lacksSample(t.Context()); err != nil || lacks != want {
			t.Errorf("%s: lacks the sample %t, %v", when, lacks, err)
		}
	}
	expect("an empty register", true)
	few := func(n int) {
		t.Helper()
		if err := loadPeople(t.Context(), a.store, sample(n, sampleSeed), n, func(string, int64, int64) {}); err != nil {
			t.Fatal(err)
		}
	}
	few(100)
	expect("a first part", true)
	few(300)
	if size, err := a.store.Size(t.Context()); err != nil || size != 300 {
		t.Errorf("%d people are on file, %v: some were loaded twice", size, err)
	}
}

func TestTheServiceKeepsAndFindsAPerson(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	in := newInstallation(t, "PERSONS_LISTEN="+address)
	cmd, _ := in.command("serve", "--with-indexer")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	base := "http://" + address
	eventually(t, "it is ready", func() bool {
		status, _ := request(t, http.MethodGet, base+"/readyz", "")
		return status == http.StatusOK
	})

	status, created := request(t, http.MethodPost, base+"/persons", example)
	if status != http.StatusCreated {
		t.Fatalf("create answers %d: %s", status, created)
	}
	id, _ := decode(t, created)["id"].(string)
	_, read := request(t, http.MethodGet, base+"/persons/"+id, "")
	want, got := decode(t, []byte(example)), decode(t, read)
	delete(want, "links") // read-only
	for field, value := range want {
		if field == "identification" {
			continue // compared below, without the read-only valid
		}
		if diff := cmp.Diff(value, got[field]); diff != "" {
			t.Errorf("%s does not come back as it was sent (-sent +got)\n%s", field, diff)
		}
	}
	if diff := cmp.Diff(want["identification"], withoutValid(got["identification"])); diff != "" {
		t.Errorf("identification does not come back as it was sent (-sent +got)\n%s", diff)
	}

	_, found := request(t, http.MethodGet, base+"/persons?firstName=Ada&lastName=Exampel&dateOfBirth=11/10/1989", "")
	results, _ := decode(t, found)["results"].([]any)
	if len(results) != 1 || results[0].(map[string]any)["id"] != id {
		t.Errorf("she is not found by a misspelt name: %s", found)
	}
	if status, _ = request(t, http.MethodPost, base+"/persons", example); status != http.StatusConflict {
		t.Errorf("creating her again answers %d", status)
	}
	stop(t, cmd)
}

func TestTheServiceRefusesASchemaThatIsBehind(t *testing.T) {
	t.Parallel()
	server, err := url.Parse(localstacktest.ForTest(t).PostgresURL)
	if err != nil {
		t.Fatal(err)
	}
	server.Path = "/postgres" // a database that is nobody's
	in := installation{t: t, environ: []string{
		"PERSONS_POSTGRES_URL=" + server.String(),
		"PERSONS_ELASTICSEARCH_URLS=http://127.0.0.1:1",
		"PERSONS_LISTEN=" + freeAddress(t),
		"PERSONS_AUDIT_PUBLIC_KEY=" + newInstallation(t).auditKey(),
	}}
	cmd, output := in.command("serve")
	if err := cmd.Run(); err == nil {
		t.Error("it starts")
	}
	if !strings.Contains(output.String(), "migrate up") {
		t.Errorf("it does not say what to do: %s", output)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// request is sent by somebody with every role. It answers 0 where nobody answers.
func request(t *testing.T, method, address, body string) (int, []byte) {
	t.Helper()
	return requestWith(t, "Bearer "+tokenOf(t, access.Roles()...), method, address, body)
}

// requestWith is sent with a credential.
func requestWith(t *testing.T, authorization, method, address, body string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", authorization)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, data
}

func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(data, &object); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return object
}

func withoutValid(list any) any {
	for _, entry := range list.([]any) {
		delete(entry.(map[string]any), "valid")
	}
	return list
}

const example = `{"title":"Ms","forename":"Ada","preferredForename":"Addie","middleName":"","surname":"Example","preferredSurname":"Example",
 "nationality":"Moroccan","placeOfBirth":"Rabat","dateOfBirth":"1989-10-11","gender":"F","ethnicOrigin":"Arab",
 "identification":[{"type":"NI","value":"1234A","originalDocumentSeen":false,"linkToDocument":"link"},{"type":"passport","value":"A11111","originalDocumentSeen":true}],
 "languages":[{"language":"French","isPrimary":false},{"language":"English","isPrimary":true}],
 "communication":[{"channel":"email","value":"ada@example.org"},{"channel":"phone","value":"07700 900000"}],
 "communicationRequirements":["sign language","interpreter needed"],
 "links":[{"href":"http://vulnerabilities/x1","rel":"vulnerabilities","type":"GET"}]}`
