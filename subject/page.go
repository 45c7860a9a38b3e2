package subject

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"personindex/access"
	"personindex/person"
)

//go:embed page.html
var pageText string

// section is what one table, or the index, holds, as the page shows it.
type section struct {
	Name    string // of the table
	Heading string
	About   string
	Rows    []value
	Table   bool // one line a row
}

// sections are the parts of the page but the record, in their order. A test finds
// a table that has none.
func sections() []section {
	return []section{
		{Name: "cross_reference", Table: true, Heading: "What other systems call you",
			About: "References by which other systems of the council know you."},
		{Name: "person_alias", Table: true, Heading: "Ids by which you are called",
			About: "Where a record is kept from most staff, another may bear the same id for them. For the officer: never send this part to either of the two."},
		{Name: "relation", Table: true, Heading: "Records of other people that name you",
			About: "These are other people's records. Only that they name you, and as what, is shown."},
		{Name: "person_history", Heading: "Earlier values",
			About: "What your record said before it was changed. The list of changes below says who changed each version, and when."},
		{Name: "import_row", Heading: "What other systems sent",
			About: "The last that each system sent about you, and when it last confirmed it."},
		{Name: "extended_data", Table: true, Heading: "What service areas hold",
			About: "Which service area holds or held more about you, and since when. What each version says is below."},
		{Name: "potential_duplicate", Table: true, Heading: "Records that may be yours too",
			About: "Records of the register that look like yours. They may be other people's."},
		{Name: "duplicate_check", Table: true, Heading: "Waiting to be compared",
			About: "Whether it is still to be found out if another record may be yours too."},
		{Name: "person_change", Table: true, Heading: "Changes to your record",
			About: "Who made each version of it, when, and which fields changed. The values are under earlier values."},
		{Name: "audit_event", Table: true, Heading: "Who did or saw what",
			About: "Every request that changed your record or was shown it. What was searched for is encrypted; the council's auditors can read it."},
		{Name: "audit_session", Table: true, Heading: "Searches of the last minutes",
			About: "Searches that were shown your record and are to be added to the list above."},
		{Name: "alert", Table: true, Heading: "Alerts",
			About: "When the council's security staff were told of such a request: somebody took more access in an emergency, looked up themselves or a colleague, or very many looked at your record."},
		{Name: "person_match", Heading: "What is worked out to recognise you",
			About: "Your names, date of birth, addresses and numbers in a standard form, and keys made from them, so that a misspelt name still finds you. No decision about you is made from them alone."},
		{Name: "idempotency_key", Table: true, Heading: "Requests that made your record",
			About: "Kept for 24 hours, so that a request sent twice makes one record."},
		{Name: "outbox", Table: true, Heading: "Waiting to be indexed",
			About: "Whether a change to your record has still to reach the search index."},
	}
}

// page is what the template shows.
type page struct {
	Report     *Report
	MadeAt     string
	Record     value
	Provenance map[string]string // by column
	Others     []string          // who is named in the record
	Sections   []section
	Areas      []section
	Index      []section
}

