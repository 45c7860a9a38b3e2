package api

import (
	"net/http"
	"testing"
	"time"

	"personindex/internal/breaker"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// While Postgres is gone it is soon not asked any more, whatever the request, and
// the caller is told to come back.
func TestWithoutPostgresEveryRequestIsUnavailableAtOnce(t *testing.T) {
	t.Parallel()
	line, config := storagetest.NewLine(t, storagetest.NewConfig(t))
	config.Breaker = breaker.Config{Failures: 1, Wait: time.Hour}
	store, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	s := start(t, func(_ *Config, d *Deps) { d.Register, d.Searcher = store, searcher(t, store) })
	p := s.create(`{"forename":"Ada","surname":"Exampleton"}`)
	path := "/persons/" + string(p.ID)

	line.Cut()
	s.do(http.MethodGet, path, "").wantProblem(unavailable)
	line.Mend() // and still nobody asks
	for _, r := range []response{
		s.do(http.MethodGet, path, ""),
		s.do(http.MethodGet, path+"/history", ""),
		s.do(http.MethodGet, "/persons?system=housing&reference=T1", ""),
		s.do(http.MethodPatch, path, `{"forename":"Grace"}`, "If-Match", `"1"`),
		s.do(http.MethodPost, path, `{"forename":"Grace"}`, "If-Match", `"1"`),
		s.do(http.MethodDelete, path, "", "If-Match", `"1"`, "Erasure-Reason", "request 4711"),
		s.do(http.MethodPost, path+"/crossReferences", `{"system":"housing","reference":"T1"}`),
		s.do(http.MethodPost, "/persons", `{"forename":"Alan"}`, "Idempotency-Key", "k"),
	} {
		r.wantProblem(unavailable)
		if r.header.Get("Retry-After") == "" {
			t.Error("it is not said when to try again")
		}
	}
}
