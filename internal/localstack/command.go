package localstack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// run runs a command that may write to the checkout. The command inherits the
// lock: should we be killed, it stays locked until initdb or Maven, which live
// on, have ended.
func (c checkout) run(cmd *exec.Cmd) error {
	cmd.ExtraFiles = []*os.File{c.held}
	return run(cmd)
}

// run runs cmd to its end and shows the end of its output only if it fails.
// When cmd's context ends, the command is asked to end: apt and initdb tidy up.
func run(cmd *exec.Cmd) error {
	if cmd.Cancel != nil {
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	}
	cmd.WaitDelay = 10 * time.Second // then killed, or abandoned by what it started
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w:\n%s", filepath.Base(cmd.Path), err, lastLines(out))
	}
	return nil
}

// lastLines is the end of text, for an error: at most 20 lines, indented.
func lastLines(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	lines = lines[max(0, len(lines)-20):]
	return "  " + strings.Join(lines, "\n  ")
}

// serverEnvironment is all that a server inherits: PGPORT, JAVA_TOOL_OPTIONS
// and their like would change it behind our back.
func serverEnvironment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TZ=UTC"}
}
