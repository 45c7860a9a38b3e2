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

	"personindex/search"
)

// drainTime is how long a stopping service waits for requests under way. It is
// longer than the deadline of any of them.
const drainTime = 20 * time.Second

// errNoAuditKey keeps a service from starting that could not keep what is asked.
var errNoAuditKey = errors.New("audit.publicKey must be given, as PERSONS_AUDIT_PUBLIC_KEY or in the configuration: " +
	"have an auditor make a pair of keys with `persons audit keygen --out FILE`, keep FILE away from here, and set the line that it prints")

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
			if config.Audit.PublicKey == "" {
				return errNoAuditKey
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

// serve runs the API, the admin listener, the audit's sealer, the checks of linked
// services and perhaps the indexer until ctx ends, and calls ready once callers are
// answered and, with an indexer, the index is filled. Requests under way are
// finished; the indexer gives back what it took.
func (a *app) serve(ctx context.Context, withIndexer bool, ready func()) error {
	if err := a.requireCallers(ctx); err != nil {
		return err
	}
	if err := a.openLedger(); err != nil {
		return err
	}
	servers, err := a.servers()
	if err != nil {
		return err
	}
	duplicates := search.NewDuplicates(a.search, a.store, a.log)
	return beside(ctx, servers, job(a.callers.Run), job(a.sealer.Run), job(duplicates.Run), job(a.links.Run), job(a.oversee), func(ctx context.Context) error {
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
}

// job is work that does not fail, for beside.
func job(run func(context.Context)) func(context.Context) error {
	return func(ctx context.Context) error {
		run(ctx)
		return nil
	}
}

// beside runs jobs while servers listen, until ctx ends or one of them fails, and
// returns when all have ended. A server that cannot listen keeps the jobs
// from starting.
func beside(ctx context.Context, servers []*http.Server, jobs ...func(context.Context) error) error {
	listeners, err := listen(ctx, servers)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, server := range servers {
		group.Go(func() error { return runServer(ctx, server, listeners[i]) })
	}
	for _, job := range jobs {
		group.Go(func() error { return job(ctx) })
	}
	return group.Wait()
}

// servers are the API's, and those beside it that the configuration asks for.
func (a *app) servers() ([]*http.Server, error) {
	service := a.api()
	public := service.Server(a.config.Listen)
	if a.config.TLS.On() {
		shown, err := loadCertificate(a.config.TLS, a.log)
		if err != nil {
			return nil, err
		}
		public.TLSConfig = shown.config()
	}
	servers := []*http.Server{public}
	if a.config.AdminListen != "" {
		servers = append(servers, adminServer(a.config.AdminListen, service.Admin()))
	}
	if a.issuer != nil {
		servers = append(servers, a.issuerServer())
	}
	return servers, nil
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
	go func() {
		if server.TLSConfig != nil {
			failed <- server.ServeTLS(listener, "", "")
			return
		}
		failed <- server.Serve(listener)
	}()
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
