package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of a JSON document, far above those of any honest one: a full
// person has about 5,000 values, 3 levels deep.
const (
	maxDepth  = 16
	maxValues = 20_000
)

// value is a JSON value as it was written: members keep their order and their
// exact names, numbers their text.
type value struct {
	kind    kindOfValue
	text    string // of text, a number or a boolean
	members []member
	items   []value
}

type member struct {
	name  string
	value value
}

type kindOfValue int

const (
	null kindOfValue = iota
	boolean
	number
	text
	array
	object
)

// has reports whether an object has a member of this name.
func (v value) has(name string) bool {
	return slices.ContainsFunc(v.members, func(m member) bool { return m.name == name })
}

// syntaxError says why a document is no JSON that could be acted on. Field is
// empty unless one member is to blame.
type syntaxError struct{ field, message string }

func (e *syntaxError) Error() string { return strings.TrimSpace(e.field + " " + e.message) }

// parse reads one JSON value and refuses, with a *syntaxError, what two readers
// could understand differently: a name given twice, text that is not Unicode,
// and anything after the value.
func parse(document []byte) (value, error) {
	if !utf8.Valid(document) {
		return value{}, &syntaxError{"", "is not valid UTF-8"}
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(document, new(json.RawMessage)); errors.As(err, &syntax) {
		return value{}, &syntaxError{"", fmt.Sprintf("is not valid JSON (at byte %d)", syntax.Offset)}
	}
	if loneSurrogate(document) {
		return value{}, &syntaxError{"", "holds half a surrogate pair"}
	}
	p := &parser{tokens: json.NewDecoder(bytes.NewReader(document))}
	p.tokens.UseNumber()
	v, err := p.value(0)
	if err != nil {
		return value{}, err
	}
	return v, nil
}

// parser reads a document known to be well formed.
type parser struct {
	tokens *json.Decoder
	values int
}

func (p *parser) value(depth int) (value, error) {
	if p.values++; p.values > maxValues {
		return value{}, &syntaxError{"", fmt.Sprintf("holds more than %d values", maxValues)}
	}
	if depth > maxDepth {
		return value{}, &syntaxError{"", fmt.Sprintf("is nested more than %d deep", maxDepth)}
	}
	token, err := p.tokens.Token()
	if err != nil {
		return value{}, &syntaxError{"", "is not valid JSON"}
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return p.object(depth)
		}
		return p.array(depth)
	case string:
		return value{kind: text, text: t}, nil
	case json.Number:
		return value{kind: number, text: t.String()}, nil
	case bool:
		return value{kind: boolean, text: fmt.Sprint(t)}, nil
	}
	return value{kind: null}, nil
}

func (p *parser) object(depth int) (value, error) {
	v := value{kind: object}
	seen := map[string]bool{}
	for p.tokens.More() {
		token, err := p.tokens.Token()
		name, isText := token.(string)
		if err != nil || !isText {
			return value{}, &syntaxError{"", "is not valid JSON"}
		}
		if seen[name] {
			return value{}, &syntaxError{printable(name), "is given twice"}
		}
		seen[name] = true
		inner, err := p.value(depth + 1)
		if err != nil {
			return value{}, inside(name, err)
		}
		v.members = append(v.members, member{name, inner})
	}
	return v, p.end()
}

func (p *parser) array(depth int) (value, error) {
	v := value{kind: array}
	for p.tokens.More() {
		inner, err := p.value(depth + 1)
		if err != nil {
			return value{}, inside(fmt.Sprintf("[%d]", len(v.items)), err)
		}
		v.items = append(v.items, inner)
	}
	return v, p.end()
}

// end consumes the closing bracket.
func (p *parser) end() error {
	if _, err := p.tokens.Token(); err != nil {
		return &syntaxError{"", "is not valid JSON"}
	}
	return nil
}

// inside puts the place before the field that an error names, if it names one.
func inside(place string, err error) error {
	var syntax *syntaxError
	if !errors.As(err, &syntax) || syntax.field == "" {
		return err
	}
	if !strings.HasPrefix(place, "[") {
		place = printable(place)
	}
	dot := "."
	if strings.HasPrefix(syntax.field, "[") {
		dot = ""
	}
	return &syntaxError{place + dot + syntax.field, syntax.message}
}

// loneSurrogate reports whether an escape in the document is half a UTF-16
// pair, which stands for no character: it comes of cutting text in the middle
// of an emoji, and encoding/json would quietly store a replacement instead.
func loneSurrogate(document []byte) bool {
	for i := 0; i+1 < len(document); i++ {
		if document[i] != '\\' {
			continue
		}
		if document[i+1] != 'u' {
			i++ // an escaped backslash must not be taken for the start of an escape
			continue
		}
		switch unit := document[i+2 : i+6]; {
		case !isSurrogate(unit):
			i += 5
		case high(unit) && bytes.HasPrefix(document[i+6:], []byte(`\u`)) && low(document[i+8:i+12]):
			i += 11
		default:
			return true
		}
	}
	return false
}

func isSurrogate(hex []byte) bool { return high(hex) || low(hex) }

func high(hex []byte) bool { return second(hex, "89abAB") }

func low(hex []byte) bool { return second(hex, "cdefCDEF") }

func second(hex []byte, digits string) bool {
	return (hex[0] == 'd' || hex[0] == 'D') && strings.IndexByte(digits, hex[1]) >= 0
}
