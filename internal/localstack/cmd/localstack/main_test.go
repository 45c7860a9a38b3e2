package main_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ensures what the Makefile relies on: lines it can read, and exit statuses.
func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "localstack")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	given := []string{
		"PERSONS_POSTGRES_URL=postgres://a", "PERSONS_ELASTICSEARCH_URLS=http://a,http://b",
		"PERSONS_TEST_POSTGRES_URL=postgres://test", "PERSONS_TEST_ELASTICSEARCH_URLS=http://test",
	}
	for _, c := range []struct {
		name, stdout string
		args         []string
		status       int
	}{
		{"start prints the addresses and that it started nothing",
			"PERSONS_POSTGRES_URL=postgres://a\nPERSONS_ELASTICSEARCH_URLS=http://a,http://b\nLOCALSTACK=attached\n",
			[]string{"start"}, 0},
		{"run passes on what its command prints and how it ends", "hello\n", []string{"run", "sh", "-c", "echo hello; exit 7"}, 7},
		{"run fails with a command that does not exist", "", []string{"run", "./no-such-command"}, 1},
		{"status says that nothing runs", "Postgres:      not running\nElasticsearch: not running\n", []string{"status"}, 0},
		{"env fails when nothing runs", "", []string{"env"}, 1},
		{"stop has nothing to stop", "", []string{"stop"}, 0},
		{"an unknown verb is refused", "", []string{"begin"}, 1},
		{"a verb is needed", "", nil, 1},
		{"run needs a command", "", []string{"run"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			cmd := exec.Command(binary, append([]string{"-dir", t.TempDir()}, c.args...)...)
			cmd.Env = append(os.Environ(), given...)
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.stdout, stdout.String()); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
			if got := cmd.ProcessState.ExitCode(); got != c.status {
				t.Errorf("exit status %d, want %d; stderr: %s", got, c.status, &stderr)
			}
		})
	}
}
