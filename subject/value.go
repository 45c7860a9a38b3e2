package subject

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"personindex/person"
)

// value is a JSON value as the page shows it, its members in their order, and
// without whatever says nothing.
type value struct {
	Text    string
	Members []member
	Items   []value
}

type member struct {
	Name  string // as in the JSON
	Label string // as people say it
	Value value
}

// Empty reports whether the value says nothing.
func (v value) Empty() bool { return v.Text == "" && len(v.Members) == 0 && len(v.Items) == 0 }

// Plain reports whether the value is one text.
func (v value) Plain() bool { return v.Text != "" }

// PlainItems reports whether it is a list of texts.
func (v value) PlainItems() bool {
	for _, item := range v.Items {
		if !item.Plain() {
			return false
		}
	}
	return len(v.Items) > 0
}

// parseValue reads a document. path is where it stands, for the labels.
func parseValue(path string, document []byte) (value, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	v, err := next(decoder, path)
	if err != nil {
		return value{}, fmt.Errorf("read %s: %w", path, err)
	}
	return v, nil
}

func next(d *json.Decoder, path string) (value, error) {
	token, err := d.Token()
	if err != nil {
		return value{}, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return object(d, path)
		}
		return list(d, path)
	case bool:
		return value{Text: map[bool]string{true: "yes", false: "no"}[t]}, nil
	case json.Number:
		return value{Text: t.String()}, nil
	case string:
		return value{Text: readable(t)}, nil
	}
	return value{}, nil // null
}

func object(d *json.Decoder, path string) (v value, err error) {
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return value{}, err
		}
		name := token.(string)
		inner := path + "." + name
		held, err := next(d, inner)
		if err != nil {
			return value{}, err
		}
		if !held.Empty() {
			v.Members = append(v.Members, member{name, label(inner), held})
		}
	}
	inOrder(v.Members)
	_, err = d.Token()
	return v, err
}

// inOrder puts members as the API orders the fields of a person and what they hold:
// jsonb keeps no order. Where some other member is among them they stay as they are.
func inOrder(members []member) {
	names := fieldsInOrder()
	rank := func(m member) int { return slices.Index(names, m.Name) }
	if !slices.ContainsFunc(members, func(m member) bool { return rank(m) < 0 }) {
		slices.SortStableFunc(members, func(a, b member) int { return rank(a) - rank(b) })
	}
}

