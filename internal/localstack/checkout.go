package localstack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// module is this module's path, as the first line of its go.mod has it.
const module = "personindex"

// A checkout is the .local folder of one working copy, which we have to
// ourselves, and who is told what happens there.
type checkout struct {
	local string   // absolute
	held  *os.File // its lock
	*reporter
}

// path names something inside .local.
func (c checkout) path(elem ...string) string {
	return filepath.Join(append([]string{c.local}, elem...)...)
}

// lockCheckout finds the checkout and waits for its lock, which only one
// process holds at a time. The kernel gives it back when its holder dies and
// so have the commands that it ran.
func lockCheckout(ctx context.Context, dir string, r *reporter) (checkout, func(), error) {
	dir, err := findCheckout(dir)
	if err != nil {
		return checkout{}, nil, err
	}
	c := checkout{local: filepath.Join(dir, ".local"), reporter: r}
	if err := os.MkdirAll(c.local, 0o755); err != nil {
		return checkout{}, nil, err
	}
	c.held, err = lock(ctx, c.path("lock"), func() {
		r.say("waiting for another process, which is starting or stopping the servers …")
	})
	if err != nil {
		return checkout{}, nil, err
	}
	return c, func() { c.held.Close() }, nil
}

// findCheckout resolves dir, or finds the checkout as [Start] documents.
func findCheckout(dir string) (string, error) {
	if dir != "" {
		return resolve(dir)
	}
	if wd, err := os.Getwd(); err == nil {
		if found, ok := moduleAbove(wd); ok {
			return resolve(found)
		}
	}
	if exe, err := os.Executable(); err == nil {
		if found, ok := moduleAbove(filepath.Dir(exe)); ok {
			return resolve(found)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no checkout of %s around the working directory, and %w", module, err)
	}
	return filepath.Join(cache, module), nil
}

func resolve(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// moduleAbove returns the nearest folder at or above dir with our go.mod.
func moduleAbove(dir string) (string, bool) {
	for ; ; dir = filepath.Dir(dir) {
		if firstLine(filepath.Join(dir, "go.mod")) == "module "+module {
			return dir, true
		}
		if dir == filepath.Dir(dir) {
			return "", false
		}
	}
}

// firstLine is the first line of a file, or empty when there is none to read.
func firstLine(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Scan()
	return s.Text()
}

// lock takes an exclusive lock on the file at path, making it where it does
// not exist. The lock lasts until the file is closed by everybody who has it.
// It calls waiting once if it has to wait for longer than a moment.
func lock(ctx context.Context, path string, waiting func()) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for tries := 1; ; tries++ {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if tries == 40 {
			waiting()
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// A reporter tells people what is going on, from several goroutines at once.
type reporter struct {
	mu sync.Mutex
	w  io.Writer // nil for nobody
}

// say writes one line. That nobody can read it is no reason to fail.
func (r *reporter) say(format string, args ...any) {
	if r.w == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.w, format+"\n", args...)
}
