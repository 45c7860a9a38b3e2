//go:build schemathesis

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Makes up requests from the service's own OpenAPI document and holds the answers to
// it: no 5xx, nothing undocumented, nothing accepted that the document forbids. It
// needs what `make schemathesis` installs, hence the build tag. PERSONS_TEST_EXAMPLES
// is how many requests are made up for each operation.
func TestSchemathesis(t *testing.T) {
	t.Parallel()
	program, err := filepath.Abs("../../.local/schemathesis/bin/schemathesis")
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	in := newInstallation(t, "PERSONS_LISTEN="+address)
	service, _ := in.command("serve", "--with-indexer")
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	base := "http://" + address
	eventually(t, "it is ready", func() bool {
		status, _ := request(t, http.MethodGet, base+"/readyz", "")
		return status == http.StatusOK
	})
	examples := os.Getenv("PERSONS_TEST_EXAMPLES")
	if examples == "" {
		examples = "25"
	}
	run := exec.CommandContext(t.Context(), program, "run", base+"/openapi.json",
		"--phases", "examples,coverage,fuzzing", "--max-examples", examples, "--seed", "1", "--no-color",
		"--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,negative_data_rejection,unsupported_method",
		"--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure")
	run.Dir = t.TempDir() // it keeps its examples where it runs
	output, err := run.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, output)
	}
	t.Logf("%s", output)
	stop(t, service)
}
