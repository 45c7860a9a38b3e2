// Package configs reads the configuration: embedded defaults, a file, the
// environment and flags, each over the last. It is the only package that knows
// where a setting came from.
package configs

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"personindex/audit"
	"personindex/encryption"
	"personindex/indexer"
	"personindex/internal/breaker"
	"personindex/mappings"
	"personindex/person"
	"personindex/search"
	"personindex/storage"
)

//go:embed default.yaml
var defaults []byte

// Config is every setting, as default.yaml documents them.
type Config struct {
	Listen, AdminListen string
	// ListenBeyondLoopback lets Listen be reached from other machines without TLS.
	ListenBeyondLoopback bool
	TLS                  TLS
	// TrustedProxies are addresses and networks.
	TrustedProxies []string
	Production     bool

	Access        Access
	Limits        Limits
	Log           Log
	Postgres      storage.Config
	Elasticsearch Elasticsearch
	Breaker       breaker.Config
	Telemetry     Telemetry
	Search        Search
	Matching      Matching
	Duplicates    Duplicates
	People        People
	Indexer       Indexer
	Audit         Audit
	Import        Import
	Erasure       Erasure
	Alerts        Alerts
	Links         Links
	Encryption    Encryption
	Extended      Extended
}

// Log says what is logged, and in which form.
type Log struct {
	Level     slog.Level
	Format    string
	SlowQuery time.Duration // 0 for none
}

// Telemetry says where traces go, if anywhere, and of which share of requests.
type Telemetry struct {
	Endpoint string
	Share    float64
}

// Elasticsearch says where the index is, how to get in and how it is laid out.
type Elasticsearch struct {
	URLs                       []string
	Username, Password, APIKey string
	CAFile, IndexPrefix        string
	Shards, Replicas           int
	RefreshInterval            string
}

// Search bounds one search.
type Search struct {
	Candidates              int
	Deadline, IndexDeadline time.Duration
}

// Matching says what counts as one person.
type Matching struct {
	Model            string
	OnFile           float64
	AllowTestNumbers bool
	Wrong            ErrorRates
}

// ErrorRates are how often each grade may be wrong, of the times that it is said:
// shares between 0 and 1.
type ErrorRates struct{ Certain, Probable, Possible float64 }

// Thresholds are the least probabilities that keep to the rates. Probabilities
// being calibrated, an answer of probability p is wrong 1 - p of the times. So no
// single answer exceeds its rate, and all of one grade together stay well below.
func (r ErrorRates) Thresholds() search.Thresholds {
	return search.Thresholds{Certain: 1 - r.Certain, Probable: 1 - r.Probable, Possible: 1 - r.Possible}
}

// Duplicates says when creating a person is refused.
type Duplicates struct{ Grade search.Grade }

// People holds the council's own lists.
type People struct{ PersonTypes []string }

// Indexer says how the index is kept true.
type Indexer struct {
	Batch                                  int
	Lease, BulkTimeout, Poll, RefreshEvery time.Duration
	AdminListen                            string
}

// Audit says how the audit is kept.
type Audit struct {
	PublicKey   string
	SealEvery   time.Duration
	KeepMonths  int
	ManyLookers int
}

// Import says how files of other systems are taken in.
type Import struct{ Key string }

// Erasure says where erasures are kept outside the database; empty for nowhere.
type Erasure struct{ Ledger string }

// Alerts says where alerts are sent; without a webhook they are logged and counted.
type Alerts struct{ Webhook, Secret string }

// Encryption says where the keys are that seal what only one service area may see.
type Encryption struct{ KeysFile, Keys string }

// Extended bounds what one service area keeps about one person.
type Extended struct{ MaxBytes int }

// minImportKey keeps a key from being guessed: 16 random bytes in hexadecimal.
const minImportKey = 32

// LogValue keeps secrets out of logs.
func (c Config) LogValue() slog.Value { return slog.StringValue("configuration") }

// Load reads the configuration: the file at path, if any, over the defaults, and
// over both the environment, given as os.Environ gives it, and those flags that
// were set and are named like a setting. The error names every key that no
// setting has, and every value that cannot work.
func Load(path string, environ []string, flags *pflag.FlagSet) (Config, error) {
	v := viper.New()
	v.SetConfigType("yaml")
	if err := v.ReadConfig(bytes.NewReader(defaults)); err != nil {
		return Config{}, fmt.Errorf("read default configuration: %w", err)
	}
	if path != "" {
		if err := mergeFile(v, path); err != nil {
			return Config{}, err
		}
	}
	if err := mergeEnvironment(v, environ); err != nil {
		return Config{}, err
	}
	if flags != nil {
		flags.Visit(func(f *pflag.Flag) {
			if v.IsSet(f.Name) {
				v.Set(f.Name, f.Value.String())
			}
		})
	}
	var c Config
	if err := v.UnmarshalExact(&c, viper.DecodeHook(decodeHook())); err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	return c, c.Validate()
}

