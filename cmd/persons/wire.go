package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/elastic/elastic-transport-go/v8/elastictransport"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"personindex/api"
	"personindex/audit"
	"personindex/configs"
	"personindex/encryption"
	"personindex/erasure"
	"personindex/identity"
	"personindex/indexer"
	"personindex/internal/devissuer"
	"personindex/links"
	"personindex/match"
	"personindex/oversight"
	"personindex/search"
	"personindex/storage"
)

// app holds the parts that a verb works with, all for one configuration.
type app struct {
	config  configs.Config
	log     *slog.Logger
	store   *storage.Store
	ledger  *erasure.Ledger // nil where none is kept, or nothing is erased
	staff   *oversight.Staff
	alerter *oversight.Alerter
	keys    *encryption.Keys         // nil where none are configured
	elastic *elastictransport.Client // the indexer's
	indexer *indexer.Indexer
	search  *search.Service
	index   *search.Elastic
	links   *links.Registry
	sealer  *audit.Sealer
	callers *identity.Verifier
	issuer  *devissuer.Issuer // nil where there is none, which is everywhere but in development
	traces  *traces           // nil where nothing is traced
	lines   []*http.Transport // to Elasticsearch
}

// load reads the configuration of a command from its flags and the environment.
func load(cmd *cobra.Command) (configs.Config, error) {
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return configs.Config{}, err
	}
	return configs.Load(path, os.Environ(), cmd.Flags())
}

// open connects to Postgres, checks its schema and builds the parts. It does not
// wait for Elasticsearch, without which searches still answer.
func open(ctx context.Context, config configs.Config, logTo io.Writer) (*app, error) {
	a := &app{config: config, log: newLogger(config.Log, logTo)}
	model, err := loadModel(config.Matching.Model)
	if err != nil {
		return nil, err
	}
	services, err := config.LinkedServices()
	if err != nil {
		return nil, err
	}
	a.links = links.New(services, a.log)
	if a.traces, err = newTraces(ctx, config.Telemetry, a.log); err != nil {
		return nil, err
	}
	// The indexer gives people back and backs off by itself.
	if a.elastic, err = a.newTransport(0); err != nil {
		return nil, err
	}
	// The deadline of a search leaves time for one more try.
	searching, err := a.newTransport(1)
	if err != nil {
		return nil, err
	}
	if a.keys, err = config.EncryptionKeys(); err != nil {
		return nil, err
	}
	registered := config.StoreConfig()
	registered.Keys = a.keys
	if a.store, err = storage.Open(ctx, registered, a.watching()...); err != nil {
		return nil, err
	}
	if err := checkRegister(ctx, a.store, config); err != nil {
		a.close()
		return nil, err
	}
	if a.indexer, err = indexer.New(config.IndexerConfig(), a.elastic, a.store, config.Alias(), a.log); err != nil {
		a.close()
		return nil, err
	}
	a.staff = oversight.NewStaff(a.store, a.log)
	a.alerter = oversight.NewAlerter(a.store, oversight.Webhook{URL: config.Alerts.Webhook, Secret: config.Alerts.Secret}, config.Breaker, a.log)
	if err := a.newCallers(); err != nil {
		a.close()
		return nil, err
	}
	a.sealer = audit.NewSealer(a.store, config.Audit.SealEvery, a.log)
	a.index = search.NewElastic(searching, config.Alias())
	a.search = search.New(config.SearchConfig(), a.index, a.store, model, a.log)
	return a, nil
}

// checkRegister finds out whether this program, configured like this, can keep the
// register, and that the register is no older than the ledger of erasures.
func checkRegister(ctx context.Context, store *storage.Store, config configs.Config) error {
	if err := checkSchema(ctx, store); err != nil {
		return err
	}
	if err := store.CheckImportKey(ctx); err != nil || config.Erasure.Ledger == "" {
		return err
	}
	return erasure.Check(ctx, store, config.Erasure.Ledger)
}

