package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"personindex/access"
	"personindex/person"
	"personindex/storage"
)

// play is a request that is valid whoever sends it, about somebody. What is in braces
// is theirs.
type play struct {
	operation  string // as the document names it
	how        string // tells plays of one operation apart
	path, body string
	headers    []string
	extended   bool // whether housing keeps something about them
	shows      int  // the status of an answer that has them in it, if any; where it has not, they are not found
}

// plays is every operation that there is. The table has them in this order.
func plays() []play {
	const (
		name   = `"forename":"{forename}","surname":"{surname}","dateOfBirth":"{born}"`
		search = "/persons?firstName={forename}&lastName={surname}&dateOfBirth={born}"
		kept   = "/persons/{id}/extended/housing"
	)
	any := []string{"If-Match", "*"}
	return []play{
		{operation: "GET /healthz", path: "/healthz"},
		{operation: "GET /readyz", path: "/readyz"},
		{operation: "GET /persons", how: "by name", path: search, shows: 200},
		{operation: "GET /persons", how: "by address", path: "/persons?uprn={uprn}", shows: 200},
		{operation: "GET /persons", how: "by cross-reference", path: "/persons?system=rents&reference={surname}", shows: 200},
		{operation: "POST /persons/search", how: "by name", path: searchPath, body: `{"firstName":"{forename}","lastName":"{surname}","dateOfBirth":"{born}"}`, shows: 200},
		{operation: "POST /persons/search", how: "by address", path: searchPath, body: `{"uprn":"{uprn}"}`, shows: 200},
		{operation: "POST /persons", how: "of the same name", path: "/persons", body: "{" + name + "}", shows: 409},
		{operation: "GET /persons/{id}", path: "/persons/{id}", shows: 200},
		{operation: "GET /persons/{id}/history", path: "/persons/{id}/history", shows: 200},
		{operation: "GET /persons/{id}/audit", path: "/persons/{id}/audit?limit=100", shows: 200},
		{operation: "POST /persons/{id}", path: "/persons/{id}", body: `{"forename":"{other}","surname":"{other}"}`},
		{operation: "PATCH /persons/{id}", how: "title", path: "/persons/{id}", body: `{"title":"Dr"}`, headers: any, shows: 200},
		{operation: "PATCH /persons/{id}", how: "contacts", path: "/persons/{id}", body: `{"communication":[]}`, headers: any, shows: 200},
		{operation: "POST /persons/{id}/crossReferences", path: "/persons/{id}/crossReferences", body: `{"system":"tax","reference":"{surname}"}`, shows: 201},
		{operation: "DELETE /persons/{id}", path: "/persons/{id}", headers: append(any, "Erasure-Reason", "a play")},
		{operation: "GET /persons/{id}/extended/{area}", path: kept, extended: true, shows: 200},
		{operation: "GET /persons/{id}/extended/{area}/history", path: kept + "/history", extended: true, shows: 200},
		{operation: "PUT /persons/{id}/extended/{area}", path: kept, body: "{}", headers: any, extended: true},
		{operation: "PATCH /persons/{id}/extended/{area}", path: kept, body: "{}", headers: any, extended: true, shows: 200},
		{operation: "DELETE /persons/{id}/extended/{area}", path: kept, headers: any, extended: true},
	}
}

func (p play) method() string {
	method, _, _ := strings.Cut(p.operation, " ")
	return method
}

func (p play) String() string {
	if p.how == "" {
		return "`" + p.operation + "`"
	}
	return "`" + p.operation + "`, " + p.how
}

// who sends a play: somebody with one role, who works in one area. Nobody has no role.
type who struct {
	role  access.Role
	area  access.Area
	sight sight
}

// sight is how far somebody sees.
type sight struct {
	clearance person.Restriction
	glass     person.Restriction // where it is more, the clearance that they take, by giving a reason
}

// sights are every clearance, and those that somebody without one takes in an
// emergency.
func sights() []sight {
	var list []sight
	for _, c := range person.Restrictions() {
		list = append(list, sight{clearance: c})
	}
	for _, c := range person.Restrictions()[1:] {
		list = append(list, sight{glass: c})
	}
	return list
}

func (s sight) String() string {
	if s.glass > s.clearance {
		return "*glass " + s.glass.String() + "*"
	}
	return s.clearance.String()
}

// headers are those by which w is known, and sees as far as they do.
func (w who) headers() []string {
	if w.role == "" {
		return []string{"Authorization", ""}
	}
	list := []string{"Authorization", tokenOf(access.Caller{
		Subject: "player", Roles: []access.Role{w.role}, Areas: []access.Area{w.area}, Clearance: w.sight.clearance, BreakGlass: w.sight.glass,
	})}
	if w.sight.glass > w.sight.clearance {
		list = append(list, breakGlassHeader, "a play")
	}
	return list
}

