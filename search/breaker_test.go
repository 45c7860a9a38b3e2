package search_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"personindex/internal/breaker"
	"personindex/internal/localstack/localstacktest"
	"personindex/match"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// gate is a TCP proxy before Elasticsearch that can keep the answers to itself.
type gate struct {
	listener net.Listener
	target   string
	hangs    atomic.Bool
	requests atomic.Int64 // pieces of requests that came
	handlers sync.WaitGroup
}

func newGate(t *testing.T) (*gate, *url.URL) {
	t.Helper()
	address, err := url.Parse(localstacktest.ForTest(t).ElasticsearchURLs[0])
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{target: address.Host}
	if g.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	g.handlers.Go(func() { g.accept(ctx) })
	t.Cleanup(func() {
		cancel()
		g.listener.Close()
		g.handlers.Wait()
	})
	through := *address
	through.Host = g.listener.Addr().String()
	return g, &through
}

func (g *gate) accept(ctx context.Context) {
	for {
		near, err := g.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", g.target)
		if err != nil {
			near.Close()
			continue
		}
		stop := context.AfterFunc(ctx, func() { near.Close(); far.Close() })
		g.handlers.Go(func() {
			_, _ = io.Copy(writer(func(b []byte) (int, error) { g.requests.Add(1); return far.Write(b) }), near)
			far.Close()
		})
		g.handlers.Go(func() {
			defer stop()
			_, _ = io.Copy(writer(func(b []byte) (int, error) {
				if g.hangs.Load() {
					return len(b), nil
				}
				return near.Write(b)
			}), far)
			near.Close()
		})
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func TestAnIndexThatHangsIsSoonNotWaitedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t, "1s")
	g, address := newGate(t)
	right := b.create(ada())
	var log bytes.Buffer
	config := b.config(b.alias)
	config.IndexDeadline, config.Breaker = 100*time.Millisecond, breaker.Config{Failures: 2, Wait: time.Second}
	service := search.New(config, search.NewElastic(newTransport(t, address), b.alias), b.store, match.DefaultModel(), slog.New(slog.NewTextHandler(&log, nil)))
	ask := func() (degraded, asked bool) {
		t.Helper()
		before := g.requests.Load()
		answer, err := service.Search(t.Context(), person.Unrestricted, search.Query{FirstName: "Adaline", LastName: "Hawthorne", DateOfBirth: born})
		if err != nil {
			t.Fatal(err)
		}
		if len(answer.Results) != 1 || answer.Results[0].ID != right {
			t.Fatalf("%d people are shown", len(answer.Results))
		}
		return answer.Degraded, g.requests.Load() > before
	}

	g.hangs.Store(true)
	for range 2 {
		if degraded, asked := ask(); !degraded || !asked {
			t.Errorf("while it is new that the index hangs: degraded %t, asked %t", degraded, asked)
		}
	}
	if degraded, asked := ask(); !degraded || asked {
		t.Errorf("once the breaker is open: degraded %t, asked %t", degraded, asked)
	}
	if n := strings.Count(log.String(), "circuit breaker opened"); n != 1 {
		t.Errorf("it is logged %d times that the breaker opened: %s", n, log.String())
	}
	g.hangs.Store(false)
	for degraded := true; degraded; {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
		degraded, _ = ask()
	}
}

// counted counts what a register is asked for candidates.
type counted struct {
	*storage.Store
	asked *atomic.Int64
}

func (c counted) Overlay(ctx context.Context, clearance person.Restriction, alias string, keys []match.BlockingKey, limit int) ([]match.Entry, error) {
	c.asked.Add(1)
	return c.Store.Overlay(ctx, clearance, alias, keys, limit)
}

func TestARegisterThatIsGoneIsSoonNotAsked(t *testing.T) {
	t.Parallel()
	store, err := storage.Open(t.Context(), storagetest.NewConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	nowhere := search.NewElastic(newTransport(t, &url.URL{Scheme: "http", Host: "127.0.0.1:1"}), "nowhere")
	config := bench{t: t}.config("nowhere")
	config.Breaker = breaker.Config{Failures: 2, Wait: time.Hour}
	register := counted{store, new(atomic.Int64)}
	service := search.New(config, nowhere, register, match.DefaultModel(), slog.New(slog.DiscardHandler))
	for range 5 {
		_, err := service.Search(t.Context(), person.Unrestricted, search.Query{FirstName: "Ada", LastName: "Example"})
		if !errors.Is(err, search.ErrUnavailable) {
			t.Errorf("a search without a register returns %v", err)
		}
	}
	if n := register.asked.Load(); n != 2 {
		t.Errorf("the register was asked %d times", n)
	}
}
