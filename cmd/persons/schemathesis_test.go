//go:build schemathesis

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"personindex/access"
	"personindex/person"
)

// Makes up requests from the service's own OpenAPI document and holds the answers to
// it: no 5xx, nothing undocumented, nothing accepted that the document forbids. It
// needs what `make schemathesis` installs, hence the build tag. PERSONS_TEST_EXAMPLES
// is how many requests are made up for each operation, and where it is given they are
// sent by each role, and by nobody, instead of by the two who differ most.
func TestSchemathesis(t *testing.T) {
	t.Parallel()
	examples := os.Getenv("PERSONS_TEST_EXAMPLES")
	senders := map[string]access.Caller{
		"writer": {Roles: []access.Role{access.Reader, access.Writer}, Areas: councilAreas()[:1]},
		"all":    {Roles: access.Roles(), Areas: councilAreas(), Clearance: person.VeryRestricted},
	}
	if examples == "" {
		examples = "25"
	} else {
		senders["nobody"] = access.Caller{}
		for _, role := range access.Roles() {
			senders["only "+string(role)] = access.Caller{Roles: []access.Role{role}, Areas: councilAreas()}
		}
	}
	for name, sender := range senders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			schemathesis(t, examples, sender)
		})
	}
}

// rejections are the answers to a request that breaks the document: those that
// schemathesis knows, 410, for somebody erased is gone whatever is asked of them, and
// 412, for a change of an older version is refused whatever the change is.
const rejections = "[checks]\nnegative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 410, 412, 415, 422, 428, 429, \"5xx\"]\n"

// schemathesis holds a service of its own to its document, as one caller.
func schemathesis(t *testing.T, examples string, sender access.Caller) {
	program, err := filepath.Abs("../../.local/schemathesis/bin/schemathesis")
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	in := newInstallation(t, "PERSONS_LISTEN="+address, "PERSONS_LIMITS_PER_SECOND=0")
	service, _ := in.command("serve", "--with-indexer")
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	base := "http://" + address
	eventually(t, "it is ready", func() bool {
		status, _ := request(t, http.MethodGet, base+"/readyz", "")
		return status == http.StatusOK
	})
	args := []string{
		"run", base + "/openapi.json",
		"--phases", "examples,coverage,fuzzing", "--max-examples", examples, "--seed", "1", "--no-color",
		"--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,negative_data_rejection,unsupported_method",
		"--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure",
	}
	if len(sender.Roles) > 0 {
		sender.Subject = "schemathesis"
		token, err := councilIssuer().Token(sender, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, "--header", "Authorization: Bearer "+token)
	}
	run := exec.CommandContext(t.Context(), program, args...)
	run.Dir = t.TempDir() // it keeps its examples where it runs, and reads its settings there
	if err := os.WriteFile(filepath.Join(run.Dir, "schemathesis.toml"), []byte(rejections), 0o600); err != nil {
		t.Fatal(err)
	}
	output, err := run.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, output)
	}
	t.Logf("%s", output)
	stop(t, service)
}
