package localstack_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"personindex/internal/localstack"
)

// ensures that a checkout keeps its servers, addresses and data through
// everything that happens to them short of Clean. One stack lives through all
// of it, since every start of Elasticsearch costs seconds.
func TestAStackOutlivesItsStartersAndItsCrashes(t *testing.T) {
	t.Parallel()
	dir := newCheckout(t)
	first := start(t, dir)
	if !first.Started {
		t.Error("the first start does not say that it started servers")
	}
	remember(t, first)

	steps := []struct {
		name    string
		happens func()
		starts  bool // whether the next Start has something to start
	}{
		{"a second start attaches", func() {}, false},
		{"a killed Postgres is started again", func() { kill(t, dir, "postgres/cluster/postmaster.pid") }, true},
		{"killed servers are started again, whoever has their process ids by now", func() {
			kill(t, dir, "postgres/cluster/postmaster.pid")
			kill(t, dir, "elasticsearch/node/node.pid")
			another := strconv.Itoa(newProcess(t, dir)) + "\n"
			write(t, filepath.Join(dir, ".local/postgres/cluster/postmaster.pid"), another)
			write(t, filepath.Join(dir, ".local/elasticsearch/node/node.pid"), another+"ready\n")
		}, true},
	}
	for _, step := range steps {
		step.happens()
		got := start(t, dir)
		want := &localstack.Stack{PostgresURL: first.PostgresURL, ElasticsearchURLs: first.ElasticsearchURLs, Started: step.starts}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", step.name, diff)
		}
		checkRemembered(t, got)
	}
	checkRunning(t, dir, &localstack.Stack{PostgresURL: first.PostgresURL, ElasticsearchURLs: first.ElasticsearchURLs})

	stop(t, dir)
	checkRunning(t, dir, &localstack.Stack{})
	stop(t, dir) // with nothing to stop
}

