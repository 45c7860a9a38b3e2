// Package localstacktest gives tests the real servers they run on.
package localstacktest

import (
	"fmt"
	"os"
	"testing"

	"personindex/internal/localstack"
	"personindex/internal/localstack/dockerstack"
)

// ForTest returns a Postgres and an Elasticsearch that answer: those that
// PERSONS_TEST_POSTGRES_URL and PERSONS_TEST_ELASTICSEARCH_URLS name, else
// containers if PERSONS_TEST_STACK is docker, else the checkout's own; started if
// need be. It fails the test, and never skips it,
// when one cannot be had. All tests share the servers, so each must make its
// own database and indices; they stay running for the next test.
func ForTest(tb testing.TB) *localstack.Stack {
	tb.Helper()
	stack, err := start(tb)
	if err != nil {
		tb.Fatalf("no servers to test on: %v", err)
	}
	return stack
}

func start(tb testing.TB) (*localstack.Stack, error) {
	o := localstack.FromEnvironment("PERSONS_TEST")
	o.Progress = tb.Output()
	switch kind := os.Getenv("PERSONS_TEST_STACK"); {
	case o.PostgresURL != "" && len(o.ElasticsearchURLs) > 0, kind == "":
		return localstack.Start(tb.Context(), o)
	case kind == "docker":
		return dockerstack.Start(tb.Context(), dockerstack.ImagesFromEnvironment())
	default:
		return nil, fmt.Errorf("PERSONS_TEST_STACK is %q: docker or nothing is known", kind)
	}
}
