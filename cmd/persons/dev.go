package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"personindex/audit"
	"personindex/configs"
	"personindex/encryption"
	"personindex/internal/localstack"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

// The sample that a development register begins with.
const (
	sampleSize = 20_000
	sampleSeed = 1
)

func devCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run everything on this machine, with sample residents, to develop and to try",
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "run", Args: cobra.NoArgs, RunE: runDev,
			Short: "Start Postgres and Elasticsearch, load sample residents the first time, and serve",
		},
		&cobra.Command{
			Use: "env", Args: cobra.NoArgs, RunE: printDevSettings,
			Short: `Print the settings of run, for other verbs: eval "$(persons dev env)"`,
		},
		&cobra.Command{
			Use: "stop", Args: cobra.NoArgs,
			Short: "Stop the service and the servers that run started",
			RunE: func(cmd *cobra.Command, _ []string) error {
				return errors.Join(stopService(), localstack.Stop(cmd.Context(), "", cmd.ErrOrStderr()))
			},
		},
		&cobra.Command{
			Use: "clean", Args: cobra.NoArgs,
			Short: "Stop, and forget the data",
			RunE: func(cmd *cobra.Command, _ []string) error {
				return errors.Join(stopService(), localstack.Clean(cmd.Context(), "", cmd.ErrOrStderr()))
			},
		},
	)
	return cmd
}

func runDev(cmd *cobra.Command, _ []string) error {
	ctx, out := cmd.Context(), cmd.ErrOrStderr()
	config, err := devConfig(ctx, cmd, out)
	if err != nil {
		return err
	}
	if config.Audit.PublicKey == "" {
		if config.Audit.PublicKey, err = devAuditKey(); err != nil {
			return err
		}
	}
	if config, err = withIssuer(config); err != nil {
		return err
	}
	if err := storage.Migrate(ctx, config.Postgres, out); err != nil {
		return err
	}
	a, err := open(ctx, config, out)
	if err != nil {
		return err
	}
	defer a.close()
	if err := a.prepare(ctx, out); err != nil {
		return err
	}
	remove, err := recordService()
	if err != nil {
		return err
	}
	defer remove()
	made, err := tokens(a.issuer, config.Access.Areas)
	if err != nil {
		return err
	}
	return a.serve(ctx, true, func() { a.announce(ctx, cmd.OutOrStdout(), made) })
}

