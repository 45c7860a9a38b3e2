package personindex

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is who may import whom: a row names only rows above it, so that
// imports go one way. internal/generate imports nothing of ours on purpose: what
// is measured with its residents cannot have shaped them.
var mayImport = []struct {
	folder string
	ours   []string
}{
	{"normalise", nil},
	{"person", []string{"normalise"}},
	{"access", []string{"person"}},
	{"encryption", nil},
	{"audit", []string{"access", "person"}},
	{"match", []string{"person", "normalise"}},
	{"mappings", []string{"match", "person", "normalise"}},
	{"storage/migrations", nil},
	{"identity", []string{"access", "person"}},
	{"internal/breaker", nil},
	{"links", []string{"access", "person"}},
	{"storage", []string{"storage/migrations", "internal/breaker", "audit", "access", "encryption", "match", "person", "normalise"}},
	{"search", []string{"internal/breaker", "mappings", "match", "person", "normalise"}},
	{"indexer", []string{"internal/breaker", "mappings", "match", "person"}},
	{"erasure", []string{"storage", "person"}},
	{"oversight", []string{"internal/breaker", "storage", "audit", "access", "normalise", "person"}},
	{"subject", []string{"storage", "indexer", "access", "person"}},
	{"api", []string{"oversight", "audit", "access", "encryption", "links", "search", "storage", "indexer", "match", "person"}},
	{"configs", []string{"internal/breaker", "identity", "oversight", "audit", "access", "encryption", "links", "api", "search", "storage", "indexer", "mappings", "match", "person"}},
	{"internal/devissuer", []string{"identity", "access", "person"}},
	{"internal/generate", nil},
	{"internal/layout", []string{"person"}},
	{"internal/licences", nil},
	{"internal/localstack", nil},
	{"internal/localstack/dockerstack", []string{"internal/localstack"}},
	{"internal/localstack/localstacktest", []string{"internal/localstack/dockerstack", "internal/localstack"}},
	{"internal/localstack/cmd/localstack", []string{"internal/localstack"}},
	{"storage/storagetest", []string{"storage", "storage/migrations", "person", "internal/generate", "internal/localstack/localstacktest"}},
}

// onlyIn is where a library may be imported. go-elasticsearch's transport is also
// made in cmd/persons, which knows everybody.
var onlyIn = map[string][]string{
	"github.com/gin-gonic/gin":      {"api"},
	"github.com/danielgtaylor/huma": {"api"},
	"github.com/jackc/pgx":          {"storage", "storage/storagetest"},
	"github.com/pressly/goose":      {"storage"},
	"github.com/spf13/viper":        {"configs"},
	"github.com/elastic":            {"search", "indexer", "cmd/persons"},
	"github.com/nyaruka/":           {"normalise"},
	"github.com/testcontainers/":    {"internal/localstack/dockerstack"},
	"github.com/moby/":              {"internal/localstack/dockerstack"},
	"github.com/failsafe-go":        {"internal/breaker"},
	"github.com/tink-crypto/":       {"encryption"},
	"github.com/exaring/otelpgx":    {"storage"},
	"github.com/golang-jwt":         {"identity", "internal/devissuer"},
	"github.com/MicahParks":         {"identity"},
}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	for folder, imports := range importsOfFolders(t) {
		allowed, known := allowedFor(folder)
		if !known {
			t.Errorf("%s has no row in this test: say whom it may import", folder)
			continue
		}
		for _, path := range imports {
			if ours, ok := strings.CutPrefix(path, "personindex/"); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which it may not", folder, ours)
			}
			for library, folders := range onlyIn {
				if strings.HasPrefix(path, library) && !slices.Contains(folders, folder) {
					t.Errorf("%s imports %s, which belongs in %v", folder, path, folders)
				}
			}
			if path == "github.com/elastic/go-elasticsearch/v8" {
				t.Errorf("%s imports the root of go-elasticsearch: it takes minutes to compile, esapi does not", folder)
			}
		}
	}
}

// allowedFor returns what a folder may import of ours; cmd/persons may import
// everything, and the root nothing.
func allowedFor(folder string) (allowed []string, known bool) {
	for _, row := range mayImport {
		if row.folder == folder {
			return row.ours, true
		}
		allowed = append(allowed, row.folder)
	}
	return allowed, folder == "cmd/persons"
}

// importsOfFolders reads the sources themselves, tests left out: the test cache
// would not notice what a subprocess read.
func importsOfFolders(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != "." {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Dir(path) == "." {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[folder] = append(imports[folder], name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}