// decodeHook reads durations, levels and lists from text.
func decodeHook() mapstructure.DecodeHookFunc {
	return mapstructure.ComposeDecodeHookFunc(
		issuersFromText,
		mapstructure.StringToTimeDurationHookFunc(),
		mapstructure.TextUnmarshallerHookFunc(),
		mapstructure.StringToWeakSliceHookFunc(","),
	)
}

func mergeFile(v *viper.Viper, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	if err := v.MergeConfig(bytes.NewReader(data)); err != nil {
		return fmt.Errorf("read configuration %s: %w", path, err)
	}
	return nil
}

// mergeEnvironment applies PERSONS_* variables. A variable that names no setting
// is an error: a misspelt one would otherwise be obeyed by nobody, unnoticed.
// PERSONS_TEST_* belong to the tests.
func mergeEnvironment(v *viper.Viper, environ []string) error {
	keys, err := environmentKeys()
	if err != nil {
		return err
	}
	var unknown []string
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "PERSONS_") || strings.HasPrefix(name, "PERSONS_TEST_") {
			continue
		}
		if key, ok := keys[name]; ok {
			v.Set(key, value)
		} else if key, ok := keys[strings.TrimSuffix(name, "_FILE")]; ok && slices.Contains(secrets, key) {
			data, err := os.ReadFile(value)
			if err != nil {
				return fmt.Errorf("read the secret that %s names: %w", name, err)
			}
			v.Set(key, strings.TrimSpace(string(data)))
		} else {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return fmt.Errorf("no setting has the environment variable %s", strings.Join(unknown, ", "))
	}
	return nil
}

// secrets are the settings that may stand in a file of their own. The auditors'
// public key is none, nor are issuers, but they are long.
var secrets = []string{
	"postgres.url", "elasticsearch.password", "elasticsearch.apiKey", "import.key", "encryption.keys", "access.issuers", "audit.publicKey",
	"alerts.webhook", "alerts.secret",
}

// environmentKeys maps the name of each setting's variable to its key.
func environmentKeys() (map[string]string, error) {
	var tree map[string]any
	if err := yaml.Unmarshal(defaults, &tree); err != nil {
		return nil, fmt.Errorf("read default configuration: %w", err)
	}
	keys := map[string]string{}
	collectKeys(keys, "", tree)
	return keys, nil
}

func collectKeys(keys map[string]string, prefix string, tree map[string]any) {
	for name, value := range tree {
		key := prefix + name
		if inner, ok := value.(map[string]any); ok {
			collectKeys(keys, key+".", inner)
			continue
		}
		keys["PERSONS_"+variable(key)] = key
	}
}

// variable writes a key in capitals: search.indexDeadline is SEARCH_INDEX_DEADLINE.
func variable(key string) string {
	var name strings.Builder
	for _, r := range key {
		switch {
		case r == '.':
			name.WriteByte('_')
		case unicode.IsUpper(r):
			name.WriteByte('_')
			name.WriteRune(r)
		default:
			name.WriteRune(unicode.ToUpper(r))
		}
	}
	return name.String()
}

