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
	for _, of := range []reflect.Type{reflect.TypeFor[Document](), reflect.TypeFor[Fields](), reflect.TypeFor[RestrictedFields]()} {
		for f := range of.Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				written = append(written, name)
			}
		}
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
	if len(d.Fields.Keys) == 0 || len(d.Fields.NamePhonetic) == 0 {
		t.Errorf("no blocking keys or no phonetic names: %+v", d)
	}
	d.Fields.Keys, d.Fields.NamePhonetic = nil, nil
	want := Document{
		ID: "p1", Version: 1, Fields: Fields{
			Name: []string{"zoe", "obrien", "celik", "obriencelik"}, DateOfBirth: "1989-10", NI: []string{"QQ123456"},
			Address: []string{"12", "example", "road"}, Postcode: []string{"E8 1EA"}, UPRN: []string{"12"},
			Phone: []string{"+442079460123"}, Email: []string{"zoe@example.org"},
		},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Ensures that the fields which every search may name are those of a person
// without contacts, or of nobody.
func TestWhatIsRestrictedIsInFieldsOfItsOwn(t *testing.T) {
	t.Parallel()
	p := person.Person{
		Forename: "Zoë", Surname: "Celik", DateOfBirth: person.Date{Year: 1989, Month: 10},
		Communication: []person.Contact{{Channel: "phone", Value: "020 7946 0123"}, {Channel: "email", Value: "Zoe@Example.org"}},
		Addresses:     []person.Address{{Line1: "12 Example Road", Postcode: "e81ea", UPRN: "0012"}},
	}
	document := func(p person.Person) Document {
		return NewDocument(match.Entry{Revision: person.Revision{ID: "p1", Version: 1}, Record: match.Standardise(p), Restriction: p.Restriction})
	}
	whole := document(p)
	without := p
	without.Addresses, without.Communication = nil, nil
	p.Restriction = person.Restricted
	restricted := document(p)
	if diff := cmp.Diff(document(without).Fields, restricted.Fields); diff != "" {
		t.Errorf("restricted (-without contacts +restricted)\n%s", diff)
	}
	if got := len(restricted.Fields.Keys) + len(restricted.RestrictedFields.Keys); got != len(whole.Fields.Keys) {
		t.Errorf("%d keys of %d are kept", got, len(whole.Fields.Keys))
	}
	if restricted.RestrictedFields.Phone == nil || restricted.RestrictedFields.Name != nil {
		t.Errorf("the twins are %+v", restricted.RestrictedFields)
	}
	p.Restriction = person.VeryRestricted
	hidden := document(p)
	if diff := cmp.Diff(Fields{}, hidden.Fields); diff != "" {
		t.Errorf("somebody very restricted can be found by\n%s", diff)
	}
	if diff := cmp.Diff(RestrictedFields(whole.Fields), hidden.RestrictedFields); diff != "" {
		t.Errorf("the twins lack\n%s", diff)
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
