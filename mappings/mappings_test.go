package mappings

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
)

func TestEveryFieldOfTheMappingIsOneOfTheDocument(t *testing.T) {
	t.Parallel()
	var body struct {
		Mappings struct {
			Dynamic    string
			Properties map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(persons, &body); err != nil {
		t.Fatal(err)
	}
	var mapped, written []string
	for name := range body.Mappings.Properties {
		mapped = append(mapped, name)
	}
	for f := range reflect.TypeFor[Document]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		written = append(written, name)
	}
	slices.Sort(mapped)
	slices.Sort(written)
	if diff := cmp.Diff(mapped, written); diff != "" {
		t.Errorf("(-mapped +written)\n%s", diff)
	}
	if body.Mappings.Dynamic != "strict" {
		t.Errorf("dynamic is %q: a field nobody declared would be guessed at", body.Mappings.Dynamic)
	}
}

func TestATombstoneHoldsNothingOfAnybody(t *testing.T) {
	t.Parallel()
	entry := match.Entry{
		Revision: person.Revision{ID: "p1", Version: 7},
		Record:   match.Standardise(person.Person{Forename: "Ada", Surname: "Example"}),
		Gone:     true,
	}
	data, err := json.Marshal(NewDocument(entry))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"id":"p1","version":7,"tombstone":true}`; string(data) != want {
		t.Errorf("tombstone is %s, want %s", data, want)
	}
}

func TestADocumentIsFoundByEverythingThatIsKnown(t *testing.T) {
	t.Parallel()
	p := person.Person{
		Forename: "Zoë", Surname: "O’Brien-Çelik", DateOfBirth: person.Date{Year: 1989, Month: 10},
		Identification: []person.Identifier{{Type: "NI", Value: "qq 12 34 56 c"}, {Type: "NI", Value: "1234A"}},
		Communication:  []person.Contact{{Channel: "phone", Value: "020 7946 0123"}, {Channel: "email", Value: "Zoe@Example.org"}},
		Addresses:      []person.Address{{Line1: "12 Example Road", Postcode: "e81ea", UPRN: "0012"}},
	}
	d := NewDocument(match.Entry{Revision: person.Revision{ID: "p1", Version: 1}, Record: match.Standardise(p)})
	if len(d.Keys) == 0 || len(d.NamePhonetic) == 0 {
		t.Errorf("no blocking keys or no phonetic names: %+v", d)
	}
	d.Keys, d.NamePhonetic = nil, nil
	want := Document{
		ID: "p1", Version: 1, Name: []string{"zoe", "obrien", "celik", "obriencelik"}, DateOfBirth: "1989-10", NI: []string{"QQ123456"},
		Address: []string{"12", "example", "road"}, Postcode: []string{"E8 1EA"}, UPRN: []string{"12"},
		Phone: []string{"+442079460123"}, Email: []string{"zoe@example.org"},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTheSettingsOfAnInstallationAreInTheBody(t *testing.T) {
	t.Parallel()
	data, err := Body(Settings{Shards: 3, Replicas: 2, RefreshInterval: "-1"})
	if err != nil {
		t.Fatal(err)
	}
	var body struct {
		Settings struct {
			Index struct {
				Shards   int    `json:"number_of_shards"`
				Replicas int    `json:"number_of_replicas"`
				Refresh  string `json:"refresh_interval"`
			}
		}
	}
	if err := json.Unmarshal(data, &body); err != nil {
		t.Fatal(err)
	}
	if got := body.Settings.Index; got.Shards != 3 || got.Replicas != 2 || got.Refresh != "-1" {
		t.Errorf("settings are %+v", got)
	}
}
