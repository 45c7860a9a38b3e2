package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"personindex/access"
	"personindex/api"
	"personindex/audit"
	"personindex/internal/generate"
	"personindex/match"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

// benchResidents is how many people a benchmark searches among;
// PERSONS_TEST_BENCH_RESIDENTS overrides it.
const benchResidents = 100_000

// BenchmarkSearch compares GET /persons over HTTP with the bare _search of the
// same body, one after the other for each question, and prints medians.
func BenchmarkSearch(b *testing.B) {
	size := benchSize(b)
	questions := generatedQuestions(b)
	auditKey, err := writeAuditKey(filepath.Join(b.TempDir(), "auditor.pem"))
	if err != nil {
		b.Fatal(err)
	}
	b.Setenv("PERSONS_AUDIT_PUBLIC_KEY", auditKey.String())
	for _, setting := range append(councilSettings(b), "PERSONS_LIMITS_PER_SECOND=0") {
		name, value, _ := strings.Cut(setting, "=")
		b.Setenv(name, value)
	}
	cmd := &cobra.Command{}
	cmd.Flags().String("config", "", "")
	cmd.SetContext(b.Context())
	cmd.SetErr(io.Discard)
	err = withScratch(cmd, func(ctx context.Context, a *app) error {
		start := time.Now()
		if err := loadPeople(ctx, a.store, sample(size, sampleSeed), size, func(string, int64, int64) {}); err != nil {
			return err
		}
		fmt.Printf("load into Postgres: %.0f people a second\n", float64(size)/time.Since(start).Seconds())
		start = time.Now()
		if err := a.indexer.Ensure(ctx, nil); err != nil {
			return err
		}
		fmt.Printf("fill the index: %.0f people a second\n", float64(size)/time.Since(start).Seconds())
		return a.compareSearches(ctx, b, questions, size)
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benchSize(b *testing.B) int {
	b.Helper()
	text := os.Getenv("PERSONS_TEST_BENCH_RESIDENTS")
	if text == "" {
		return benchResidents
	}
	size, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return size
}

// BenchmarkImport imports a file of residents into an empty register that one
// index is fed from, and again with nothing new, and prints what each stage costs
// and how much of the heap was in use at the most.
func BenchmarkImport(b *testing.B) {
	size := benchSize(b)
	b.Setenv("PERSONS_IMPORT_KEY", strings.Repeat("k", 32))
	dir := b.TempDir()
	if err := generate.Write(b.Context(), dir, generate.Options{N: size, Seed: sampleSeed, Queries: -1}); err != nil {
		b.Fatal(err)
	}
	options := importOptions{system: "benchmark"}
	file, err := options.open(filepath.Join(dir, "residents.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	stage := func(name string, fn func() error) {
		start, most := time.Now(), heapWatch()
		if err := fn(); err != nil {
			b.Fatal(err)
		}
		took := time.Since(start)
		fmt.Printf("%s: %.0f people a second, %d MB of heap at most\n", name, float64(size)/took.Seconds(), most()>>20)
	}
	stage("read the file twice, as an import does", func() error {
		_, err := file.Survey(func(int) {})
		for _, rowErr := range file.Rows() {
			err = errors.Join(err, rowErr)
		}
		return err
	})
	stage("read it once, standardise and make keys", func() error {
		for row, err := range file.Rows() {
			if err != nil {
				return err
			}
			match.BlockingKeys(match.Standardise(row.Person))
		}
		return nil
	})
	cmd := &cobra.Command{}
	cmd.Flags().String("config", "", "")
	cmd.SetContext(b.Context())
	cmd.SetErr(io.Discard)
	err = withScratch(cmd, func(ctx context.Context, a *app) error {
		if err := a.indexer.Ensure(ctx, nil); err != nil {
			return err
		}
		for _, name := range []string{"import into Postgres, keys, audit, history and outbox", "import again, nothing new"} {
			run := &importing{
				store: a.store, file: file, options: options, rules: a.config.Rules(),
				rejects: &rejects{path: filepath.Join(dir, "rejects.csv")}, report: func(string, int64, int64) {},
			}
			stage(name, func() error { return a.store.WithImport(ctx, options.system, run.all) })
			if run.total.Created+run.total.Unchanged != size {
				return fmt.Errorf("%+v of %d", run.total, size)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// heapWatch looks at the heap ten times a second; what it returns stops that and
// tells the most that was in use.
func heapWatch() (most func() uint64) {
	runtime.GC()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var highest uint64
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			highest = max(highest, m.HeapInuse)
			select {
			case <-tick.C:
			case <-done:
				peak <- highest
				return
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-peak
	}
}

// generatedQuestions are questions about the residents that sample makes.
func generatedQuestions(b *testing.B) []search.Query {
	b.Helper()
	dir := b.TempDir()
	if err := generate.Write(b.Context(), dir, generate.Options{N: sampleSize, Seed: sampleSeed, Queries: 1000}); err != nil {
		b.Fatal(err)
	}
	questions, err := readQuestions(filepath.Join(dir, "queries.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	var queries []search.Query
	for _, q := range questions {
		query, err := q.search()
		if err != nil {
			b.Fatal(err)
		}
		query.IncludeDeceased = false
		if query.Validate() == nil {
			queries = append(queries, query)
		}
	}
	return queries
}

// unaudited is a register that tells its audit nothing of what is only read, to
// measure what that takes.
type unaudited struct{ *storage.Store }

func (unaudited) Record(context.Context, audit.Event) error       { return nil }
func (unaudited) RecordSearch(context.Context, audit.Event) error { return nil }

// anybody takes each caller for one who may read.
type anybody struct{}

func (anybody) Authenticate(context.Context, string) (access.Caller, error) {
	return access.Caller{Subject: "anybody", Roles: []access.Role{access.Reader}}, nil
}

// withoutAccess is the API as it would be if nobody asked who calls, and nobody
// kept what they read.
func (a *app) withoutAccess() *api.API {
	return api.New(a.config.APIConfig(), api.Deps{
		Callers: anybody{}, Searcher: a.search, Register: unaudited{a.store}, Rules: a.config.Rules(), Logger: a.log,
	})
}

// compareSearches asks each question in several ways, one after the other, in an
// order that changes: what one leaves the servers to do is then not always the same
// one's to wait for.
func (a *app) compareSearches(ctx context.Context, b *testing.B, questions []search.Query, size int) error {
	whole := a.api()
	service, unheard := httptest.NewServer(whole), httptest.NewServer(a.withoutAccess())
	defer service.Close()
	defer unheard.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	defer client.CloseIdleConnections()
	officer := "Bearer " + tokenFor(b, person.Unrestricted, access.Reader)
	cleared := "Bearer " + tokenFor(b, person.VeryRestricted, access.Reader)
	get := func(server *httptest.Server, q search.Query, headers ...string) (time.Duration, error) {
		return ask(ctx, client, http.MethodGet, server.URL+"/persons?"+parameters(q).Encode(), nil, headers...)
	}
	const usual, alone, typed, seeing, bare, ways = 0, 1, 2, 3, 4, 5
	each := [ways]func(i int, q search.Query) (time.Duration, error){
		usual: func(_ int, q search.Query) (time.Duration, error) { return get(service, q, "Authorization", officer) },
		alone: func(_ int, q search.Query) (time.Duration, error) { return get(unheard, q) },
		typed: func(i int, q search.Query) (time.Duration, error) {
			return get(service, q, "Authorization", officer, "Search-Session", fmt.Sprint("s", i/5))
		},
		seeing: func(_ int, q search.Query) (time.Duration, error) { return get(service, q, "Authorization", cleared) },
		bare: func(_ int, q search.Query) (time.Duration, error) {
			body, err := search.CandidateBody(search.Wanted{Record: q.Record()}, a.config.Search.Candidates)
			if err != nil {
				return 0, err
			}
			return ask(ctx, client, http.MethodPost, a.config.Elasticsearch.URLs[0]+"/"+a.config.Alias()+"/_search", body)
		},
	}
	var took [ways][]time.Duration
	var before map[string]stageTime
	for round := range 3 {
		if round == 1 { // the first warms caches up
			took, before = [ways][]time.Duration{}, a.stages(whole)
		}
		for i, q := range questions {
			for turn := range ways {
				way := (i + turn) % ways
				t, err := each[way](i, q)
				if err != nil {
					return err
				}
				took[way] = append(took[way], t)
			}
		}
	}
	after := a.stages(whole)
	for way := range took {
		slices.Sort(took[way])
	}
	for _, share := range []float64{0.5, 0.99} {
		w, e := percentile(took[usual], share), percentile(took[bare], share)
		fmt.Printf("GET /persons at %d residents, p%.0f: %.2f ms; bare _search %.2f ms; %.1f x bare\n", size, 100*share, w, e, w/e)
	}
	for _, share := range []float64{0.5, 0.99} {
		w, s := percentile(took[usual], share), percentile(took[alone], share)
		fmt.Printf("  of it knowing the caller and the audit, p%.0f: %.2f ms (%.2f with, %.2f without); %.2f x without; %.2f ms in sessions of 5; %.2f ms for who sees everybody\n",
			100*share, w-s, w, s, w/s, percentile(took[typed], share), percentile(took[seeing], share))
	}
	for _, stage := range []string{"index", "overlay", "candidates", "records", "score", "people", "audit"} {
		n := after[stage].count - before[stage].count
		mean := (after[stage].seconds - before[stage].seconds) / max(float64(n), 1) * 1000
		fmt.Printf("  of it %-10s mean %.2f ms, %d times\n", stage, mean, n)
	}
	start := time.Now()
	for range len(questions) {
		if _, err := a.callers.Authenticate(ctx, officer); err != nil {
			return err
		}
	}
	fmt.Printf("  of it %-10s mean %.2f ms\n", "caller", time.Since(start).Seconds()*1000/float64(len(questions)))
	b.ReportMetric(percentile(took[usual], 0.5)/percentile(took[bare], 0.5), "x-bare")
	return nil
}

func parameters(q search.Query) url.Values {
	values := url.Values{}
	data, _ := json.Marshal(q)
	var given map[string]any
	_ = json.Unmarshal(data, &given)
	for name, value := range given {
		values.Set(name, fmt.Sprint(value))
	}
	return values
}

// ask times a request. Headers follow the body in pairs.
func ask(ctx context.Context, client *http.Client, method, address string, body []byte, headers ...string) (time.Duration, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	start := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0, err
	}
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answered %d", method, response.StatusCode)
	}
	return time.Since(start), nil
}

type stageTime struct {
	count   uint64
	seconds float64
}

// stages reads how often each stage of a search ran and how long in all, and the
// writing of the audit, which goes on beside people.
func (a *app) stages(service *api.API) map[string]stageTime {
	metrics := httptest.NewRecorder()
	service.Admin().ServeHTTP(metrics, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	times := map[string]stageTime{}
	for line := range strings.Lines(metrics.Body.String()) {
		var value float64
		name, rest, _ := strings.Cut(line, " ")
		_, _ = fmt.Sscan(rest, &value)
		stage := "audit"
		switch {
		case strings.HasPrefix(name, "persons_search_stage_seconds"):
			_, stage, _ = strings.Cut(strings.TrimSuffix(name, `"}`), `stage="`)
		case !strings.HasPrefix(name, "persons_audit_write_seconds") || !strings.HasSuffix(name, `{action="search"}`):
			continue
		}
		t := times[stage]
		switch {
		case strings.Contains(name, "_seconds_sum"):
			t.seconds = value
		case strings.Contains(name, "_seconds_count"):
			t.count = uint64(value)
		}
		times[stage] = t
	}
	return times
}
