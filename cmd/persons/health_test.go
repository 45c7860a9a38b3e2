package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"personindex/configs"
)

func TestHealthIsWhatTheAPIAnswers(t *testing.T) {
	t.Parallel()
	for status, well := range map[int]bool{http.StatusOK: true, http.StatusServiceUnavailable: false} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }))
		defer server.Close()
		cmd := newCommand()
		cmd.SetArgs([]string{"health", "--url", server.URL + readyPath})
		if err := cmd.ExecuteContext(t.Context()); (err == nil) != well {
			t.Errorf("of an API that answers %d, health says %v", status, err)
		}
	}
}

func TestHealthAsksWhereTheAPIListens(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080/readyz",
		":8080":          "http://localhost:8080/readyz",
		"0.0.0.0:80":     "http://localhost:80/readyz",
		"[::]:80":        "http://localhost:80/readyz",
		"[::1]:80":       "http://[::1]:80/readyz",
	} {
		if got, err := readyURL(configs.Config{Listen: listen}); err != nil || got != want {
			t.Errorf("an API that listens on %s is asked at %s (%v), want %s", listen, got, err, want)
		}
	}
}

func TestHealthAsksWithTLSWhereTheAPISpeaksIt(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	config := configs.Config{Listen: server.Listener.Addr().String(), TLS: configs.TLS{CertFile: "x", KeyFile: "y"}}
	url, err := readyURL(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := expectOK(t.Context(), url); err != nil {
		t.Errorf("of an API that is well, health at %s says %v", url, err)
	}
}

// ensures that an indexer is well only with its index, which Postgres alone is not.
func TestHealthOfAnIndexerNeedsTheIndex(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	before, _ := in.command("health", "--index")
	if err := before.Run(); err == nil {
		t.Error("without an index the indexer is called well")
	}
	a := in.open()
	defer a.close()
	if err := a.indexer.Ensure(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after, _ := in.command("health", "--index")
	if err := after.Run(); err != nil {
		t.Errorf("with its index the indexer is called unwell: %v", err)
	}
}