// Validate returns every setting that cannot work, joined.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, message string) {
		if !ok {
			errs = append(errs, errors.New(message))
		}
	}
	errs = append(errs, c.validateAccess()...)
	check(c.AdminListen == "" || loopback(c.AdminListen), "adminListen must be a loopback address such as 127.0.0.1:8081, or empty")
	check(c.Indexer.AdminListen == "" || loopback(c.Indexer.AdminListen), "indexer.adminListen must be a loopback address such as 127.0.0.1:8082, or empty")
	check(c.Log.SlowQuery >= 0, "log.slowQuery must not be negative")
	check(c.Breaker.Failures > 0 && c.Breaker.Wait > 0, "breaker.failures and breaker.wait must be positive")
	check(c.Telemetry.Endpoint == "" || httpURL(c.Telemetry.Endpoint), "telemetry.endpoint must be a URL such as http://127.0.0.1:4318, or empty")
	check(c.Telemetry.Share >= 0 && c.Telemetry.Share <= 1, "telemetry.share must lie between 0 and 1")
	check(c.Postgres.MaxConns == 0 || c.Postgres.MaxConns >= 4, "postgres.maxConns must be 4 or more: building an index alone holds three")
	check(c.Log.Format == "json" || c.Log.Format == "text", "log.format must be json or text")
	check(c.Elasticsearch.IndexPrefix != "" && strings.Trim(c.Elasticsearch.IndexPrefix, "abcdefghijklmnopqrstuvwxyz0123456789-_") == "", "elasticsearch.indexPrefix must be lower-case letters, digits, - and _")
	check(c.Elasticsearch.APIKey == "" || c.Elasticsearch.Username == "", "elasticsearch needs an apiKey or a username, not both")
	check(c.Search.Candidates >= 10 && c.Search.Candidates <= 1000, "search.candidates must lie between 10 and 1000")
	check(c.Search.IndexDeadline > 0 && c.Search.IndexDeadline <= c.Search.Deadline, "search.indexDeadline must be positive and at most search.deadline")
	check(c.Matching.OnFile > 0 && c.Matching.OnFile < 1, "matching.onFile must lie between 0 and 1")
	wrong := c.Matching.Wrong
	check(wrong.Certain > 0, "matching.wrong.certain must be above 0: nothing is said that is never wrong")
	check(wrong.Certain <= wrong.Probable, "matching.wrong.certain must be at most matching.wrong.probable")
	check(wrong.Probable < wrong.Possible, "matching.wrong.probable must be below matching.wrong.possible")
	check(wrong.Possible < 1, "matching.wrong.possible must be below 1, which would show everybody")
	check(slices.Contains([]search.Grade{search.Certain, search.Probable, search.Possible}, c.Duplicates.Grade), "duplicates.grade must be certain, probable or possible")
	_, err := c.AuditKey()
	check(err == nil, "audit.publicKey must be an X25519 public key: the line that `persons audit keygen` printed, or PEM")
	check(c.Audit.SealEvery > 0 && c.Audit.SealEvery <= audit.Late/2, "audit.sealEvery must be positive and at most 30m")
	check(c.Audit.KeepMonths >= 0, "audit.keepMonths must not be negative")
	check(c.Import.Key == "" || len(c.Import.Key) >= minImportKey, "import.key must be at least 32 characters that nobody can guess, as `openssl rand -hex 32` prints")
	check(c.Access.BreakGlassLasts >= time.Minute && c.Access.BreakGlassLasts <= 24*time.Hour, "access.breakGlassLasts must lie between 1m and 24h")
	check(c.Audit.ManyLookers > 0, "audit.manyLookers must be positive")
	check(c.Alerts.Webhook == "" || privateURL(c.Alerts.Webhook), "alerts.webhook must be an https URL, or one of http on loopback")
	check(c.Alerts.Webhook == "" || len(c.Alerts.Secret) >= minImportKey, "alerts.secret must be at least 32 characters that nobody can guess, as `openssl rand -hex 32` prints")
	check(c.Encryption.Keys == "" || c.Encryption.KeysFile == "", "encryption needs keysFile or keys, not both")
	check(c.Extended.MaxBytes > 0 && c.Extended.MaxBytes <= 1<<20, "extended.maxBytes must lie between 1 and 1048576, the largest body that is read")
	if err := c.IndexerConfig().Validate(); err != nil {
		errs = append(errs, fmt.Errorf("indexer: %w", err))
	}
	return errors.Join(errs...)
}

// loopback reports whether an address can be reached from this machine only.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// StoreConfig is what the register takes.
func (c Config) StoreConfig() storage.Config {
	config := c.Postgres
	config.ImportKey = c.Import.Key
	config.Breaker = c.Breaker
	return config
}

// EncryptionKeys reads the keys that seal what only one service area may see; nil
// where none are configured.
func (c Config) EncryptionKeys() (*encryption.Keys, error) {
	switch {
	case c.Encryption.KeysFile != "":
		return encryption.Open(c.Encryption.KeysFile)
	case c.Encryption.Keys != "":
		return encryption.Parse([]byte(c.Encryption.Keys))
	}
	return nil, nil
}

// AuditKey is the auditors' public key, or nil where none is set.
func (c Config) AuditKey() (*audit.PublicKey, error) {
	if c.Audit.PublicKey == "" {
		return nil, nil
	}
	return audit.ParsePublicKey(c.Audit.PublicKey)
}

// port reports whether an address names a port to listen on.
func port(address string) bool {
	_, port, err := net.SplitHostPort(address)
	return err == nil && port != ""
}

func httpURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// privateURL reports whether what is sent to a URL can be read by its receiver alone.
func privateURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && loopback(net.JoinHostPort(u.Hostname(), "1")))
}

// SearchConfig is what the search service takes.
func (c Config) SearchConfig() search.Config {
	return search.Config{
		Alias:            c.Alias(),
		Candidates:       c.Search.Candidates,
		Deadline:         c.Search.Deadline,
		IndexDeadline:    c.Search.IndexDeadline,
		OnFile:           c.Matching.OnFile,
		AllowTestNumbers: c.Matching.AllowTestNumbers,
		Grades:           c.Matching.Wrong.Thresholds(),
		SizeKept:         10 * time.Second,
		Breaker:          c.Breaker,
	}
}

// IndexerConfig is what the indexer takes.
func (c Config) IndexerConfig() indexer.Config {
	return indexer.Config{
		Batch:          c.Indexer.Batch,
		Lease:          c.Indexer.Lease,
		BulkTimeout:    c.Indexer.BulkTimeout,
		Poll:           c.Indexer.Poll,
		RefreshEvery:   c.Indexer.RefreshEvery,
		SearchDeadline: c.Search.Deadline,
		Breaker:        c.Breaker,
		Index: mappings.Settings{
			Shards:          c.Elasticsearch.Shards,
			Replicas:        c.Elasticsearch.Replicas,
			RefreshInterval: c.Elasticsearch.RefreshInterval,
		},
	}
}

// Rules are the council's own rules for people.
func (c Config) Rules() person.Rules { return person.Rules{PersonTypes: c.People.PersonTypes} }

// Alias is the index that this configuration searches and feeds.
func (c Config) Alias() string { return mappings.Alias(c.Elasticsearch.IndexPrefix) }
