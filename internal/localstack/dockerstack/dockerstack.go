// Package dockerstack gives tests a Postgres and an Elasticsearch in containers.
// It is apart from localstack so that no program but a test holds a Docker client.
package dockerstack

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
	"golang.org/x/sync/errgroup"

	"personindex/internal/localstack"
)

// The official images, pinned as docker-compose.yml pins them.
const (
	PostgresImage      = "postgres:17"
	ElasticsearchImage = "elasticsearch:" + localstack.ElasticsearchVersion
)

// Label marks the containers, so that they can be found and removed:
//
//	docker rm --force --volumes $(docker ps --all --quiet --filter label=personindex.test)
const Label = "personindex.test"

// The names inside the server. Its password guards nothing but tests: the port is
// on loopback.
const postgresName = "persons"

// startTimeout bounds the start of one server, its image pulled already.
const startTimeout = 3 * time.Minute

// Images are the images that run; the zero value means the official ones.
type Images struct{ Postgres, Elasticsearch string }

// ImagesFromEnvironment reads PERSONS_TEST_POSTGRES_IMAGE and
// PERSONS_TEST_ELASTICSEARCH_IMAGE.
func ImagesFromEnvironment() Images {
	return Images{os.Getenv("PERSONS_TEST_POSTGRES_IMAGE"), os.Getenv("PERSONS_TEST_ELASTICSEARCH_IMAGE")}
}

// Start returns a stack whose servers answer, on ports of the loopback address.
// Like the servers of localstack they outlive whoever started them, one of each
// image on a machine, so that a second start is an attach: test programs call it
// at the same time and get the same servers. For that it turns off testcontainers' reaper for this process, which would take the servers away
// from the next. It leaves no goroutine behind.
func Start(ctx context.Context, images Images) (*localstack.Stack, error) {
	if err := configureTestcontainers(); err != nil {
		return nil, err
	}
	provider, err := testcontainers.NewDockerProvider(testcontainers.WithLogger(log.NewNoopLogger()))
	if err != nil {
		return nil, fmt.Errorf("reach Docker: %w", err)
	}
	defer provider.Close()
	var postgres, elasticsearch string
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		postgres, err = run(ctx, provider, postgresRequest(images.Postgres))
		return err
	})
	group.Go(func() (err error) {
		elasticsearch, err = run(ctx, provider, elasticsearchRequest(images.Elasticsearch))
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return &localstack.Stack{
		PostgresURL: (&url.URL{
			Scheme: "postgres", User: url.UserPassword(postgresName, postgresName), Host: postgres,
			Path: postgresName, RawQuery: "sslmode=disable",
		}).String(),
		ElasticsearchURLs: []string{"http://" + elasticsearch},
	}, nil
}

// configureTestcontainers turns off the reaper, which would take the servers away
// from the next test program, and has the ports looked for where they are: inside
// a container testcontainers would look at the bridge, where loopback is not. It
// takes its settings from the environment of the process only.
func configureTestcontainers() error {
	return errors.Join(os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"), os.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1"))
}

func postgresRequest(image string) testcontainers.ContainerRequest {
	if image == "" {
		image = PostgresImage
	}
	return testcontainers.ContainerRequest{
		Name:         containerName("postgres", image),
		Image:        image,
		ExposedPorts: []string{"5432/tcp"},
		Env:          map[string]string{"POSTGRES_USER": postgresName, "POSTGRES_PASSWORD": postgresName, "POSTGRES_DB": postgresName},
		Cmd:          []string{"postgres", "-c", "max_connections=200", "-c", "shared_buffers=256MB"}, // many test programs at once
		// While it makes the cluster the server listens on a socket only.
		WaitingFor: wait.ForListeningPort("5432/tcp").WithStartupTimeout(startTimeout),
	}
}

func elasticsearchRequest(image string) testcontainers.ContainerRequest {
	if image == "" {
		image = ElasticsearchImage
	}
	return testcontainers.ContainerRequest{
		Name:         containerName("elasticsearch", image),
		Image:        image,
		ExposedPorts: []string{"9200/tcp"},
		Env: map[string]string{
			"discovery.type":         "single-node",
			"xpack.security.enabled": "false",
			"ES_JAVA_OPTS":           "-Xms1g -Xmx1g",
			// As for localstack's node: a disk nearly full, and an index a test.
			"cluster.routing.allocation.disk.threshold_enabled": "false",
			"cluster.max_shards_per_node":                       "10000",
			"action.destructive_requires_name":                  "true",
		},
		// Asked for a second at most each time, and on no connection kept alive.
		WaitingFor: wait.ForHTTP("/_cluster/health?wait_for_status=yellow&timeout=500ms").WithPort("9200/tcp").
			WithHeaders(map[string]string{"Connection": "close"}).WithStartupTimeout(startTimeout),
	}
}

// run starts a container, or finds the one that runs, and returns its host and
// port once it answers.
func run(ctx context.Context, provider *testcontainers.DockerProvider, request testcontainers.ContainerRequest) (address string, err error) {
	request.Labels = map[string]string{Label: "true"}
	request.HostConfigModifier = func(host *container.HostConfig) {
		onLoopback := network.PortBinding{HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1}), HostPort: "0"} // any free port
		host.PortBindings = network.PortMap{network.MustParsePort(request.ExposedPorts[0]): {onLoopback}}
	}
	c, err := provider.ReuseOrCreateContainer(ctx, request)
	if err != nil {
		return "", fmt.Errorf("make a container of %s: %w", request.Image, err)
	}
	if !c.IsRunning() {
		if err := c.Start(ctx); err != nil {
			return "", fmt.Errorf("start a container of %s: %w", request.Image, err)
		}
	}
	host, err := c.Host(ctx)
	if err != nil {
		return "", fmt.Errorf("find the host of Docker: %w", err)
	}
	port, err := c.MappedPort(ctx, request.ExposedPorts[0])
	if err != nil {
		return "", fmt.Errorf("find the port of %s: %w", request.Image, err)
	}
	return net.JoinHostPort(host, port.Port()), nil
}

// containerName is the same for everybody who wants a server of this image.
func containerName(server, image string) string {
	return fmt.Sprintf("persons-test-%s-%.4x", server, sha256.Sum256([]byte(image)))
}