// fieldsInOrder are the names of the fields of a person, and of what they hold.
func fieldsInOrder() (names []string) {
	for _, of := range []reflect.Type{
		reflect.TypeFor[person.Person](), reflect.TypeFor[person.PreviousName](), reflect.TypeFor[person.Identifier](), reflect.TypeFor[person.Language](),
		reflect.TypeFor[person.Contact](), reflect.TypeFor[person.Address](), reflect.TypeFor[person.Relation](),
	} {
		for field := range of.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func list(d *json.Decoder, path string) (v value, err error) {
	for d.More() {
		item, err := next(d, path)
		if err != nil {
			return value{}, err
		}
		if !item.Empty() {
			v.Items = append(v.Items, item)
		}
	}
	_, err = d.Token()
	return v, err
}

// readable writes dates and times as people here do.
func readable(text string) string {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UTC().Format("2 January 2006, 15:04:05") + " UTC"
	}
	if !strings.Contains(text, "-") {
		return text // 1989 may be a house number
	}
	date, err := person.ParseDate(text)
	switch {
	case err != nil || date.Iso() != text:
		return text
	case date.Full():
		day, _ := time.Parse(time.DateOnly, text)
		return day.Format("2 January 2006")
	}
	month, err := time.Parse("2006-01", text)
	if err != nil {
		return text
	}
	return month.Format("January 2006")
}

// label says what a member is called. The path's labels are those whose names say
// little; of the others the name is taken apart.
func label(path string) string {
	path = strings.Replace(path, "person_match.restricted_record", "person_match.record", 1)
	if text, ok := labels()[path]; ok {
		return text
	}
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch strings.ToLower(name) {
	case "id":
		return "ID"
	case "isprimary":
		return "Primary"
	case "uprn", "restricteduprn":
		return "UPRN"
	case "ni":
		return "National Insurance number"
	}
	var words strings.Builder
	for i, r := range name {
		switch {
		case r == '_':
			words.WriteByte(' ')
		case i == 0:
			words.WriteRune(unicode.ToUpper(r))
		case unicode.IsUpper(r) || unicode.IsDigit(r):
			words.WriteByte(' ')
			words.WriteRune(unicode.ToLower(r))
		default:
			words.WriteRune(r)
		}
	}
	return strings.TrimSuffix(words.String(), " id")
}

// labels name what is abbreviated or a technical term, by where it stands.
func labels() map[string]string {
	return map[string]string{
		"person.erased_at":               "Erased",
		"person.created_at":              "First recorded",
		"person.updated_at":              "Last changed",
		"person.cross_references":        "Number of references of other systems",
		"potential_duplicate.person_a":   "One record",
		"potential_duplicate.person_b":   "The other",
		"areas.document":                 "What it says",
		"extended_data.key_id":           "Number of the key",
		"person_alias.id":                "Called",
		"person_alias.person_id":         "Is",
		"relation.named_by":              "Record of person",
		"relation.type":                  "As",
		"relation.present":               "In their present record",
		"cross_reference.position":       "Place in the list",
		"person_history.body":            "Values then",
		"import_row.said":                "What it said",
		"person_change.at":               "When",
		"person_change.actor":            "Who",
		"person_change.action":           "What was done",
		"person_change.fields":           "To which fields",
		"person_change.id":               "Number",
		"audit_event.at":                 "When",
		"audit_event.caller":             "Who",
		"alert.id":                       "Number",
		"alert.at":                       "When",
		"alert.caller":                   "Who",
		"alert.event":                    "Number of the request",
		"audit_event.id":                 "Number",
		"audit_event.route":              "Request",
		"audit_event.request_ids":        "Request ids",
		"audit_event.status":             "Answer",
		"audit_event.since":              "Session began",
		"person_match.match_version":     "Version of the rules",
		"person_match.record":            "In standard form",
		"person_match.restricted_record": "In standard form, as a restricted person",
		"person_match.keys":              "Search keys, as numbers",
		"person_match.record.g":          "Forenames",
		"person_match.record.g.t":        "As recorded",
		"person_match.record.g.k":        "Words",
		"person_match.record.g.u":        "Use",
		"person_match.record.m":          "Middle names",
		"person_match.record.s":          "Surnames",
		"person_match.record.s.t":        "As recorded",
		"person_match.record.s.k":        "Words",
		"person_match.record.s.u":        "Use",
		"person_match.record.b":          "Date of birth",
		"person_match.record.x":          "Gender",
		"person_match.record.i":          "National Insurance numbers",
		"person_match.record.i.n":        "Number",
		"person_match.record.i.s":        "Last letter",
		"person_match.record.i.t":        "A test number",
		"person_match.record.a":          "Addresses",
		"person_match.record.a.l":        "As recorded",
		"person_match.record.a.n":        "House number",
		"person_match.record.a.f":        "Flat",
		"person_match.record.a.b":        "Building",
		"person_match.record.a.s":        "Street",
		"person_match.record.a.k":        "Words",
		"person_match.record.a.p":        "Postcode",
		"person_match.record.a.o":        "First half of the postcode",
		"person_match.record.a.u":        "UPRN",
		"person_match.record.a.x":        "A former address",
		"person_match.record.p":          "Telephone numbers",
		"person_match.record.e":          "E-mail addresses",
		"person_match.record.d":          "Has died",
		"index.ni":                       "National Insurance numbers",
		"index.name":                     "Words of names",
		"index.namePhonetic":             "How names sound",
		"index.address":                  "Words of addresses",
		"index.keys":                     "Search keys",
		"outbox.alias":                   "Index",
	}
}