func checkSchema(ctx context.Context, store *storage.Store) error {
	err := store.CheckSchema(ctx)
	if errors.Is(err, storage.ErrSchemaBehind) {
		return fmt.Errorf("%w: run `persons migrate up`", err)
	}
	return err
}

func (a *app) close() {
	if a.search != nil {
		a.search.Close()
	}
	a.store.Close()
	if a.ledger != nil {
		_ = a.ledger.Close() // every line is on the disk already
	}
	for _, line := range a.lines {
		line.CloseIdleConnections()
	}
	a.traces.close()
}

// api builds the HTTP interface over the parts.
func (a *app) api() *api.API {
	auditKey, _ := a.config.AuditKey() // it was validated
	return api.New(a.config.APIConfig(), api.Deps{
		Callers:  a.callers,
		Searcher: a.search,
		Register: a.register(),
		AuditKey: auditKey,
		Staff:    a.staff,
		Rules:    a.config.Rules(),
		Links:    a.links,
		Dependencies: []api.Dependency{
			{Name: "postgres", Check: a.store.Ping},
			{Name: "elasticsearch", Check: a.index.Ready, Optional: true}, // searches answer without it, degraded
		},
		Collectors: slices.Concat(a.search.Metrics(), a.links.Metrics(), a.keeping(), a.callers.Metrics(), a.sealer.Metrics(), a.alerter.Metrics()),
		Logger:     a.log,
		Traces:     a.traces.orNone(),
	})
}

// register is the store, or a ledger and it.
func (a *app) register() api.Register {
	if a.ledger == nil {
		return a.store
	}
	return erasure.Register{Store: a.store, Ledger: a.ledger}
}

// keeping are the metrics of whoever keeps the index true.
func (a *app) keeping() []prometheus.Collector {
	return append(a.store.Metrics(), a.indexer.Metrics(a.outboxStats)...)
}

// outboxStats is how far the index is behind, for its metrics.
func (a *app) outboxStats(ctx context.Context) (indexer.Stats, error) {
	stats, err := a.store.OutboxStats(ctx, a.config.Alias())
	return indexer.Stats(stats), err
}

func newLogger(config configs.Log, to io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: config.Level}
	if config.Format == "text" {
		return slog.New(api.WithRequest(slog.NewTextHandler(to, options)))
	}
	return slog.New(api.WithRequest(slog.NewJSONHandler(to, options)))
}

func loadModel(path string) (*match.Model, error) {
	if path == "" {
		return match.DefaultModel(), nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read model: %w", err)
	}
	return match.ParseModel(data)
}

// newTransport makes a connection pool to Elasticsearch. A request that a node
// refuses is tried on another so many times.
func (a *app) newTransport(retries int) (*elastictransport.Client, error) {
	config := a.config.Elasticsearch
	var nodes []*url.URL
	for _, text := range config.URLs {
		node, err := url.Parse(text)
		if err != nil || node.Host == "" {
			return nil, fmt.Errorf("elasticsearch.urls: one is no http://host:port")
		}
		nodes = append(nodes, node)
	}
	if len(nodes) == 0 {
		return nil, fmt.Errorf("elasticsearch.urls must be given, as PERSONS_ELASTICSEARCH_URLS or in the configuration file")
	}
	pool, err := certificates(config.CAFile)
	if err != nil {
		return nil, err
	}
	line := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		MaxIdleConnsPerHost: 64, // net/http keeps 2, and would open a connection for most searches
		IdleConnTimeout:     90 * time.Second,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool},
	}
	a.lines = append(a.lines, line)
	return elastictransport.New(elastictransport.Config{
		URLs:            nodes,
		Username:        config.Username,
		Password:        config.Password,
		APIKey:          config.APIKey,
		MaxRetries:      retries,
		DisableRetry:    retries == 0,
		Transport:       slowLog{line, a.log, a.config.Log.SlowQuery},
		Instrumentation: a.instrumentation(),
	})
}

// certificates are the system's and those in file; nil means the system's alone.
func certificates(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("elasticsearch.caFile: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("elasticsearch.caFile holds no PEM certificate")
	}
	return pool, nil
}
