// Package localstack gives a checkout a real Postgres and a real Elasticsearch
// of its own, for running the service and for its tests.
//
// Addresses that the caller was given are used as they are. What is not given
// runs natively: Postgres from Debian's package, Elasticsearch from the jars
// that Elastic publishes. Data, downloads, ports and logs live in the
// checkout's .local folder, so two checkouts never meet, and the servers
// outlive the process that started them, so a second start is an attach.
//
// Every function may be called by several processes at once: they take turns
// by a lock on the checkout, and all get the same servers.
package localstack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options say where the stack lives and what is there already. The zero value
// starts both servers for the checkout around the working directory.
type Options struct {
	Dir               string    // the checkout; empty finds it, see [Start]
	PostgresURL       string    // a Postgres to use instead of starting one
	ElasticsearchURLs []string  // an Elasticsearch to use instead of starting one
	ElasticsearchHeap string    // as java's -Xmx takes it, default 1g; a running node keeps its own
	Progress          io.Writer // a line a step, for people; nil for silence
}

// A Stack is where the two servers answer.
type Stack struct {
	// PostgresURL names the database persons and, for a server started here,
	// a superuser and its generated password.
	PostgresURL       string
	ElasticsearchURLs []string

	// Started tells whether this call started a server, and so whether its
	// caller is the one to [Stop] them.
	Started bool
}

// startTimeout bounds a Start whose context has no deadline. A first start on
// a bare machine installs 500 MB of Debian packages and fetches 40 MB of jars.
const startTimeout = 20 * time.Minute

// lookTimeout bounds a look at a server that runs: an Elasticsearch with a
// broken index takes 10 s to say that it is not getting better.
const lookTimeout = 15 * time.Second

// FromEnvironment reads the addresses in PREFIX_POSTGRES_URL and, separated by
// commas, PREFIX_ELASTICSEARCH_URLS.
func FromEnvironment(prefix string) Options {
	o := Options{PostgresURL: os.Getenv(prefix + "_POSTGRES_URL")}
	for url := range strings.SplitSeq(os.Getenv(prefix+"_ELASTICSEARCH_URLS"), ",") {
		if url = strings.TrimSpace(url); url != "" {
			o.ElasticsearchURLs = append(o.ElasticsearchURLs, url)
		}
	}
	return o
}

// Start returns a stack whose servers answer: given ones as they are, unasked,
// and the checkout's own, attached to or started. When something cannot be had
// it returns an error that says why, with the last lines of the server's log,
// and stops again what it started.
//
// Debian packages that are missing are installed when the process is root;
// otherwise the error holds the command to run and nothing was started.
//
// Without Options.Dir the checkout is the nearest folder at or above the
// working directory, or else above the executable, that holds this module's
// go.mod. Where there is none, the user's cache folder serves instead.
func Start(ctx context.Context, o Options) (*Stack, error) {
	ctx, cancel := withTimeout(ctx, startTimeout)
	defer cancel()

	stack := &Stack{PostgresURL: o.PostgresURL, ElasticsearchURLs: o.ElasticsearchURLs}
	if o.PostgresURL != "" && len(o.ElasticsearchURLs) > 0 {
		return stack, nil
	}
	c, unlock, err := lockCheckout(ctx, o.Dir, &reporter{w: o.Progress})
	if err != nil {
		return nil, err
	}
	defer unlock()

	var servers []server
	if o.PostgresURL == "" {
		servers = append(servers, newPostgres(c))
	}
	if len(o.ElasticsearchURLs) == 0 {
		servers = append(servers, newElasticsearch(c, o.ElasticsearchHeap))
	}
	if stack.Started, err = startAll(ctx, c, servers); err != nil {
		return nil, err
	}
	return stack, stack.fill(servers)
}

// Running returns the addresses of the checkout's own servers that answer now;
// a field is empty when its server does not. It starts nothing.
func Running(ctx context.Context, dir string) (*Stack, error) {
	c, unlock, err := lockCheckout(ctx, dir, &reporter{})
	if err != nil {
		return nil, err
	}
	defer unlock()

	stack := &Stack{}
	var answering []server
	for _, s := range ownServers(c) {
		if d := s.base(); d.running() && d.await(ctx, lookTimeout, s) == nil {
			answering = append(answering, s)
		}
	}
	return stack, stack.fill(answering)
}

// Stop ends the servers that this checkout started and keeps their data. It is
// a no-op when none runs. A server that does not end in time is killed.
func Stop(ctx context.Context, dir string, progress io.Writer) error {
	c, unlock, err := lockCheckout(ctx, dir, &reporter{w: progress})
	if err != nil {
		return err
	}
	defer unlock()
	return stopAll(ctx, ownServers(c))
}

// Clean is Stop, and then forgets the servers' data, ports, password and logs.
// Downloads stay: they hold nothing of anybody's and are slow to have again.
func Clean(ctx context.Context, dir string, progress io.Writer) error {
	c, unlock, err := lockCheckout(ctx, dir, &reporter{w: progress})
	if err != nil {
		return err
	}
	defer unlock()

	servers := ownServers(c)
	if err := stopAll(ctx, servers); err != nil {
		return err
	}
	err = os.RemoveAll(c.path("log"))
	for _, s := range servers {
		err = errors.Join(err, os.RemoveAll(s.base().home))
	}
	return err
}

// Fetch returns the folder of the Elasticsearch that [Start] runs, fetched if it
// is not there yet, and installs what fetching takes as Start does. It holds the
// server's home, and its class path: classes and every jar in lib.
func Fetch(ctx context.Context, dir string, progress io.Writer) (string, error) {
	ctx, cancel := withTimeout(ctx, startTimeout)
	defer cancel()
	c, unlock, err := lockCheckout(ctx, dir, &reporter{w: progress})
	if err != nil {
		return "", err
	}
	defer unlock()
	e := newElasticsearch(c, "")
	if err := provide(ctx, c, []server{e}); err != nil {
		return "", err
	}
	return e.dir, e.fetch(ctx)
}

// fill takes the addresses of servers into the stack.
func (s *Stack) fill(servers []server) error {
	for _, server := range servers {
		if err := server.describe(s); err != nil {
			return err
		}
	}
	return nil
}

func ownServers(c checkout) []server {
	return []server{newPostgres(c), newElasticsearch(c, "")}
}

// startAll brings all servers up, side by side, and reports whether one of
// them had to be started. What is missing is known, or installed, before the
// first one starts.
func startAll(ctx context.Context, c checkout, servers []server) (started bool, err error) {
	if err := provide(ctx, c, servers); err != nil {
		return false, err
	}
	launched := make([]bool, len(servers))
	var group errgroup.Group // without a shared context: one failure must not leave the other half started
	for i, s := range servers {
		group.Go(func() (err error) {
			launched[i], err = ensure(ctx, s)
			return err
		})
	}
	err = group.Wait()

	var ours []server
	for i, s := range servers {
		if launched[i] {
			ours = append(ours, s)
		}
	}
	if err != nil {
		// The caller's context may be what ended the start; stopping has its own.
		return false, errors.Join(err, stopAll(context.WithoutCancel(ctx), ours))
	}
	return len(ours) > 0, nil
}

func stopAll(ctx context.Context, servers []server) error {
	var group errgroup.Group
	for _, s := range servers {
		group.Go(func() error { return s.base().stop(ctx) })
	}
	return group.Wait()
}

// withTimeout gives a context without a deadline one.
func withTimeout(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("not ready within %s", limit))
}
