package configs

import (
	"fmt"
	"os"

	"personindex/links"
)

// Links says which services people are linked to.
type Links struct{ File string }

// LinkedServices reads the services that people are linked to from links.file, or
// returns none where that is empty. The error has every mistake with its line.
func (c Config) LinkedServices() ([]links.Service, error) {
	if c.Links.File == "" {
		return nil, nil
	}
	data, err := os.ReadFile(c.Links.File)
	if err != nil {
		return nil, fmt.Errorf("links.file: %w", err)
	}
	services, err := links.Parse(data, c.Access.Areas)
	if err != nil {
		return nil, fmt.Errorf("links.file %s: %w", c.Links.File, err)
	}
	return services, nil
}
