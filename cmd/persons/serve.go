package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// drainTime is how long a stopping service waits for requests under way. It is
// longer than the deadline of any of them.
const drainTime = 20 * time.Second

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API",
		Long:  "serve answers the API until it is interrupted; then it finishes the requests under way. It refuses to start on a schema that is behind.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := load(cmd)
			if err != nil {
				return err
			}
			a, err := open(cmd.Context(), config, os.Stderr)
			if err != nil {
				return err
			}
			defer a.close()
			withIndexer, err := cmd.Flags().GetBool("with-indexer")
			if err != nil {
				return err
			}
			return a.serve(cmd.Context(), withIndexer, func() { a.log.Info("ready", "listen", config.Listen) })
		},
	}
	cmd.Flags().String("listen", "", "`address` of the API (default 127.0.0.1:8080)")
	cmd.Flags().Bool("with-indexer", false, "run the indexer in the same process")
	return cmd
}

// serve runs the API, the admin listener and perhaps the indexer until ctx ends,
// and calls ready once callers are answered and, with an indexer, the index is
// filled. Requests under way are finished; the indexer gives back what it took.
func (a *app) serve(ctx context.Context, withIndexer bool, ready func()) error {
	if err := a.openLedger(); err != nil {
		return err
	}
	service := a.api()
	servers := []*http.Server{service.Server(a.config.Listen)}
	if a.config.AdminListen != "" {
		servers = append(servers, adminServer(a.config.AdminListen, service.Admin()))
	}
	listeners, err := listen(ctx, servers)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, server := range servers {
		group.Go(func() error { return runServer(ctx, server, listeners[i]) })
	}
	group.Go(func() error { a.oversee(ctx); return nil })
	group.Go(func() error {
		if withIndexer {
			if err := a.indexer.Ensure(ctx, nil); err != nil {
				// Searches answer from Postgres meanwhile; Run tries again.
				a.log.ErrorContext(ctx, "index not ready", "error", err)
			}
		}
		ready()
		if withIndexer {
			a.indexer.Run(ctx)
		}
		return nil
	})
	return group.Wait()
}

func adminServer(address string, handler http.Handler) *http.Server {
	return &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
}

// listen opens every listener, or none.
func listen(ctx context.Context, servers []*http.Server) ([]net.Listener, error) {
	var listeners []net.Listener
	for _, server := range servers {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", server.Addr)
		if err != nil {
			for _, opened := range listeners {
				_ = opened.Close()
			}
			return nil, fmt.Errorf("listen: %w", err)
		}
		listeners = append(listeners, listener)
	}
	return listeners, nil
}

func runServer(ctx context.Context, server *http.Server, listener net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", server.Addr, err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := server.Shutdown(drain)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
