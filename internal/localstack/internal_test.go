package localstack

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ensures that whoever cannot have packages installed is told what to do.
func TestMissingPackagesAreInstalledOnlyByRootOnDebian(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		root, apt bool
		want      string // the error
	}{
		{"root on Debian installs", true, true, ""},
		{"another user is given the command", false, true,
			"run\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends maven postgresql"},
		{"without apt the names must do", true, false, "install what Debian calls maven postgresql"},
		{"without apt and root, too", false, false, "install what Debian calls maven postgresql"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := mayInstall([]string{"maven", "postgresql"}, c.root, c.apt); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// ensures that only what the servers that do not run lack is to be installed.
func TestUnmetNeedsAreThoseOfServersToStart(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	running := needy{own: daemon{home: filepath.Join(home, "running")}, list: []need{{"postgresql", errors.New("no Postgres")}}}
	stopped := needy{own: daemon{home: filepath.Join(home, "stopped")}, list: []need{
		{"maven", errors.New("no mvn")}, {"default-jdk-headless", errors.New("no JDK")}, {"git", nil},
	}}
	if err := os.Mkdir(running.own.home, 0o755); err != nil {
		t.Fatal(err)
	}
	alive, err := lock(t.Context(), running.own.lockFile(), func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()

	packages, unmet := unmetNeeds([]server{running, stopped})
	if diff := cmp.Diff([]string{"default-jdk-headless", "maven"}, packages); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("no mvn\nno JDK", unmet.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// needy is a server of which only the needs matter.
type needy struct {
	server
	own  daemon
	list []need
}

func (n needy) base() daemon  { return n.own }
func (n needy) needs() []need { return n.list }

// ensures that a killed start keeps the next one out until the command that it
// ran has ended: a file's lock is the same to the kernel however we lose it.
func TestACommandThatOutlivesItsStartKeepsTheLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, unlock, err := lockCheckout(t.Context(), dir, &reporter{})
	if err != nil {
		t.Fatal(err)
	}
	output, input := io.Pipe()
	cmd := exec.Command("cat")
	cmd.Stdin = output
	ended := make(chan error, 1)
	go func() { ended <- c.run(cmd) }()
	if _, err := input.Write([]byte("it runs\n")); err != nil {
		t.Fatal(err)
	}
	unlock()

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := lockCheckout(ctx, dir, &reporter{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v while the command runs, want the deadline", err)
	}
	if err := errors.Join(input.Close(), <-ended); err != nil {
		t.Fatal(err)
	}
	_, unlock, err = lockCheckout(t.Context(), dir, &reporter{})
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

// ensures that an interrupted download is made anew, and that a whole one is
// shared without asking Maven again.
func TestADistributionIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	c, unlock, err := lockCheckout(t.Context(), t.TempDir(), &reporter{w: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	d := newDistribution(c)
	junk := filepath.Join(d.dir+".new", "lib", "half.jar")
	if err := os.MkdirAll(filepath.Dir(junk), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(junk, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(d.dir+"*", "lib", "half.jar"))
	if err != nil || len(left) > 0 {
		t.Errorf("the interrupted download is still there: %v %v", left, err)
	}
	for _, file := range []string{"classes/Launcher.class", "config/log4j2.properties", "modules/transport-netty4/plugin-descriptor.properties"} {
		if _, err := os.Stat(filepath.Join(d.dir, file)); err != nil {
			t.Error(err)
		}
	}
}

// ensures that a stack belongs to the checkout around the working directory,
// and not to another project's.
func TestTheCheckoutIsTheNearestFolderOfThisModule(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for path, text := range map[string]string{
		"ours/go.mod":          "module personindex\n\ngo 1.26\n",
		"ours/search/query.go": "package search\n",
		"theirs/go.mod":        "module example.org/theirs\n",
	} {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, from, want string
		found            bool
	}{
		{"the folder itself", "ours", "ours", true},
		{"a folder below", "ours/search", "ours", true},
		{"another module", "theirs", "", false},
		{"no module", ".", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, found := moduleAbove(filepath.Join(root, c.from))
			want := ""
			if c.found {
				want = filepath.Join(root, c.want)
			}
			if got != want || found != c.found {
				t.Errorf("got %q %v, want %q %v", got, found, want, c.found)
			}
		})
	}
}

// ensures that data of another user are refused in words.
func TestDataOfAnotherUserAreRefused(t *testing.T) {
	t.Parallel()
	var caller identity
	own := filepath.Join(t.TempDir(), "own")
	if err := caller.makeDirectory(own); err != nil {
		t.Fatal(err)
	}
	if err := caller.checkOwner(own); err != nil {
		t.Errorf("our own data: %v", err)
	}
	stranger := identity{syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(os.Geteuid()) + 1}}}
	if err := stranger.checkOwner(own); err == nil {
		t.Error("somebody else's data are taken for ours")
	}
}
