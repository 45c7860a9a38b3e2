package configs

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"personindex/search"
)

func TestTheDefaultsNameEverySetting(t *testing.T) {
	t.Parallel()
	keys, err := environmentKeys()
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, key := range keys {
		named = append(named, strings.ToLower(key))
	}
	var fields []string
	collectFields(&fields, "", reflect.TypeFor[Config]())
	slices.Sort(named)
	slices.Sort(fields)
	if !slices.Equal(named, fields) {
		t.Errorf("default.yaml names\n%v\nConfig has\n%v", named, fields)
	}
}

func collectFields(fields *[]string, prefix string, t reflect.Type) {
	for f := range t.Fields() {
		if f.Tag.Get("mapstructure") == "-" {
			continue
		}
		name := prefix + strings.ToLower(f.Name)
		if f.Type.Kind() == reflect.Struct {
			collectFields(fields, name+".", f.Type)
			continue
		}
		*fields = append(*fields, name)
	}
}

func TestEachSourceOverridesTheLast(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "persons.yaml")
	write(t, file, "listen: 127.0.0.1:1\nsearch: {candidates: 50}\nmatching: {onFile: 0.3}\n")
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	flags.String("listen", "", "")
	flags.Bool("with-indexer", false, "")
	if err := flags.Parse([]string{"--listen", "127.0.0.1:3", "--with-indexer"}); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file, []string{
		"PERSONS_LISTEN=127.0.0.1:2",
		"PERSONS_SEARCH_INDEX_DEADLINE=250ms",
		"PERSONS_ELASTICSEARCH_URLS=http://127.0.0.1:9200,http://127.0.0.1:9201",
		"PERSONS_MATCHING_ON_FILE=0.4",
		"PERSONS_LOG_LEVEL=debug",
		"PERSONS_TEST_POSTGRES_URL=x",
		"HOME=/",
	}, flags)
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:3" {
		t.Errorf("listen is %q, the flag says otherwise", c.Listen)
	}
	if c.Matching.OnFile != 0.4 {
		t.Errorf("onFile is %v, the environment says otherwise", c.Matching.OnFile)
	}
	if c.Search.Candidates != 50 {
		t.Errorf("candidates is %d, the file says otherwise", c.Search.Candidates)
	}
	if c.Search.IndexDeadline != 250*time.Millisecond || len(c.Elasticsearch.URLs) != 2 || c.Log.Level.String() != "DEBUG" {
		t.Errorf("durations, lists and levels are not read from text: %+v", c)
	}
	if c.Indexer.Batch != 500 {
		t.Errorf("batch is %d, not the default", c.Indexer.Batch)
	}
}