func playedAreas() []access.Area { return []access.Area{"housing", "social-care"} }

// everybody is nobody, and all who can be.
func everybody() []who {
	list := []who{{}}
	for _, role := range access.Roles() {
		for _, area := range playedAreas() {
			for _, sight := range sights() {
				list = append(list, who{role, area, sight})
			}
		}
	}
	return list
}

// states is what a person can be: restricted so, or else erased.
type state struct {
	name        string
	restriction person.Restriction
	erased      bool
}

func states() []state {
	return []state{
		{name: "plain"}, {name: "restricted", restriction: person.Restricted}, {name: "very restricted", restriction: person.VeryRestricted},
		{name: "erased", erased: true},
	}
}

// subject is whom a play is about. Two of them have nothing alike, so that no search
// finds another.
type subject struct {
	*strings.Replacer        // puts theirs in place of what is in braces
	sign              string // of them, in whatever shows them, and in nothing that is sent
	refuge            string // in their address, and in nothing that is sent
}

// somebody is a new person in a state.
func (s *service) somebody(p play, now state, number *int64) subject {
	s.t.Helper()
	*number++
	made := madeUp(*number)
	change := storage.Change{Actor: made.MiddleName, Clearance: person.VeryRestricted}
	made.Restriction = now.restriction
	stored, err := s.store.Create(s.t.Context(), change, made, nil)
	if err == nil && p.extended {
		_, err = s.store.ReviseExtended(s.t.Context(), change, stored.ID, "housing", 0, fmt.Appendf(nil, `{"note":%q}`, made.MiddleName))
	}
	if err == nil && now.erased {
		_, err = s.store.Erase(s.t.Context(), change, stored.ID, stored.Version)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return subject{
		strings.NewReplacer("{id}", string(stored.ID), "{forename}", made.Forename, "{surname}", made.Surname,
			"{born}", made.DateOfBirth.Iso(), "{uprn}", made.Addresses[0].UPRN, "{other}", madeUp(-*number).Surname),
		made.MiddleName, made.Addresses[0].Line1,
	}
}

// madeUp is a person who is always the same for a number, and like no other.
func madeUp(number int64) person.Person {
	random := sha256.Sum256(fmt.Append(nil, number))
	word := func(from int) string {
		var letters strings.Builder
		for _, b := range random[from : from+4] {
			letters.WriteByte("bcdfghjklmnprstvwz"[b%18])
			letters.WriteByte("aeiou"[b/18%5])
		}
		return strings.ToUpper(letters.String()[:1]) + letters.String()[1:]
	}
	return person.Person{
		Forename: word(3), MiddleName: word(7) + "sign", Surname: word(11) + word(15), DateOfBirth: person.Date{Year: 1930 + int(random[0])%70, Month: 1 + int(random[1])%12, Day: 1 + int(random[2])%28},
		Addresses:       []person.Address{{Line1: fmt.Sprintf("%d %s Refuge", number, word(19)), UPRN: fmt.Sprintf("9%011d", number)}},
		CrossReferences: []person.CrossReference{{System: "rents", Reference: word(11) + word(15)}},
	}
}

// outcome is what a caller learns of somebody by a play.
func (s *service) outcome(p play, w who, of subject) string {
	s.t.Helper()
	r := s.do(p.method(), of.Replace(p.path), of.Replace(p.body), append(w.headers(), p.headers...)...)
	told, address := strings.Contains(r.body, of.sign), strings.Contains(r.body, of.refuge)
	record := strings.Contains(r.body, `"middleName":"`+of.sign)
	switch {
	case told && r.status != p.shows || address && !record:
		s.t.Errorf("%s as %v is answered with what it should not be: %d %s", p, w, r.status, r.body)
	case record && !address:
		return fmt.Sprint(r.status, ", kept back")
	case !told && r.status == p.shows:
		return fmt.Sprint(r.status, ", not found")
	}
	return fmt.Sprint(r.status)
}

// outcomes is what everybody is answered, in every state of whom it is about. Whom a
// play may have changed is not played with again.
func (s *service) outcomes(p play, number *int64) map[who]string {
	s.t.Helper()
	cells := map[who]string{}
	for _, now := range states() {
		of := s.somebody(p, now, number)
		for _, w := range everybody() {
			cell := s.outcome(p, w, of)
			cells[w] += " " + cell + " |"
			if cell[0] == '2' && p.method() != http.MethodGet {
				of = s.somebody(p, now, number)
			}
		}
	}
	return cells
}

const (
	matrixBegins = "<!-- matrix: written by go test ./api -update -->\n"
	matrixEnds   = "<!-- /matrix -->\n"
)

// Ensures that docs/access.md says of every operation what becomes of it, whoever
// sends it and whomever it is about.
func TestTheMatrixIsCurrent(t *testing.T) {
	t.Parallel()
	s, list := keeping(t), plays()
	played := make([]map[who]string, len(list))
	t.Run("plays", func(t *testing.T) {
		for i, p := range list {
			t.Run(p.String(), func(t *testing.T) {
				t.Parallel()
				number := int64(1000 * i) // of its own, so that each run is the same
				played[i] = s.in(t).outcomes(p, &number)
			})
		}
	})
	operations(s.api, func(name string, _ *huma.Operation) {
		if !slices.ContainsFunc(list, func(p play) bool { return p.operation == name }) {
			t.Errorf("nobody plays %s: add it to plays", name)
		}
	})
	if !t.Failed() {
		currentPart(t, "../docs/access.md", matrixBegins, matrixTable(list, played), matrixEnds)
	}
}

// currentPart holds the part of a file between two marks to what it should be.
func currentPart(t *testing.T, file, begins, want, ends string) {
	t.Helper()
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(page), begins)
	_, after, ended := strings.Cut(rest, ends)
	if !begun || !ended {
		t.Fatalf("%s has no place for what is between %s and %s", file, begins, ends)
	}
	current(t, file, []byte(before+begins+want+ends+after))
}

