package localstacktest_test

import (
	"net"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/internal/localstack"
	"personindex/internal/localstack/localstacktest"
)

// ensures that a test gets servers that take connections.
func TestForTestGivesServersThatAnswer(t *testing.T) {
	stack := localstacktest.ForTest(t)
	for _, address := range append([]string{stack.PostgresURL}, stack.ElasticsearchURLs...) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Errorf("%s: %v", u.Scheme, err)
			continue
		}
		conn.Close()
	}
}

// ensures that the servers named for tests are taken, and no others.
func TestForTestTakesTheServersNamedForTests(t *testing.T) {
	t.Setenv("PERSONS_TEST_POSTGRES_URL", "postgres://test.example.org")
	t.Setenv("PERSONS_TEST_ELASTICSEARCH_URLS", "http://test.example.org")
	t.Setenv("PERSONS_POSTGRES_URL", "postgres://live.example.org")
	want := &localstack.Stack{PostgresURL: "postgres://test.example.org", ElasticsearchURLs: []string{"http://test.example.org"}}
	if diff := cmp.Diff(want, localstacktest.ForTest(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
