package localstack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A server is one of the two programs: what it needs, how it is started and
// how it is asked. [daemon] does what they have in common.
type server interface {
	base() daemon
	needs() []need                               // what must be installed for a start
	identity() (identity, error)                 // whom it runs as; its home must exist
	prepare(ctx context.Context) error           // everything up to the start; repeatable
	command(port int) (*exec.Cmd, error)         // the server in the foreground
	answers(ctx context.Context, port int) error // nil once it takes requests
	describe(*Stack) error                       // add its address
}

// A daemon is a server process that outlives whoever started it.
//
// Whether it lives is told by a lock that it inherits and that the kernel
// releases when the last of its processes is gone. Unlike a process id, a lock
// cannot be stale, and needs no rights over the process to be looked at.
type daemon struct {
	checkout
	name     string         // for people
	home     string         // its folder in .local
	data     string         // its data in home, which its user owns
	pidFile  string         // in data: first line the process id, last line "ready" in the end
	ending   syscall.Signal // asks for an orderly end
	patience time.Duration  // from launch to ready
}

// errEnded means that the server was there, or had been launched, and is gone.
var errEnded = errors.New("the process ended")

// ensure attaches to s, or starts it and reports true.
func ensure(ctx context.Context, s server) (started bool, err error) {
	d := s.base()
	if d.running() {
		// Ready, still starting for a process that was killed, or on its way out.
		if err := d.await(ctx, d.patience, s); !errors.Is(err, errEnded) {
			return false, err
		}
	}
	if err := s.prepare(ctx); err != nil {
		return false, fmt.Errorf("prepare %s: %w", d.name, err)
	}
	// Somebody may take the port between the look and the bind.
	for range 3 {
		if err = d.start(ctx, s); err == nil {
			return true, nil
		}
		if port, _ := d.port(); !errors.Is(err, errEnded) || free(port) {
			break
		}
	}
	return d.running(), err
}

// start launches the server once and waits until it is ready.
func (d daemon) start(ctx context.Context, s server) error {
	port, err := d.choosePort()
	if err != nil {
		return err
	}
	cmd, err := s.command(port)
	if err != nil {
		return err
	}
	id, err := s.identity()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := d.launch(ctx, cmd, id); err != nil {
		return fmt.Errorf("start %s: %w", d.name, err)
	}
	if err := d.await(ctx, d.patience, s); err != nil {
		return err
	}
	d.say("%s ready in %.1f s on 127.0.0.1:%d", d.name, time.Since(began).Seconds(), port)
	return nil
}

// launch runs cmd in a session of its own, with the lock that marks it alive
// and its output in the log. It does not wait for it.
func (d daemon) launch(ctx context.Context, cmd *exec.Cmd, id identity) error {
	// The lock is free, so whoever wrote this is dead; but its number may be
	// somebody else's by now, and Postgres would then refuse to start.
	if err := os.RemoveAll(filepath.Join(d.data, d.pidFile)); err != nil {
		return err
	}
	// Nobody has it, but a child that we fork elsewhere at this very moment may
	// hold a copy of the last look at it until it has become another program.
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	alive, err := lock(ctx, d.lockFile(), func() {})
	if err != nil {
		return err
	}
	defer alive.Close()
	log, err := d.openLog()
	if err != nil {
		return err
	}
	defer log.Close()

	id.assume(cmd)
	cmd.SysProcAttr.Setsid = true // Ctrl-C in the terminal is for its caller
	cmd.Env = serverEnvironment()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{alive}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

// await returns nil once the server is ready, [errEnded] with the end of the
// log once it is gone, and an error when patience or ctx runs out first.
func (d daemon) await(ctx context.Context, patience time.Duration, s server) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("not ready within %s", patience))
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		if !d.running() {
			return d.withLog(errEnded)
		}
		if port, err := d.port(); err == nil && d.ready() && s.answers(ctx, port) == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return d.withLog(context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// stop ends the server, gently first, and returns once it is gone.
func (d daemon) stop(ctx context.Context) error {
	if !d.running() {
		return nil
	}
	for _, signal := range []syscall.Signal{d.ending, syscall.SIGKILL} {
		if pid, err := strconv.Atoi(firstLine(filepath.Join(d.data, d.pidFile))); err == nil && pid > 1 {
			if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("stop %s, process %d: %w", d.name, pid, err)
			}
		}
		if d.gone(ctx, 20*time.Second) {
			d.say("%s stopped", d.name)
			return nil
		}
	}
	return d.withLog(errors.New("does not stop"))
}

// gone waits for the server to be gone, for at most limit.
func (d daemon) gone(ctx context.Context, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for d.running() {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}

// running reports whether a process of the server lives. A shared lock is
// asked for, so that two who look at once do not see each other.
func (d daemon) running() bool {
	f, err := os.Open(d.lockFile())
	if err != nil {
		return false
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}

// ready reports whether the running server says that it is.
func (d daemon) ready() bool {
	text, err := os.ReadFile(filepath.Join(d.data, d.pidFile))
	return err == nil && bytes.HasSuffix(bytes.TrimSpace(text), []byte("ready"))
}

func (d daemon) lockFile() string { return filepath.Join(d.home, "alive") }

// port is the recorded port; it is the server's own while the server runs.
func (d daemon) port() (int, error) {
	return strconv.Atoi(firstLine(filepath.Join(d.home, "port")))
}

// choosePort keeps the recorded port, so that addresses last, unless somebody
// else has it by now; then it records another free one.
func (d daemon) choosePort() (int, error) {
	if port, err := d.port(); err == nil && free(port) {
		return port, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	return port, writeFile(filepath.Join(d.home, "port"), strconv.Itoa(port)+"\n", 0o644)
}

func free(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	l.Close()
	return true
}

func (d daemon) logFile() string {
	return d.path("log", strings.ToLower(d.name)+".log")
}

// openLog begins a new log and keeps one older.
func (d daemon) openLog() (*os.File, error) {
	if err := os.MkdirAll(d.path("log"), 0o755); err != nil {
		return nil, err
	}
	if err := os.Rename(d.logFile(), d.logFile()+".1"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(d.logFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}

// withLog adds to err the last lines the server wrote.
func (d daemon) withLog(err error) error {
	text, _ := os.ReadFile(d.logFile())
	return fmt.Errorf("%s: %w; the end of %s:\n%s", d.name, err, d.logFile(), lastLines(text))
}

// writeFile replaces a file whole, so that nobody reads half of one.
func writeFile(path, text string, mode os.FileMode) error {
	if err := os.WriteFile(path+".new", []byte(text), mode); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