// matrixTable has the rows of every play, of which those that are alike in all stand
// together.
func matrixTable(list []play, played []map[who]string) string {
	var table strings.Builder
	table.WriteString("| | who |")
	for _, now := range states() {
		table.WriteString(" " + now.name + " |")
	}
	table.WriteString("\n|---|---|" + strings.Repeat("---|", len(states())) + "\n")
	numbers := make([]int, len(list))
	for i := range numbers {
		numbers[i] = i
	}
	for _, alike := range alike(numbers, func(i int) string { return strings.Join(rows(played[i]), "\n") }) {
		var names []string
		for _, i := range alike {
			names = append(names, list[i].String())
		}
		first := strings.Join(names, "<br>")
		for _, row := range rows(played[alike[0]]) {
			table.WriteString("| " + first + " " + row + "\n")
			first = ""
		}
	}
	return table.String()
}

// rows joins callers who are answered alike. Left out is what the page says of all:
// that nobody is answered 401, and who is not named 403, whomever it is about.
func rows(outcome map[who]string) []string {
	var list []string
	add := func(who, cells string, unsaid int) {
		if cells != strings.Repeat(fmt.Sprintf(" %d |", unsaid), len(states())) {
			list = append(list, "| "+who+" |"+cells)
		}
	}
	add("nobody", outcome[who{}], http.StatusUnauthorized)
	of := func(role access.Role, area access.Area) string {
		var cells string
		for _, sight := range sights() {
			cells += outcome[who{role, area, sight}]
		}
		return cells
	}
	for _, roles := range alike(access.Roles(), func(r access.Role) string { return of(r, "housing") + of(r, "social-care") }) {
		for _, areas := range alike(playedAreas(), func(a access.Area) string { return of(roles[0], a) }) {
			cells := func(s sight) string { return outcome[who{roles[0], areas[0], s}] }
			for _, sights := range alike(sights(), cells) {
				add(called(roles, areas, sights), cells(sights[0]), http.StatusForbidden)
			}
		}
	}
	return list
}

// called names callers of any of the roles in any of the areas who see so far,
// saying nothing of what makes no difference.
func called(roles []access.Role, areas []access.Area, seeing []sight) string {
	text := joined(roles, ", ")
	if len(roles) == len(access.Roles()) {
		text = "every role"
	}
	if len(areas) < len(playedAreas()) {
		text += map[access.Area]string{"housing": "; of the area", "social-care": "; of another area"}[areas[0]]
	}
	if len(seeing) < len(sights()) {
		text += "; clearance " + joined(seeing, " or ")
	}
	return text
}

func joined[T any](list []T, by string) string {
	var texts []string
	for _, item := range list {
		texts = append(texts, fmt.Sprint(item))
	}
	return strings.Join(texts, by)
}

// alike groups what has the same key, in the order of the first of each.
func alike[T any](list []T, key func(T) string) [][]T {
	place := map[string]int{}
	var groups [][]T
	for _, item := range list {
		at, known := place[key(item)]
		if !known {
			at = len(groups)
			place[key(item)] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], item)
	}
	return groups
}
