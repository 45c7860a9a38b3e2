package configs

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestLinkedServicesAreHeldToTheAreasThereAre(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "links.yaml")
	write(t, file, "services:\n  - {name: a, rel: a, template: \"https://a.example/{id}\", areas: [housing, parks]}\n")
	for areas, want := range map[string]string{
		"housing,parks": "",
		"housing":       file + `: line 2: services[0].areas has no area named "parks": the areas are housing`,
	} {
		settings := filepath.Join(t.TempDir(), "persons.yaml")
		write(t, settings, "access: {areas: ["+areas+"]}\nlinks: {file: "+file+"}\n")
		c, err := Load(settings, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		services, err := c.LinkedServices()
		if want == "" && (err != nil || len(services) != 1) {
			t.Errorf("where there are %s: %v", areas, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("where there are %s, the error is %v", areas, err)
		}
	}
	if services, err := (Config{}).LinkedServices(); err != nil || services != nil {
		t.Errorf("without a file: %v, %v", services, err)
	}
}
