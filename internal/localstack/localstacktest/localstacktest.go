// Package localstacktest gives tests the real servers they run on.
package localstacktest

import (
	"testing"

	"personindex/internal/localstack"
)

// ForTest returns a Postgres and an Elasticsearch that answer: those that
// PERSONS_TEST_POSTGRES_URL and PERSONS_TEST_ELASTICSEARCH_URLS name, else the
// checkout's own, started if need be. It fails the test, and never skips it,
// when one cannot be had. All tests share the servers, so each must make its
// own database and indices; they stay running for the next test.
func ForTest(tb testing.TB) *localstack.Stack {
	tb.Helper()
	o := localstack.FromEnvironment("PERSONS_TEST")
	o.Progress = tb.Output()
	stack, err := localstack.Start(tb.Context(), o)
	if err != nil {
		tb.Fatalf("no servers to test on: %v", err)
	}
	return stack
}
