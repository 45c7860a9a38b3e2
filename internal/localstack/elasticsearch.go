package localstack

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// elasticsearch is the checkout's own Elasticsearch: one node on the loopback
// address, from a [distribution]. It has no password, for the module that would
// ask for one is not published: whoever can log in to the machine can read it.
type elasticsearch struct {
	daemon
	distribution
	heap string
}

func newElasticsearch(c checkout, heap string) elasticsearch {
	if heap == "" {
		heap = "1g"
	}
	home := c.path("elasticsearch")
	return elasticsearch{
		daemon: daemon{
			checkout: c,
			name:     "Elasticsearch",
			home:     home,
			data:     filepath.Join(home, "node"),
			pidFile:  "node.pid",
			ending:   syscall.SIGTERM,
			patience: 3 * time.Minute, // 5 s alone, 13 s measured on a busy machine of two cores
		},
		distribution: newDistribution(c),
		heap:         heap,
	}
}

func (e elasticsearch) base() daemon { return e.daemon }

func (e elasticsearch) needs() []need {
	_, err := findJDK()
	needs := []need{{"default-jdk-headless", err}}
	if !e.fetched() {
		needs = append(needs, need{"maven", findMaven()})
	}
	return needs
}

// identity is root where the unprivileged user cannot go. A capability, as
// Postgres gets, would not do: Java asks by access(2), which ignores them.
func (e elasticsearch) identity() (identity, error) {
	root := func(syscall.Credential) []syscall.SysProcAttr { return []syscall.SysProcAttr{{}} }
	return identify(root, e.home, e.dir)
}

func (e elasticsearch) prepare(ctx context.Context) error {
	if err := e.fetch(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(e.home, 0o755); err != nil {
		return err
	}
	id, err := e.identity()
	if err != nil {
		return err
	}
	if _, err := os.Stat(e.data); err == nil {
		if err := id.checkOwner(e.data); err != nil {
			return err
		}
	}
	for _, dir := range []string{e.data, e.inside("tmp"), e.inside("snapshots")} {
		if err := id.makeDirectory(dir); err != nil {
			return err
		}
	}
	return nil
}

// inside names something in the node's own folder.
func (e elasticsearch) inside(name string) string { return filepath.Join(e.data, name) }

// command starts the node through our launcher. Its settings are the defaults
// but for what makes it one of many on a developer's machine.
func (e elasticsearch) command(port int) (*exec.Cmd, error) {
	jdk, err := findJDK()
	if err != nil {
		return nil, err
	}
	return exec.Command(filepath.Join(jdk, "bin", "java"),
		"-Xms"+e.heap, "-Xmx"+e.heap,
		"-XX:+ExitOnOutOfMemoryError",
		"-XX:-UsePerfData", // a file in /tmp for a tool nobody uses here
		"-Djava.io.tmpdir="+e.inside("tmp"),
		"-XX:ErrorFile="+e.inside("hs_err.log"),
		"-Dlog4j2.disable.jmx=true",
		"-cp", e.classPath(), "Launcher",
		e.inside(e.pidFile),
		"path.home="+e.dir,
		"path.data="+e.inside("data"),
		"path.logs="+e.inside("logs"),
		"path.repo="+e.inside("snapshots"),
		"cluster.name=personindex",
		"node.name=local",
		"discovery.type=single-node",
		"network.host=127.0.0.1",
		"http.port="+strconv.Itoa(port),
		"transport.port=0", // nobody connects to it: any free one
		"action.destructive_requires_name=true",
		// A developer's disk is often nearly full, and the node would turn read-only.
		"cluster.routing.allocation.disk.threshold_enabled=false",
		// Tests make an index each.
		"cluster.max_shards_per_node=10000",
	), nil
}

// answers waits, once the node talks, a while for the indices of an earlier
// run to come back. GET / is not asked: this build has none.
func (e elasticsearch) answers(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet,
		"http://"+address(port)+"/_cluster/health?wait_for_status=yellow&timeout=10s", nil)
	if err != nil {
		return err
	}
	// A connection kept alive would be a goroutine that tests for leaks find.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	switch response.StatusCode {
	case http.StatusOK, http.StatusRequestTimeout: // the latter: a broken index, which is its owner's to mend
		return nil
	}
	return fmt.Errorf("cluster health: %s", response.Status)
}

func (e elasticsearch) describe(s *Stack) error {
	port, err := e.port()
	if err != nil {
		return err
	}
	s.ElasticsearchURLs = []string{"http://" + address(port)}
	return nil
}
