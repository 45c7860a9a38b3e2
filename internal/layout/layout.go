// Package layout reads people out of other systems' files by a column map.
//
// A map says, for fields of a person, under which columns a row holds them. The
// built-in map reads the flat form that `persons generate` writes. [File] reads
// whole files, NDJSON or CSV, a row at a time.
package layout

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"personindex/person"
)

//go:embed flat.yaml
var flat []byte

// Map says where a row holds the fields of a person: the name of a field to the
// names of columns. A column within an object is written with a dot.
type Map map[string]Columns

// Columns are those that make up one field, their texts joined by a space.
type Columns []string

// UnmarshalYAML reads one column or a list of them.
func (c *Columns) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode((*[]string)(c))
	}
	var column string
	if err := node.Decode(&column); err != nil {
		return err
	}
	*c = Columns{column}
	return nil
}

// Flat returns the built-in map.
func Flat() Map {
	m, err := Read(strings.NewReader(string(flat)))
	if err != nil {
		panic(err) // the embedded file is tested
	}
	return m
}

// Read reads a map from YAML. The error names a field that no person has, or one
// without a column.
func Read(r io.Reader) (Map, error) {
	var m Map
	if err := yaml.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&m); err != nil {
		return nil, fmt.Errorf("read column map: %w", err)
	}
	for _, field := range slices.Sorted(maps.Keys(m)) {
		if _, ok := setters[field]; !ok {
			return nil, fmt.Errorf("column map: no field is named %q; the fields are %s", field, strings.Join(Fields(), ", "))
		}
		if len(m[field]) == 0 || slices.Contains(m[field], "") {
			return nil, fmt.Errorf("column map: %s has no column", field)
		}
	}
	return m, nil
}

// Fields lists the fields that a map can name, sorted.
func Fields() []string { return slices.Sorted(maps.Keys(setters)) }

// Person reads one row, decoded from JSON or CSV. It returns the row's own
// reference besides, which may be empty. If a value cannot be read, the error is
// a person.FieldError naming the column, and the person has all else.
func (m Map) Person(row map[string]any) (p person.Person, reference string, err error) {
	p, reference, wrong := m.bind().read(func(column string) string { return lookUp(row, column) })
	if len(wrong) > 0 {
		err = wrong[0]
	}
	return p, reference, err
}

// bound is a field that rows hold.
type bound struct {
	field   string
	columns Columns
	set     func(*draft, string) error
}

// binding is a map in a fixed order.
type binding []bound

func (m Map) bind() binding {
	var b binding
	for _, field := range slices.Sorted(maps.Keys(m)) {
		b = append(b, bound{field, m[field], setters[field]})
	}
	return b
}

// read makes a person of what value says of each column. It returns all values
// that cannot be read, by their columns; the person has all else.
func (b binding) read(value func(column string) string) (p person.Person, reference string, wrong []person.FieldError) {
	var draft draft
	for _, f := range b {
		text := f.text(value)
		if text == "" {
			continue
		}
		if err := f.set(&draft, text); err != nil {
			wrong = append(wrong, person.FieldError{Field: f.name(), Message: err.Error()})
		}
	}
	return draft.finish(), draft.reference, wrong
}

func (f bound) text(value func(column string) string) string {
	if len(f.columns) == 1 {
		return value(f.columns[0])
	}
	var texts []string
	for _, column := range f.columns {
		if text := value(column); text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " ")
}

// name is how errors call the field: as the file does.
func (f bound) name() string { return strings.Join(f.columns, " + ") }

// lookUp finds the text of a column, of which a dot leads into an object.
func lookUp(row map[string]any, column string) string {
	if value, ok := row[column]; ok {
		return text(value)
	}
	outer, inner, nested := strings.Cut(column, ".")
	if object, ok := row[outer].(map[string]any); nested && ok {
		return lookUp(object, inner)
	}
	return ""
}

func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return oneLine(v)
	case json.Number:
		return v.String()
	case float64, bool:
		return fmt.Sprint(v)
	}
	return ""
}

// oneLine is a text without blanks around it, and with a space where a line broke:
// spreadsheets keep whole addresses in one cell.
func oneLine(text string) string {
	text = strings.TrimSpace(text)
	if !strings.ContainsAny(text, "\r\n") {
		return text
	}
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' })
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, " ")
}

// Digits reads a date without asking whether any calendar has it: 1956-13-05 is
// year 1956, month 13, day 5. It is for questions, which are compared digit by
// digit; text that is no date at all gives the unknown date.
func Digits(text string) person.Date {
	if d, err := person.ParseDate(text); err == nil {
		return d
	}
	var d person.Date
	if n, err := fmt.Sscanf(strings.TrimSpace(text), "%4d-%2d-%2d", &d.Year, &d.Month, &d.Day); err != nil || n != 3 || d.Year < 1000 || d.Month < 0 || d.Day < 0 {
		return person.Date{}
	}
	return d
}
