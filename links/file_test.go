package links

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/access"
	"personindex/person"
)

func example(t *testing.T) []Service {
	t.Helper()
	file, err := os.ReadFile("../docs/links-example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	services, err := Parse(file, []access.Area{"social-care", "housing", "benefits", "contact-centre"})
	if err != nil {
		t.Fatal(err)
	}
	return services
}

// Ensures that the example has every service that residents' records were asked to
// lead to.
func TestTheExampleIsWhole(t *testing.T) {
	t.Parallel()
	var rels []string
	for _, s := range example(t) {
		rels = append(rels, s.Rel)
		if s.Title == "" {
			t.Errorf("%s has no title", s.Name)
		}
	}
	slices.Sort(rels)
	want := []string{
		"activities", "addresses", "cautionary-alerts", "communication-details", "correspondence-addresses", "homelessness-cases",
		"housing-register-applications", "notes", "patches", "properties", "social-care", "tenure", "universal-credit", "vulnerabilities",
	}
	if diff := cmp.Diff(want, slices.Compact(rels)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAServiceIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	services, err := Parse([]byte(`
services:
  - name: tenure-1
    title: Tenancies
    rel: tenure
    system: housing
    method: POST
    template: https://h.example/{reference}
    roles: [writer, steward]
    areas: [housing]
    health: {url: "https://h.example/health", every: 1m, timeout: 500ms}
  - name: plain
    rel: plain
    template: https://p.example/{id}
    health: {url: "http://localhost:8080/health"}
`), []access.Area{"housing"})
	if err != nil {
		t.Fatal(err)
	}
	first, second := services[0], services[1]
	if first.Name != "tenure-1" || first.Title != "Tenancies" || first.Rel != "tenure" || first.System != "housing" || first.Method != http.MethodPost ||
		!slices.Equal(first.Roles, []access.Role{access.Writer, access.Steward}) || !slices.Equal(first.Areas, []access.Area{"housing"}) ||
		*first.Health != (Health{"https://h.example/health", time.Minute, 500 * time.Millisecond}) {
		t.Errorf("%+v", first)
	}
	if second.Method != http.MethodGet || *second.Health != (Health{"http://localhost:8080/health", 15 * time.Second, 2 * time.Second}) {
		t.Errorf("the defaults are %+v", second)
	}
	p := &person.Person{ID: "ada-1", CrossReferences: []person.CrossReference{{System: "housing", Reference: "T 1"}}}
	want := []person.Link{{Href: "https://h.example/T%201", Rel: "tenure", Type: "POST", Title: "Tenancies"}}
	if diff := cmp.Diff(want, first.link(nil, p)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Ensures that every mistake is told, each at its line.
func TestMistakesAreToldWithTheirPlace(t *testing.T) {
	t.Parallel()
	const file = `services:
  - name: Tenure
    rel: tenure!
    template: https://h.example/{nino}
    method: LOOK
    roles:
      - owner
    areas: [parks]
    health:
      url: http://h.example/health
      every: 1ms
  - name: second
    rel: second
    template: https://s.example/{reference}
    health: {url: "https://s.example/{id}", every: 10s, timeout: 11s}
  - rel: second
    template: https://t.example/{id}
    health: {timeout: 0s}
  - {name: second, rel: fourth, system: x, template: "https://t.example/{id}", health: {url: "https://s.example/{id}"}}
`
	_, err := Parse([]byte(file), []access.Area{"housing", "benefits"})
	if err == nil {
		t.Fatal("it is taken")
	}
	want := []string{
		"line 2: services[0].name must be",
		"line 3: services[0].rel must be",
		"line 5: services[0].method must be one of GET, POST, PUT, PATCH, DELETE",
		`line 6: services[0].roles has no role named "owner": the roles are reader,`,
		`line 8: services[0].areas has no area named "parks": the areas are housing, benefits`,
		"line 4: services[0].template has the placeholder {nino}",
		"line 10: services[0].health.url must begin with https://",
		"line 11: services[0].health.every must lie between 1s and 1h",
		"line 14: services[1].template has {reference}, and no system says whose",
		"line 15: services[1].health.url must have no placeholders",
		"line 15: services[1].health.timeout must be positive, and at most every",
		"line 16: services[2].name must be",
		"line 18: services[2].health.url must be a URL",
		"line 18: services[2].health.timeout must be positive",
		"line 19: services[3].template does not use the {reference} that system asks for",
		"line 19: services[3].health.url must have no placeholders",
		"line 16: services[2].rel and system are those of the service at line 12, too",
		"line 19: services[3].name is that of the service at line 12, too",
		"line 19: services[3].health has the url of the service at line 12, and another every or timeout",
	}
	got := strings.Split(err.Error(), "\n")
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			t.Errorf("it is not told that %s", want[i])
		case i >= len(want) || !strings.HasPrefix(got[i], want[i]):
			t.Errorf("mistake %d is told as %s", i, got[i])
		}
	}
}

func TestWhatIsNoListOfServicesIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, want string }{
		"nothing":          {"", "none is given"},
		"no service":       {"services: []", "none is given"},
		"an unknown key":   {"services:\n  - name: a\n    colour: red", "line 3: field colour not found"},
		"an unknown part":  {"service: []", "line 1: field service not found"},
		"a key twice":      {"services:\n  - name: a\n    name: b", "line 3: mapping key \"name\" already defined at line 2"},
		"no time":          {"services:\n  - health: {every: soon}", "line 2: cannot unmarshal str `soon` into time.Duration"},
		"two documents":    {"services: [{name: a}]\n---\nservices: []", "more than one document"},
		"no YAML":          {"services: [", "line 1"},
		"another shape":    {"services: 7", "line 1: cannot unmarshal int `7`"},
		"a text for a set": {"- a", "line 1: cannot unmarshal seq"},
	} {
		_, err := Parse([]byte(test.file), nil)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "links.") {
			t.Errorf("%s: the error is %v and should speak of %q", name, err, test.want)
		}
	}
}

// Ensures that the page that says how a service is added can be followed.
func TestThePageOfLinksIsTrue(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../docs/links.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(content)
	_, block, _ := strings.Cut(page, "```yaml\n")
	block, _, _ = strings.Cut(block, "```")
	var file string
	for line := range strings.Lines(block) {
		file += strings.TrimPrefix(line, "   ")
	}
	areas := []access.Area{"housing"}
	services, err := Parse([]byte(file), areas)
	if err != nil || len(services) != 1 || services[0].Name != "tenure" {
		t.Errorf("the service to be added is read as %v, %v", services, err)
	}
	_, err = Parse([]byte(strings.Replace(file, "{reference}", "{nino}", 1)), areas)
	if err == nil || !strings.Contains(page, err.Error()) {
		t.Errorf("the page does not show what is said of a mistake: %v", err)
	}
	for _, key := range []string{"name", "rel", "title", "system", "template", "method", "roles", "areas", "health.url", "health.every", "health.timeout"} {
		if !strings.Contains(page, "| `"+key+"` |") {
			t.Errorf("%s is not explained", key)
		}
	}
}
