package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exposed are our own metrics as a service exposes them that has done a bit of
// everything: by name, their type and labels as docs/metrics.md writes them.
func exposed(t *testing.T) map[string]string {
	t.Helper()
	o := newObserved(t)
	o.use()
	o.search()
	page := httptest.NewRecorder()
	o.service.Admin().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	o.finish()
	return metricsOf(page.Body.String())
}

var (
	typeLine = regexp.MustCompile(`^# TYPE (persons_\w+) (\w+)$`)
	measured = regexp.MustCompile(`^(persons_\w+?)(?:_bucket|_sum|_count)?\{(.*)\} `)
	label    = regexp.MustCompile(`(\w+)="`)
)

// metricsOf reads Prometheus's text format.
func metricsOf(text string) map[string]string {
	types, labels := map[string]string{}, map[string]map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if found := typeLine.FindStringSubmatch(line); found != nil {
			types[found[1]], labels[found[1]] = found[2], map[string]bool{}
		}
		if found := measured.FindStringSubmatch(line); found != nil && labels[found[1]] != nil {
			for _, name := range label.FindAllStringSubmatch(found[2], -1) {
				labels[found[1]][name[1]] = true
			}
		}
	}
	metrics := map[string]string{}
	for name, kind := range types {
		delete(labels[name], "le") // every histogram has it
		metrics[name] = strings.TrimSpace(kind + " " + strings.Join(slices.Sorted(maps.Keys(labels[name])), ", "))
	}
	return metrics
}

var row = regexp.MustCompile("(?m)^\\| `(persons_\\w+)` \\| (\\w+) \\| (.*?) \\|")

func TestThePageOfMetricsIsTrue(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, found := range row.FindAllStringSubmatch(string(page), -1) {
		documented[found[1]] = strings.TrimSpace(found[2] + " " + strings.ReplaceAll(found[3], "`", ""))
	}
	real := exposed(t)
	if diff := cmp.Diff(real, documented); diff != "" {
		t.Errorf("docs/metrics.md differs from /metrics (-exposed +documented)\n%s", diff)
	}
	queried := queriesOfDashboards(t)
	for name := range documented {
		if !regexp.MustCompile(name + `(_bucket|_sum|_count)?\b`).MatchString(strings.Join(queried, "\n")) {
			t.Errorf("no panel of the dashboard shows %s", name)
		}
	}
	for _, query := range append(queried, alerts(t)...) {
		for _, name := range regexp.MustCompile(`persons_\w+`).FindAllString(query, -1) {
			_, counted := real[name]
			_, histogram := real[regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")]
			if !counted && !histogram {
				t.Errorf("nobody exposes %s, for which is asked: %s", name, query)
			}
		}
	}
}

// queriesOfDashboards are the expressions of every panel. No two of them may have the
// same id or place: Grafana shows one of them then.
func queriesOfDashboards(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("../../dashboards/grafana/persons.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(content, &dashboard); err != nil {
		t.Fatal(err)
	}
	var queries []string
	for i, panel := range dashboard.Panels {
		if len(panel.Targets) == 0 {
			t.Errorf("%s asks for nothing", panel.Title)
		}
		for _, other := range dashboard.Panels[:i] {
			a, b := panel.GridPos, other.GridPos
			if panel.ID == other.ID || a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%s and %s have the same id or place", panel.Title, other.Title)
			}
		}
		for _, target := range panel.Targets {
			queries = append(queries, target.Expr)
		}
	}
	return queries
}

// alerts are the lines of docs/operations.md that hold an alert's expression.
func alerts(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "### What to be woken by")
	section, _, _ = strings.Cut(section, "\n### ")
	lines := regexp.MustCompile("(?m)^\\| `.*persons_.*$").FindAllString(section, -1)
	if len(lines) == 0 {
		t.Error("no alert is documented")
	}
	return lines
}
