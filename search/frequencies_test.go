package search_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/match"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// counting is a register whose count of names can be lost, and a service that
// searches it without an index.
type counting struct {
	t       *testing.T
	store   *storage.Store
	service *search.Service
	conn    *pgx.Conn
	log     bytes.Buffer
}

func newCounting(t *testing.T) *counting {
	t.Helper()
	config := storagetest.NewConfig(t)
	c := &counting{t: t}
	var err error
	if c.store, err = storage.Open(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.store.Close)
	if c.conn, err = pgx.Connect(t.Context(), config.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.conn.Close(context.Background()) })
	nowhere := search.NewElastic(newTransport(t, &url.URL{Scheme: "http", Host: "127.0.0.1:1"}), "nowhere")
	settings := search.Config{
		Alias: "nowhere", Candidates: 10, Deadline: 20 * time.Second, IndexDeadline: time.Second, OnFile: 0.5,
		Grades: search.Thresholds{Certain: 0.99, Probable: 0.9, Possible: 0.02},
	}
	c.service = search.New(settings, nowhere, c.store, match.DefaultModel(), slog.New(slog.NewTextHandler(&c.log, nil)))
	t.Cleanup(c.service.Close)
	if _, err := c.store.Create(t.Context(), storage.Change{Actor: "test"}, ada(), nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *counting) count() {
	c.t.Helper()
	if _, err := c.store.RefreshFrequencies(c.t.Context(), func(int64, int64) {}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *counting) exec(sql string) {
	c.t.Helper()
	if _, err := c.conn.Exec(c.t.Context(), sql); err != nil {
		c.t.Fatal(err)
	}
}

// version is that of the count by which a search weighs names.
func (c *counting) version() int64 {
	answer, err := c.service.Search(c.t.Context(), person.Unrestricted, search.Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born})
	if err != nil || len(answer.Results) != 1 {
		c.t.Errorf("%d shown, error %v", len(answer.Results), err)
	}
	return answer.Trace.Frequencies
}

// look has a search look for a newer count, and waits for it.
func (c *counting) look() {
	c.service.ExpireFrequencies()
	c.version()
	c.service.Close()
}

func (c *counting) want(version int64, when string) {
	c.t.Helper()
	if got := c.version(); got != version {
		c.t.Errorf("%s the version is %d, want %d", when, got, version)
	}
}

func (c *counting) warnings() int {
	return strings.Count(c.log.String(), "frequencies of names not read")
}

func TestASearchUsesTheLatestCountItCouldRead(t *testing.T) {
	t.Parallel()
	c := newCounting(t)
	c.want(0, "before any count")
	c.count()
	c.want(0, "until it is looked for again")
	c.look()
	c.want(1, "after that")

	c.exec("alter table frequency_total rename to mislaid")
	for range 3 {
		c.look()
	}
	c.want(1, "while no count can be read")
	if n := c.warnings(); n != 1 {
		t.Errorf("%d warnings of one failure", n)
	}
	c.exec("alter table mislaid rename to frequency_total")
	c.count()
	c.service.ExpireFrequencies()
	var searches sync.WaitGroup
	for range 4 {
		searches.Go(func() {
			if v := c.version(); v != 1 && v != 2 {
				t.Errorf("version %d", v)
			}
		})
	}
	searches.Wait()
	c.service.Close()
	c.want(2, "when it can be read again")
}

func TestASearchAnswersWithoutACount(t *testing.T) {
	t.Parallel()
	c := newCounting(t)
	c.count()
	c.exec("alter table frequency_total rename to mislaid")
	c.want(0, "while none could ever be read")
	if n := c.warnings(); n != 1 {
		t.Errorf("%d warnings", n)
	}
	c.exec("alter table mislaid rename to frequency_total")
	c.look()
	c.want(1, "once it can be read")
}