func TestGradesAreStatedAsErrorRates(t *testing.T) {
	t.Parallel()
	c, err := Load("", []string{"PERSONS_MATCHING_WRONG_CERTAIN=0.25", "PERSONS_MATCHING_WRONG_PROBABLE=0.25", "PERSONS_MATCHING_WRONG_POSSIBLE=0.5"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.SearchConfig().Grades, (search.Thresholds{Certain: 0.75, Probable: 0.75, Possible: 0.5}); got != want {
		t.Errorf("the thresholds are %+v, not %+v", got, want)
	}
}

func TestASecretMayStandInAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	write(t, file, "postgres://ada:secret@127.0.0.1/persons\n")
	c, err := Load("", []string{"PERSONS_POSTGRES_URL_FILE=" + file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Postgres.URL != "postgres://ada:secret@127.0.0.1/persons" {
		t.Errorf("the URL is not the file's")
	}
}

func TestWhatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		environ    []string
		want       string
	}{
		{"an unknown key in the file", "postgress: {url: x}", nil, "postgress"},
		{"an unknown variable", "", []string{"PERSONS_POSTGRESS_URL=x"}, "PERSONS_POSTGRESS_URL"},
		{"a file for what is no secret", "", []string{"PERSONS_LISTEN_FILE=x"}, "PERSONS_LISTEN_FILE"},
		{"an address that others can reach", "listen: 0.0.0.0:8080", nil, "listen"},
		{"a probability of 1", "matching: {onFile: 1}", nil, "matching.onFile"},
		{"a grade that is never wrong", "matching: {wrong: {certain: 0}}", nil, "matching.wrong.certain must be above 0"},
		{"a certain grade that is wrong more often", "matching: {wrong: {certain: 0.03}}", nil, "matching.wrong.certain must be at most matching.wrong.probable"},
		{"a probable grade that is wrong more often", "", []string{"PERSONS_MATCHING_WRONG_PROBABLE=0.99"}, "matching.wrong.probable must be below matching.wrong.possible"},
		{"a possible grade for everybody", "matching: {wrong: {possible: 1}}", nil, "matching.wrong.possible must be below 1"},
		{"an error rate that is no number", "matching: {wrong: {certain: .nan}}", nil, "matching.wrong.certain"},
		{"a least probability, as grades were stated once", "matching: {probable: 0.9}", nil, "probable"},
		{"a deadline that is no time", "search: {deadline: soon}", nil, "deadline"},
		{"an issuer without an audience", "access: {issuers: [{name: a, url: 'https://a', groups: [{group: g}]}]}", nil, "access: issuers[0].audience"},
		{"an issuer in the clear", "access: {issuers: [{name: a, url: 'http://a.example.org', audience: [p], groups: [{group: g}]}]}", nil, "issuers[0].url"},
		{"an unknown role", "access: {issuers: [{name: a, url: 'https://a', audience: [p], groups: [{group: g, roles: [chief]}]}]}", nil, "issuers[0].groups[0].roles"},
		{"an unknown area", "access: {areas: [a], issuers: [{name: a, url: 'https://a', audience: [p], groups: [{group: g, areas: [b]}]}]}", nil, "issuers[0].groups[0].areas"},
		{"an unknown clearance", "access: {issuers: [{name: a, url: 'https://a', audience: [p], groups: [{group: g, clearance: high}]}]}", nil, "access.issuers[0].groups[0].clearance"},
		{"an unknown setting of an issuer", "access: {issuers: [{name: a, uri: 'https://a'}]}", nil, "uri"},
		{"an unknown setting of an issuer in the environment", "", []string{"PERSONS_ACCESS_ISSUERS=[{name: a, uri: b}]"}, "uri"},
		{"issuers that are no list", "", []string{"PERSONS_ACCESS_ISSUERS=name: a"}, "access.issuers is no YAML list"},
		{"a development issuer in production", "", []string{"PERSONS_ACCESS_DEVELOPMENT_ISSUER=127.0.0.1:8090", "PERSONS_PRODUCTION=true"}, "access.developmentIssuer is not for production"},
		{"a development issuer that others reach", "", []string{"PERSONS_ACCESS_DEVELOPMENT_ISSUER=:8090"}, "access.developmentIssuer must be a loopback"},
		{"a development issuer of a service that others reach", "", []string{"PERSONS_ACCESS_DEVELOPMENT_ISSUER=127.0.0.1:8090", "PERSONS_LISTEN=:8080", "PERSONS_LISTEN_BEYOND_LOOPBACK=true"}, "access.developmentIssuer needs listen"},
		{"a certificate without its key", "tls: {certFile: x}", nil, "tls.certFile and tls.keyFile"},
		{"a key without its certificate", "tls: {keyFile: x}", nil, "tls.certFile and tls.keyFile"},
		{"a proxy that is no address", "trustedProxies: [proxy.example.org]", nil, "trustedProxies"},
		{"a limit below nothing", "limits: {perSecond: -1}", nil, "limits"},
		{"a burst of nothing", "limits: {burst: 0}", nil, "limits.burst"},
		{"an unknown grade", "duplicates: {grade: sure}", nil, "duplicates.grade"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "persons.yaml")
			write(t, file, test.file)
			_, err := Load(file, test.environ, nil)
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(test.want)) {
				t.Errorf("error is %v, it does not name %s", err, test.want)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
