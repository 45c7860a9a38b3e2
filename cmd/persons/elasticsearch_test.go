package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"personindex/configs"
)

// Ensures that Elasticsearch is asked by API key, and only where the configured
// authority vouches for it.
func TestElasticsearchIsReachedByAPIKeyAndAuthority(t *testing.T) {
	t.Parallel()
	var authorization string
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization")
	}))
	defer server.Close()
	authority := filepath.Join(t.TempDir(), "ca.crt")
	writePEM(t, authority, "CERTIFICATE", server.Certificate().Raw)
	ask := func(caFile string) error {
		a := &app{log: slog.New(slog.DiscardHandler), config: configs.Config{Elasticsearch: configs.Elasticsearch{
			URLs: []string{server.URL}, APIKey: "a2V5", CAFile: caFile,
		}}}
		transport, err := a.newTransport(0)
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := transport.Perform(request)
		if err == nil {
			answer.Body.Close()
		}
		return err
	}
	if err := ask(""); err == nil {
		t.Error("a server is believed that nobody vouches for")
	}
	if err := ask(authority); err != nil || !strings.EqualFold(authorization, "ApiKey a2V5") {
		t.Errorf("it is asked with %q, %v", authorization, err)
	}
}