// ensures that many processes that want the servers at once get the same ones,
// and that exactly one of them has to stop them.
func TestStartsAtTheSameTimeShareTheServers(t *testing.T) {
	t.Parallel()
	dir := newCheckout(t)
	stacks := make([]*localstack.Stack, 6)
	var group errgroup.Group
	for i := range stacks {
		group.Go(func() (err error) {
			stacks[i], err = localstack.Start(t.Context(), postgresOnly(dir))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	started := 0
	for _, s := range stacks {
		if s.Started {
			started++
		}
		if s.PostgresURL != stacks[0].PostgresURL {
			t.Errorf("two addresses: %s and %s", s.PostgresURL, stacks[0].PostgresURL)
		}
	}
	if started != 1 {
		t.Errorf("%d calls say that they started the server, want 1", started)
	}
}

// ensures that neither the servers nor the end of one checkout are noticed in
// another, and that root can keep one where the servers' user cannot go.
func TestCheckoutsSideBySideDoNotMeet(t *testing.T) {
	t.Parallel()
	left, right := newCheckout(t), newUnreachableCheckout(t)
	a, b := start(t, left), start(t, right)
	if a.PostgresURL == b.PostgresURL || a.ElasticsearchURLs[0] == b.ElasticsearchURLs[0] {
		t.Fatalf("two checkouts share a server: %v and %v", a, b)
	}
	remember(t, a)
	remember(t, b)
	strange := strings.Replace(a.PostgresURL, password(t, a.PostgresURL), password(t, b.PostgresURL), 1)
	if out, err := psql(strange, "SELECT 1"); err == nil {
		t.Errorf("one checkout's password opens another's Postgres: %s", out)
	}
	stop(t, right)
	checkRemembered(t, a)
}

// ensures that clean forgets the data and keeps what was downloaded.
func TestCleanForgetsTheData(t *testing.T) {
	t.Parallel()
	dir := newCheckout(t)
	before, err := localstack.Start(t.Context(), postgresOnly(dir))
	if err != nil {
		t.Fatal(err)
	}
	if out, err := psql(before.PostgresURL, "CREATE TABLE remembered (it text)"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := localstack.Clean(t.Context(), dir, t.Output()); err != nil {
		t.Fatal(err)
	}
	checkRunning(t, dir, &localstack.Stack{})
	left, err := os.ReadDir(filepath.Join(dir, ".local"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range left {
		names = append(names, entry.Name())
	}
	if diff := cmp.Diff([]string{"downloads", "lock"}, names); diff != "" {
		t.Errorf("in .local (-want +got):\n%s", diff)
	}
	after, err := localstack.Start(t.Context(), postgresOnly(dir))
	if err != nil {
		t.Fatal(err)
	}
	if out, err := psql(after.PostgresURL, "TABLE remembered"); err == nil {
		t.Errorf("the table outlived clean: %s", out)
	}
}

// ensures that a start gets round what an interrupted one left, and a port
// that somebody else has taken meanwhile.
func TestStartRecoversFromWhatIsInItsWay(t *testing.T) {
	t.Parallel()
	dir := newCheckout(t)
	half := filepath.Join(dir, ".local/postgres/new/cluster")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(half, "PG_VERSION"), "15\n")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	write(t, filepath.Join(dir, ".local/postgres/port"), fmt.Sprintln(taken.Addr().(*net.TCPAddr).Port))

	stack, err := localstack.Start(t.Context(), postgresOnly(dir))
	if err != nil {
		t.Fatal(err)
	}
	if out, err := psql(stack.PostgresURL, "SELECT 1"); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// ensures that when one server cannot be started its log says why in the
// error, and that the other one does not stay behind.
func TestAFailedStartSaysWhyAndLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	dir := newCheckout(t)
	o := options(t, dir)
	o.ElasticsearchHeap = "plenty"
	_, err := localstack.Start(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "Invalid initial heap size: -Xmsplenty") {
		t.Errorf("got %v, want what java says of its heap", err)
	}
	checkRunning(t, dir, &localstack.Stack{})
}

// ensures that nobody waits for ever on a process that holds the checkout.
func TestStartGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	dir := newCheckout(t)
	holder, err := os.Create(filepath.Join(dir, ".local/lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	if err := syscall.Flock(int(holder.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := localstack.Start(ctx, localstack.Options{Dir: dir}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
}

// ensures that given servers are used as they are and nothing is set up.
func TestGivenAddressesAreUsedAsTheyAre(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	got, err := localstack.Start(t.Context(), localstack.Options{
		Dir: dir, PostgresURL: "postgres://db.example.org", ElasticsearchURLs: []string{"http://a.example.org", "http://b.example.org"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &localstack.Stack{PostgresURL: "postgres://db.example.org", ElasticsearchURLs: []string{"http://a.example.org", "http://b.example.org"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, ".local")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf(".local was made for servers that were given: %v", err)
	}
}

// ensures that FromEnvironment reads what the prefix names and nothing else.
func TestFromEnvironment(t *testing.T) {
	t.Setenv("PERSONS_TEST_POSTGRES_URL", "postgres://test")
	t.Setenv("PERSONS_TEST_ELASTICSEARCH_URLS", "http://a, http://b,")
	t.Setenv("PERSONS_POSTGRES_URL", "")
	t.Setenv("PERSONS_ELASTICSEARCH_URLS", "")
	want := localstack.Options{PostgresURL: "postgres://test", ElasticsearchURLs: []string{"http://a", "http://b"}}
	if diff := cmp.Diff(want, localstack.FromEnvironment("PERSONS_TEST")); diff != "" {
		t.Errorf("PERSONS_TEST (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(localstack.Options{}, localstack.FromEnvironment("PERSONS")); diff != "" {
		t.Errorf("PERSONS (-want +got):\n%s", diff)
	}
}

// newCheckout makes a folder to keep a stack in, which shares the downloads of
// the real checkout, and stops what runs there in the end.
func newCheckout(t *testing.T) string {
	t.Helper()
	dir := newUnreachableCheckout(t)
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// newUnreachableCheckout is a newCheckout in a folder that only its owner can
// enter, as /root is.
func newUnreachableCheckout(t *testing.T) string {
	t.Helper()
	downloads, err := filepath.Abs("../../.local/downloads")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() // below a folder of mode 0700
	for _, d := range []string{downloads, filepath.Join(dir, ".local")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(downloads, filepath.Join(dir, ".local/downloads")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := localstack.Stop(context.WithoutCancel(t.Context()), dir, io.Discard); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func options(t *testing.T, dir string) localstack.Options {
	return localstack.Options{Dir: dir, ElasticsearchHeap: "256m", Progress: t.Output()}
}

// postgresOnly are options that have an Elasticsearch already.
func postgresOnly(dir string) localstack.Options {
	return localstack.Options{Dir: dir, ElasticsearchURLs: []string{"http://unused.example.org"}}
}

func start(t *testing.T, dir string) *localstack.Stack {
	t.Helper()
	stack, err := localstack.Start(t.Context(), options(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

func stop(t *testing.T, dir string) {
	t.Helper()
	if err := localstack.Stop(t.Context(), dir, t.Output()); err != nil {
		t.Fatal(err)
	}
}

func checkRunning(t *testing.T, dir string, want *localstack.Stack) {
	t.Helper()
	got, err := localstack.Running(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("running (-want +got):\n%s", diff)
	}
}

// remember leaves a row and a document behind; checkRemembered looks for them.
func remember(t *testing.T, s *localstack.Stack) {
	t.Helper()
	if out, err := psql(s.PostgresURL, "CREATE TABLE remembered (it text); INSERT INTO remembered VALUES ('yes')"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut,
		s.ElasticsearchURLs[0]+"/remembered/_doc/1", strings.NewReader(`{"it": "yes"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if status := do(t, request); status != http.StatusCreated {
		t.Fatalf("index a document: status %d", status)
	}
}

func checkRemembered(t *testing.T, s *localstack.Stack) {
	t.Helper()
	out, err := psql(s.PostgresURL, "TABLE remembered")
	if diff := cmp.Diff("yes\n", out); err != nil || diff != "" {
		t.Errorf("Postgres: %v (-want +got):\n%s", err, diff)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.ElasticsearchURLs[0]+"/remembered/_doc/1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if status := do(t, request); status != http.StatusOK {
		t.Errorf("Elasticsearch: status %d for the document", status)
	}
}

func do(t *testing.T, request *http.Request) int {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

// psql runs SQL through Debian's client and returns the bare values.
func psql(url, sql string) (string, error) {
	out, err := exec.Command("psql", "--no-psqlrc", "--no-password", "-At", url, "-c", sql).CombinedOutput()
	return string(out), err
}

func password(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := u.User.Password()
	return secret
}

// kill ends the process a pid file names without giving it a chance to tidy up.
func kill(t *testing.T, dir, pidFile string) {
	t.Helper()
	if err := syscall.Kill(pid(t, dir, pidFile), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// pid is the process that a file in .local names.
func pid(t *testing.T, dir, pidFile string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, ".local", pidFile))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	id, err := strconv.Atoi(string(line))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// newProcess starts a process that has nothing to do with us, as the servers'
// user where it can, and returns its id.
func newProcess(t *testing.T, dir string) int {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, ".local/postgres/cluster"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sleep", "600")
	if owner := info.Sys().(*syscall.Stat_t); os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Errorf("the other process was not left alone: %v", err)
		}
		cmd.Wait()
	})
	return cmd.Process.Pid
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