// printDevSettings prints what run is set to as a shell reads it. It starts the
// servers if they do not run.
func printDevSettings(cmd *cobra.Command, _ []string) error {
	settings, err := devSettings(cmd.Context(), cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		fmt.Fprintf(cmd.OutOrStdout(), "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
	}
	return nil
}

// devConfig starts what the environment does not name and points the
// configuration at it.
func devConfig(ctx context.Context, cmd *cobra.Command, out io.Writer) (configs.Config, error) {
	settings, err := devSettings(ctx, out)
	if err != nil {
		return configs.Config{}, err
	}
	path, err := cmd.Flags().GetString("config")
	if err != nil {
		return configs.Config{}, err
	}
	return configs.Load(path, append(settings, os.Environ()...), cmd.Flags())
}

// devSettings starts what the environment does not name and returns the settings
// that lead to it, as NAME=value. Sample residents bear NI numbers that were never
// issued, so those count; and only what goes wrong is logged, as text. That a
// laptop fills an index slowly is nothing wrong.
func devSettings(ctx context.Context, out io.Writer) ([]string, error) {
	options := localstack.FromEnvironment("PERSONS")
	options.Progress = out
	stack, err := localstack.Start(ctx, options)
	if err != nil {
		return nil, err
	}
	auditKey, err := devAuditKey()
	if err != nil {
		return nil, err
	}
	keys, err := devKeys()
	if err != nil {
		return nil, err
	}
	return []string{
		"PERSONS_MATCHING_ALLOW_TEST_NUMBERS=true",
		"PERSONS_ENCRYPTION_KEYS_FILE=" + keys,
		"PERSONS_AUDIT_PUBLIC_KEY=" + auditKey,
		"PERSONS_LOG_FORMAT=text",
		"PERSONS_LOG_LEVEL=warn",
		"PERSONS_LOG_SLOW_QUERY=0",
		"PERSONS_POSTGRES_URL=" + stack.PostgresURL,
		"PERSONS_ELASTICSEARCH_URLS=" + strings.Join(stack.ElasticsearchURLs, ","),
	}, nil
}

// devKeys is the file of keys that this checkout seals with, made the first time.
func devKeys() (string, error) {
	path, err := filepath.Abs(filepath.Join(".local", "encryption-keys.json"))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, encryption.Create(path)
}

// devAuditKeyFile holds this checkout's auditors' key, which anywhere else would not
// be where the service is.
func devAuditKeyFile() string { return filepath.Join(".local", "auditor.pem") }

// devAuditKey returns the public half of the checkout's auditors' key, and makes
// the pair the first time.
func devAuditKey() (string, error) {
	if err := os.MkdirAll(filepath.Dir(devAuditKeyFile()), 0o755); err != nil {
		return "", err
	}
	text, err := os.ReadFile(devAuditKeyFile())
	if errors.Is(err, os.ErrNotExist) {
		public, err := writeAuditKey(devAuditKeyFile())
		if err != nil {
			return "", err
		}
		return public.String(), nil
	}
	if err != nil {
		return "", err
	}
	private, err := audit.ParsePrivateKey(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", devAuditKeyFile(), err)
	}
	return private.PublicKey().String(), nil
}

// prepare loads the sample into an empty register, counts its names and fills the
// index.
func (a *app) prepare(ctx context.Context, out io.Writer) error {
	missing, err := a.lacksSample(ctx)
	if err != nil {
		return err
	}
	report, finish := newProgress(out)
	defer finish()
	if missing {
		if err := loadPeople(ctx, a.store, sample(sampleSize, sampleSeed), sampleSize, report); err != nil {
			return fmt.Errorf("load sample residents: %w", err)
		}
	}
	counted, err := a.store.Frequencies(ctx)
	if err != nil {
		return err
	}
	if counted.Version == 0 {
		if _, err := a.countNames(ctx, report); err != nil {
			return err
		}
	}
	return a.indexer.Ensure(ctx, report.indexing())
}

// lacksSample reports whether the register is empty, or a first run was
// interrupted while it loaded the sample: what is loaded already is not loaded
// twice.
func (a *app) lacksSample(ctx context.Context) (bool, error) {
	size, err := a.store.Size(ctx)
	if err != nil || size == 0 || size >= sampleSize {
		return size == 0, err
	}
	first, last := sampleReference(1), sampleReference(sampleSize)
	if _, err := a.store.PersonByCrossReference(ctx, person.Unrestricted, sampleSystem, first); err != nil {
		return false, ignoreNotFound(err) // not a sample at all
	}
	_, err = a.store.PersonByCrossReference(ctx, person.Unrestricted, sampleSystem, last)
	return errors.Is(err, person.ErrNotFound), ignoreNotFound(err)
}

func ignoreNotFound(err error) error {
	if errors.Is(err, person.ErrNotFound) {
		return nil
	}
	return err
}

// announce prints tokens, and an officer's request that finds somebody by a misspelt
// name. Only a sample is quoted: on a register with real people it prints none.
func (a *app) announce(ctx context.Context, out io.Writer, tokens map[string]string) {
	fmt.Fprintln(out, "ready")
	fmt.Fprintf(out, "\nTokens, for %.0f hours; persons token makes others:\n\n", tokenTime.Hours())
	for _, b := range bearers(a.config.Access.Areas) {
		fmt.Fprintf(out, "%s (%s)\n%s\n\n", b.name, listed(b.caller.Roles), tokens[b.name])
	}
	if q, ok := a.example(ctx); ok {
		fmt.Fprintf(out, "curl -H 'Authorization: Bearer %s' '%s'\n", tokens["officer"], exampleURL(a.config.Listen, q))
	}
}

// example finds a sample resident who is found first by a name with one letter
// lost, as an officer may hear it.
func (a *app) example(ctx context.Context) (search.Query, bool) {
	for p, err := range sample(200, sampleSeed) {
		if err != nil || len(p.Surname) < 6 || !asciiOnly(p.Forename+p.Surname) || !p.DateOfBirth.Full() {
			continue
		}
		q := search.Query{FirstName: p.Forename, LastName: p.Surname[:2] + p.Surname[3:], DateOfBirth: p.DateOfBirth}
		answer, err := a.search.Search(ctx, person.Unrestricted, q)
		if err == nil && len(answer.Results) > 0 && isSample(answer.Results[0].Person, p) {
			return q, true
		}
	}
	return search.Query{}, false
}

func isSample(found, p person.Person) bool {
	return len(found.CrossReferences) > 0 && found.CrossReferences[0] == p.CrossReferences[0]
}

func asciiOnly(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
}

func exampleURL(listen string, q search.Query) string {
	return fmt.Sprintf("http://%s/persons?firstName=%s&lastName=%s&dateOfBirth=%s",
		listen, url.QueryEscape(q.FirstName), url.QueryEscape(q.LastName), q.DateOfBirth.Iso())
}

// serviceFile holds the process id of the service that runs for this checkout.
func serviceFile() string { return filepath.Join(".local", "service.pid") }

// recordService notes that this process serves, for stop, and returns what
// removes the note.
func recordService() (remove func(), err error) {
	path := serviceFile()
	if err := os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return nil, fmt.Errorf("note the service: %w", err)
	}
	return func() { _ = os.Remove(path) }, nil
}

// stopService interrupts the service that the note names, if it still runs.
func stopService() error {
	data, err := os.ReadFile(serviceFile())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil || !isPersons(pid) {
		return os.Remove(serviceFile())
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the service: %w", err)
	}
	// Its servers must not go before it has finished what it is doing.
	for begun := time.Now(); isPersons(pid) && time.Since(begun) < drainTime; {
		<-time.After(50 * time.Millisecond)
	}
	return nil
}

// isPersons tells a running service from another process that got its id since.
func isPersons(pid int) bool {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err == nil && strings.TrimSpace(string(name)) == "persons"
}
