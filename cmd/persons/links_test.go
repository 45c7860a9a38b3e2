package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"personindex/configs"
)

// linksFile writes a file of one service whose health is at an address.
func linksFile(t *testing.T, health string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "links.yaml")
	const services = "services:\n  - {name: alerts, rel: alerts, template: \"https://alerts.example/{id}\", health: {url: %q}}\n"
	if err := os.WriteFile(file, fmt.Appendf(nil, services, health), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Ensures that a service that serves looks after the services it links to, and that
// one that fails its first check is told of as unavailable.
func TestAServiceChecksWhatItLinksTo(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	var once sync.Once
	health := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		once.Do(func() { close(asked) })
	}))
	defer health.Close()
	address := freeAddress(t)
	a := newInstallation(t, "PERSONS_LISTEN="+address, "PERSONS_LINKS_FILE="+linksFile(t, health.URL)).open()
	defer a.close()
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- a.serve(ctx, false, func() { close(ready) }) }()
	<-ready
	<-asked
	status, created := request(t, http.MethodPost, "http://"+address+"/persons", example)
	if status != http.StatusCreated {
		t.Fatalf("create answers %d: %s", status, created)
	}
	eventually(t, "the link is left out", func() bool {
		_, read := request(t, http.MethodGet, fmt.Sprintf("http://%s/persons/%s", address, decode(t, created)["id"]), "")
		return strings.Contains(string(read), `"links":[]`) && strings.Contains(string(read), `"unavailable":["alerts"]`)
	})
	stop()
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
}

func TestAServiceRefusesLinksThatCannotWork(t *testing.T) {
	t.Parallel()
	file := linksFile(t, "http://alerts.example/health")
	config, err := configs.Load("", append(newInstallation(t).environ, "PERSONS_LINKS_FILE="+file), nil)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := open(t.Context(), config, io.Discard); err == nil {
		a.close()
		t.Error("it starts")
	} else if want := file + ": line 2: services[0].health.url must begin with https://"; !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v and should say %s", err, want)
	}
}
