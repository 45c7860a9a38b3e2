package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"personindex/audit"
)

// auditKey is the public half of the installation's auditors' key.
func (in installation) auditKey() string {
	in.t.Helper()
	text, err := os.ReadFile(in.auditor)
	if err != nil {
		in.t.Fatal(err)
	}
	key, err := audit.ParsePrivateKey(text)
	if err != nil {
		in.t.Fatal(err)
	}
	return key.PublicKey().String()
}

// run runs a verb in this process and returns what it printed.
func (in installation) run(args ...string) (string, error) {
	in.t.Helper()
	cmd, output := in.command(args...)
	err := cmd.Run()
	return output.String(), err
}

// Ensures that auditors read what was asked with their key and nobody does
// without, and that reading is on the audit.
func TestAuditShowOpensWhatWasAsked(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	a := in.open()
	defer a.close()
	service := httptest.NewServer(a.api())
	defer service.Close()
	if status, body := request(t, http.MethodPost, service.URL+"/persons", example); status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	if status, body := request(t, http.MethodGet, service.URL+"/persons?lastName=Exampleworth", ""); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	shut, err := in.run("audit", "show")
	if err != nil || strings.Contains(shut, "Exampleworth") || !strings.Contains(shut, "search-persons") || !strings.Contains(shut, "give the auditors' key") {
		t.Errorf("without the key: %v\n%s", err, shut)
	}
	opened, err := in.run("audit", "show", "--key", in.auditor, "--json")
	if err != nil || !strings.Contains(opened, `{"lastName":"Exampleworth"}`) {
		t.Errorf("with the key: %v\n%s", err, opened)
	}
	var newest toldEvent
	if err := json.NewDecoder(strings.NewReader(opened)).Decode(&newest); err != nil || newest.Operation != "audit show" || !strings.HasPrefix(newest.Caller, "operator ") || len(newest.Flags) != 1 {
		t.Errorf("that somebody looked should be on the audit: %v %+v", err, newest)
	}
	other := filepath.Join(t.TempDir(), "other.pem")
	if _, err := in.run("audit", "keygen", "--out", other); err != nil {
		t.Fatal(err)
	}
	if text, err := in.run("audit", "show", "--key", other); err != nil || !strings.Contains(text, "sealed to another key") {
		t.Errorf("with another key: %v\n%s", err, text)
	}
	if text, err := in.run("audit", "show", "--key", other, "--key", in.auditor, "--caller", "development tester", "--since", "2020-01-01", "--limit", "1"); err != nil || !strings.Contains(text, "Exampleworth") || strings.Contains(text, "create") {
		t.Errorf("with both, what one caller did last: %v\n%s", err, text)
	}
}

func TestAuditKeygenKeepsThePrivateKeyPrivate(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "auditor.pem")
	in := installation{t: t}
	printed, err := in.run("audit", "keygen", "--out", file)
	if err != nil {
		t.Fatal(err)
	}
	about, err := os.Stat(file)
	if err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", about, err)
	}
	in.auditor = file
	if !strings.HasSuffix(strings.TrimSpace(printed), in.auditKey()) {
		t.Errorf("the setting is not what it prints last: %s", printed)
	}
	before, _ := os.ReadFile(file)
	if _, err := in.run("audit", "keygen", "--out", file); err == nil {
		t.Error("a key was overwritten")
	}
	if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
		t.Error("the key changed")
	}
}

// Ensures that nobody serves, in production, what the auditors could not look into.
func TestTheServiceRefusesToStartWithoutTheAuditorsKey(t *testing.T) {
	t.Parallel()
	in := newInstallation(t, "PERSONS_AUDIT_PUBLIC_KEY=", "PERSONS_LISTEN="+freeAddress(t))
	if text, err := in.run("serve"); err == nil || !strings.Contains(text, "persons audit keygen --out FILE") {
		t.Errorf("%v: %s", err, text)
	}
}

// Ensures that a running service seals by itself, and that the chain is whole
// after it.
func TestARunningServiceSealsItsAudit(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	in := newInstallation(t, "PERSONS_LISTEN="+address, "PERSONS_AUDIT_SEAL_EVERY=50ms", "PERSONS_LOG_LEVEL=info")
	a := in.open()
	defer a.close()
	cmd, output := in.command("serve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is ready", func() bool {
		status, _ := request(t, http.MethodGet, "http://"+address+"/readyz", "")
		return status == http.StatusOK
	})
	request(t, http.MethodGet, "http://"+address+"/persons/nobody", "")
	var last *audit.Seal
	eventually(t, "it is sealed", func() bool {
		var err error
		last, err = a.store.LastSeal(t.Context())
		return err == nil && last != nil
	})
	stop(t, cmd)
	if !strings.Contains(output.String(), last.Head().String()) {
		t.Errorf("the log does not hold the head %s: %s", last.Head(), output)
	}
	text, err := in.run("audit", "verify", "--head", last.Head().String())
	if err != nil || !strings.Contains(text, "1 seals over 1 events") || !strings.Contains(text, "head "+last.Head().String()) {
		t.Errorf("%v: %s", err, text)
	}
	wrong := audit.Head{Number: 1, Hash: make([]byte, 32)}
	if text, err := in.run("audit", "verify", "--head", wrong.String()); err == nil || !strings.Contains(text, "WRONG: seal 1 is not the one that was noted") {
		t.Errorf("%v: %s", err, text)
	}
	if text, err := in.run("audit", "verify", "--head", "1"); err == nil {
		t.Errorf("a head that is none: %s", text)
	}
}

func TestTheFirstMonthToKeep(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		before string
		keep   int
		want   string
	}{
		{"2026-01", 0, "2026-01"}, {"2025-12", 3, "2025-12"}, {"", 1, "2026-02"}, {"", 12, "2025-03"}, {"", 0, ""}, {"January", 0, ""},
	} {
		got, err := firstKept(test.before, test.keep, now)
		if (err != nil) != (test.want == "") || err == nil && got.Format("2006-01") != test.want {
			t.Errorf("%+v: %v %v", test, got, err)
		}
	}
}