// WritePage writes the report as a self-contained page to read and to print, with
// what an officer must mind before it is sent at its top.
func (r *Report) WritePage(to io.Writer) error {
	p := page{Report: r, MadeAt: r.MadeAt.Format("2 January 2006, 15:04") + " UTC", Provenance: r.sources()}
	var err error
	if p.Record, err = parseValue("person", r.Held["person"][0]); err != nil {
		return err
	}
	for _, s := range sections() {
		if s.Rows, err = parseRows(s.Name, r.Held[s.Name]); err != nil {
			return err
		}
		p.Sections = append(p.Sections, s)
	}
	for _, area := range slices.Sorted(maps.Keys(r.Areas)) {
		rows, err := r.versions(area)
		if err != nil {
			return err
		}
		p.Areas = append(p.Areas, section{Name: string(area), Rows: rows})
	}
	for _, held := range r.Index {
		document, err := parseValue("index", held.Document)
		if err != nil {
			return err
		}
		p.Index = append(p.Index, section{Name: held.Index, Rows: []value{document}})
	}
	p.Others = named(p)
	layout, err := template.New("page").Funcs(template.FuncMap{"columns": columns, "cell": cell}).Parse(pageText)
	if err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	if err := layout.Execute(to, p); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// versions are those of a service area.
func (r *Report) versions(area access.Area) ([]value, error) {
	var rows []json.RawMessage
	for _, version := range r.Areas[area] {
		row, err := json.Marshal(version)
		if err != nil {
			return nil, fmt.Errorf("write version: %w", err)
		}
		rows = append(rows, row)
	}
	return parseRows("areas", rows)
}

func parseRows[T ~[]byte](path string, documents []T) ([]value, error) {
	var rows []value
	for _, document := range documents {
		v, err := parseValue(path, document)
		if err != nil {
			return nil, err
		}
		rows = append(rows, v)
	}
	return rows, nil
}

// sources says where the value of each column comes from.
func (r *Report) sources() map[string]string {
	texts := map[string]string{}
	for field, from := range r.Provenance {
		system := from.System
		if system == person.Service {
			system = "entered here"
		}
		text := system + ", " + from.ChangedAt.Format("2 January 2006")
		if !from.VerifiedAt.IsZero() {
			text += ", confirmed " + from.VerifiedAt.Format("2 January 2006")
		}
		texts[column(field)] = text
	}
	return texts
}

// column is the database's name of a field: dateOfBirth is date_of_birth.
func column(field string) string {
	var name strings.Builder
	for _, r := range field {
		if r >= 'A' && r <= 'Z' {
			name.WriteByte('_')
			r += 'a' - 'A'
		}
		name.WriteRune(r)
	}
	return name.String()
}

// named lists whom the record and its past name beside its person.
func named(p page) []string {
	var names []string
	seen := map[string]bool{}
	add := func(v value) {
		walk(v, "", func(name string, v value) {
			if name != "relations" {
				return
			}
			for _, relation := range v.Items {
				text := cell(relation, "name") + cell(relation, "personId")
				if kind := cell(relation, "type"); kind != "" {
					text += " (" + kind + ")"
				}
				if !seen[text] {
					seen[text] = true
					names = append(names, text)
				}
			}
		})
	}
	add(p.Record)
	for _, s := range p.Sections {
		for _, row := range s.Rows {
			if s.Name == "relation" {
				names = append(names, "the person whose record "+cell(row, "named_by")+" names this one")
			}
			if s.Name == "person_alias" {
				names = append(names, "somebody kept from most staff, or who bears their id: see ids by which you are called")
			}
			if s.Name == "potential_duplicate" {
				names = append(names, "a record that may be another person's: "+cell(row, "person_a")+" or "+cell(row, "person_b"))
			}
			add(row)
		}
	}
	return names
}

// walk calls visit with every member within v.
func walk(v value, name string, visit func(string, value)) {
	if name != "" {
		visit(name, v)
	}
	for _, m := range v.Members {
		walk(m.Value, m.Name, visit)
	}
	for _, item := range v.Items {
		walk(item, "", visit)
	}
}

// columns are the members that any of the rows has, in the order of the rows.
func columns(rows []value) []member {
	var list []member
	seen := map[string]bool{"person_id": true} // whose report it is
	for _, row := range rows {
		for _, m := range row.Members {
			if !seen[m.Name] {
				seen[m.Name] = true
				list = append(list, m)
			}
		}
	}
	return list
}

// cell is a member of a row as one text.
func cell(row value, name string) string {
	for _, m := range row.Members {
		if m.Name != name {
			continue
		}
		if m.Value.Plain() {
			return m.Value.Text
		}
		var texts []string
		for _, item := range m.Value.Items {
			texts = append(texts, item.Text)
		}
		return strings.Join(texts, ", ")
	}
	return ""
}
