package links

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"personindex/access"
	"personindex/person"
)

// Of a health check that does not say. A timeout is never longer than every.
const (
	defaultEvery   = 15 * time.Second
	defaultTimeout = 2 * time.Second
)

// Parse reads the services of a YAML file, which docs/links.md describes. areas
// are all that there are; the error tells of every mistake, each with its line.
func Parse(file []byte, areas []access.Area) ([]Service, error) {
	var written struct{ Services []entry }
	decoder := yaml.NewDecoder(bytes.NewReader(file))
	decoder.KnownFields(true)
	if err := decoder.Decode(&written); err != nil && !errors.Is(err, io.EOF) {
		return nil, inWords(err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("holds more than one document")
	}
	if len(written.Services) == 0 {
		return nil, errors.New("services: none is given")
	}
	var tree yaml.Node
	if err := yaml.Unmarshal(file, &tree); err != nil {
		return nil, err
	}
	r := reader{areas: areas, places: placesOf(&tree)}
	services := make([]Service, len(written.Services))
	for i, e := range written.Services {
		r.at = i
		services[i] = r.service(e)
	}
	r.together(services)
	return services, errors.Join(r.errs...)
}

// entry is a service as it is written.
type entry struct {
	Name, Rel, Title, System, Method, Template string
	Roles                                      []access.Role
	Areas                                      []access.Area
	Health                                     *struct {
		URL            string
		Every, Timeout *time.Duration
	}
}

// goType is what the decoder says of our types, which nobody asked about.
var goType = regexp.MustCompile(` in type .*| into (?:struct|\[\]links).*|!!`)

func inWords(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	var mistakes *yaml.TypeError
	if errors.As(err, &mistakes) {
		text = strings.Join(mistakes.Errors, "\n")
	}
	return errors.New(goType.ReplaceAllString(text, ""))
}

// reader turns entries into services and gathers what is wrong with them.
type reader struct {
	areas  []access.Area
	places places
	at     int // the entry that is read
	errs   []error
}

// must adds an error about a key of the entry that is read, unless ok.
func (r *reader) must(ok bool, key, format string, args ...any) {
	if !ok {
		line, place := r.places.line(r.at, key), fmt.Sprintf("services[%d].%s ", r.at, key)
		r.errs = append(r.errs, fmt.Errorf("line %d: %s%s", line, place, fmt.Sprintf(format, args...)))
	}
}

var (
	// nameForm is that of names, which become labels of metrics, and of rels,
	// which RFC 8288 writes so where they are no URI.
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9.-]{0,63}$`)
	methods  = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
)

func (r *reader) service(e entry) Service {
	if e.Method == "" {
		e.Method = http.MethodGet
	}
	r.must(nameForm.MatchString(e.Name), "name", "must be a small letter and then at most 63 small letters, digits, dots or hyphens")
	r.must(nameForm.MatchString(e.Rel), "rel", "must be a small letter and then at most 63 small letters, digits, dots or hyphens")
	r.must(utf8.RuneCountInString(e.Title) <= person.MaxText, "title", "must be at most %d characters", person.MaxText)
	r.must(utf8.RuneCountInString(e.System) <= person.MaxText, "system", "must be at most %d characters, as in a cross-reference", person.MaxText)
	r.must(slices.Contains(methods, e.Method), "method", "must be one of %s", strings.Join(methods, ", "))
	for _, role := range e.Roles {
		r.must(slices.Contains(access.Roles(), role), "roles", "has no role named %q: the roles are %s", role, list(access.Roles()))
	}
	for _, area := range e.Areas {
		r.must(slices.Contains(r.areas, area), "areas", "has no area named %q: the areas are %s", area, list(r.areas))
	}
	return Service{
		Name: e.Name, Rel: e.Rel, Title: e.Title, System: e.System, Method: e.Method,
		Template: r.template(e), Roles: e.Roles, Areas: e.Areas, Health: r.health(e),
	}
}

func (r *reader) template(e entry) Template {
	t, err := ParseTemplate(e.Template)
	if err != nil {
		r.must(false, "template", "%v", err)
		return t
	}
	r.must(e.System != "" || !t.uses("reference"), "template", "has {reference}, and no system says whose")
	r.must(e.System == "" || t.uses("reference"), "template", "does not use the {reference} that system asks for")
	return t
}

func (r *reader) health(e entry) *Health {
	if e.Health == nil {
		return nil
	}
	h := Health{URL: e.Health.URL, Every: defaultEvery}
	if e.Health.Every != nil {
		h.Every = *e.Health.Every
	}
	h.Timeout = min(defaultTimeout, h.Every)
	if e.Health.Timeout != nil {
		h.Timeout = *e.Health.Timeout
	}
	err := checkURL(h.URL)
	r.must(err == nil, "health.url", "%v", err)
	r.must(!strings.ContainsAny(h.URL, "{}"), "health.url", "must have no placeholders")
	r.must(h.Every >= time.Second && h.Every <= time.Hour, "health.every", "must lie between 1s and 1h")
	r.must(h.Timeout > 0 && h.Timeout <= h.Every, "health.timeout", "must be positive, and at most every")
	return &h
}

// together refuses what cannot be so of several services at once.
func (r *reader) together(services []Service) {
	for i, s := range services {
		r.at = i
		for j, other := range services[:i] {
			line := r.places.line(j, "")
			r.must(s.Name != other.Name, "name", "is that of the service at line %d, too", line)
			r.must(s.Rel != other.Rel || s.System != other.System, "rel", "and system are those of the service at line %d, too", line)
			if s.Health != nil && other.Health != nil && s.Health.URL == other.Health.URL {
				r.must(*s.Health == *other.Health, "health", "has the url of the service at line %d, and another every or timeout: it is one check", line)
			}
		}
	}
}

func list[T ~string](names []T) string {
	if len(names) == 0 {
		return "none"
	}
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}

// places are the lines of the file at which the keys of each service stand; the
// service itself has the empty key.
type places []map[string]int

// placesOf expects a file that could be decoded.
func placesOf(tree *yaml.Node) places {
	var p places
	for _, service := range member(tree.Content[0], "services").Content {
		lines := map[string]int{"": service.Line}
		addLines(lines, "", service)
		p = append(p, lines)
	}
	return p
}

func addLines(lines map[string]int, prefix string, node *yaml.Node) {
	node = target(node)
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		key := prefix + node.Content[i].Value
		lines[key] = node.Content[i].Line
		addLines(lines, key+".", node.Content[i+1])
	}
}

// member is the value of a key of a mapping.
func member(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return target(mapping.Content[i+1])
		}
	}
	return &yaml.Node{}
}

// target is what an alias stands for, or the node itself.
func target(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// line is that of a key or, where that is missing, of what it is missing in.
func (p places) line(service int, key string) int {
	for {
		if line, found := p[service][key]; found {
			return line
		}
		dot := strings.LastIndexByte(key, '.')
		key = key[:max(dot, 0)]
	}
}
