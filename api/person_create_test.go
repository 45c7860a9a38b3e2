package api

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
	"personindex/search"
)

// fullExample is the full example that the service was specified with.
const fullExample = `{"title":"Ms","forename":"Ada","preferredForename":"Addie","middleName":"","surname":"Example","preferredSurname":"Example",
 "nationality":"Moroccan","placeOfBirth":"Rabat","dateOfBirth":"1989-10-11","gender":"F","ethnicOrigin":"Arab",
 "identification":[{"type":"NI","value":"1234A","originalDocumentSeen":false,"linkToDocument":"link"},{"type":"passport","value":"A11111","originalDocumentSeen":true}],
 "languages":[{"language":"French","isPrimary":false},{"language":"English","isPrimary":true}],
 "communication":[{"channel":"email","value":"ada@example.org"},{"channel":"phone","value":"07700 900000"}],
 "communicationRequirements":["sign language","interpreter needed"],
 "links":[{"href":"http://vulnerabilities/x1","rel":"vulnerabilities","type":"GET"}],"unavailable":["tenure"]}`

func TestTheFullExampleRoundTripsButForWhatIsReadOnly(t *testing.T) {
	t.Parallel()
	s := start(t)
	created := s.do(http.MethodPost, "/persons", fullExample).want(http.StatusCreated)
	read := s.do(http.MethodGet, created.header.Get("Location"), "").want(http.StatusOK)

	var sent, got map[string]any
	response{t: t, body: fullExample}.decode(&sent)
	read.decode(&got)
	for _, readOnly := range []string{"id", "version", "createdAt", "updatedAt", "links", "unavailable"} {
		delete(sent, readOnly)
		delete(got, readOnly)
	}
	// An NI number that is none is kept, marked as such.
	ni := got["identification"].([]any)[0].(map[string]any)
	if ni["valid"] != false {
		t.Errorf("1234A should be marked invalid: %v", ni)
	}
	delete(ni, "valid")
	for _, list := range []string{"previousNames", "addresses", "crossReferences", "personTypes", "relations"} {
		sent[list] = []any{}
	}
	sent["restriction"] = "none"
	if diff := cmp.Diff(sent, got); diff != "" {
		t.Errorf("what was sent (-) and what came back (+):\n%s", diff)
	}
}

func TestAnAnswerSentBackIsAccepted(t *testing.T) {
	t.Parallel()
	s := start(t)
	created := s.do(http.MethodPost, "/persons", fullExample).want(http.StatusCreated)
	location := created.header.Get("Location")
	patched := s.do(http.MethodPatch, location, created.body, "If-Match", created.header.Get("ETag")).want(http.StatusOK)
	if patched.body != created.body {
		t.Errorf("sending a person back changed them from\n%s\nto\n%s", created.body, patched.body)
	}
}

func TestCreateSaysWhereThePersonIsAndWhichVersion(t *testing.T) {
	t.Parallel()
	s := start(t)
	created := s.do(http.MethodPost, "/persons", `{"forename":"Ada","provenance":{"forename":1},"version":7,"id":"mine","createdAt":null}`).want(http.StatusCreated)
	p := created.person()
	if created.header.Get("ETag") != `"1"` || created.header.Get("Location") != "/persons/"+string(p.ID) {
		t.Errorf("headers are %v", created.header)
	}
	if p.ID == "mine" || p.Version != 1 || p.CreatedAt.IsZero() {
		t.Errorf("what is read-only should be the service's own: %s", created.body)
	}
}

func TestACallerMayChooseTheID(t *testing.T) {
	t.Parallel()
	s := start(t)
	created := s.do(http.MethodPost, "/persons/housing.4711~a=b", `{"forename":"Ada"}`).want(http.StatusCreated)
	if p := created.person(); p.ID != "housing.4711~a=b" {
		t.Errorf("id is %s", p.ID)
	}
	s.do(http.MethodPost, "/persons/housing.4711~a=b", `{"forename":"Ada"}`).wantProblem(idInUse)
	s.do(http.MethodPost, "/persons/not%20one", `{"forename":"Ada"}`).wantProblem(invalidPerson)
	s.do(http.MethodDelete, "/persons/housing.4711~a=b", "", "If-Match", "*", "Erasure-Reason", "asked for").want(http.StatusNoContent)
	s.do(http.MethodPost, "/persons/housing.4711~a=b", `{"forename":"Ada"}`).wantProblem(erased)
}

func TestEveryFieldErrorComesAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *Config, d *Deps) { d.Rules.PersonTypes = []string{"resident"} })
	p := s.do(http.MethodPost, "/persons", `{"FORENAME":"x","surname":7,"dateOfBirth":"31 February 1989","dateOfDeath":"2999",
		"addresses":[{"postCode":"E8 1EA"},{"line1":"x","uprn":"12a"}],"languages":[null,{"isPrimary":"yes","language":"French"}],
		"personTypes":["visitor"],"identification":{"type":"NI"},"gender":null}`).wantProblem(invalidPerson)
	want := []string{
		"FORENAME: is not a known field: did you mean forename?",
		"surname: must be text",
		"dateOfBirth: is a day that this month does not have",
		"addresses[0].postCode: is not a known field: did you mean postcode?",
		"languages[0]: must not be null: leave it out",
		"languages[1].isPrimary: must be true or false",
		"identification: must be a list",
		"gender: must not be null: leave it out",
		"dateOfDeath: must not be in the future",
		"addresses[1].uprn: must be 1 to 12 digits",
		"personTypes[0]: must be one of resident",
	}
	if diff := cmp.Diff(want, p.fields()); diff != "" {
		t.Errorf("field errors (-want +got):\n%s", diff)
	}
}

func TestAPersonOnFileIsRefusedUntilAcknowledged(t *testing.T) {
	t.Parallel()
	s := start(t)
	const ada = `{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11","addresses":[{"line1":"12 Sample Street","postcode":"E8 1EA"}]}`
	first := s.create(ada)
	refused := s.do(http.MethodPost, "/persons", ada)
	p := refused.wantProblem(duplicate)
	if diff := cmp.Diff([]person.ID{first.ID}, p.Acknowledge); diff != "" {
		t.Errorf("to acknowledge (-want +got):\n%s", diff)
	}
	if len(p.Candidates) != 1 || len(p.Candidates[0].Evidence) == 0 || p.Candidates[0].Person.ID != first.ID || p.SearchID == "" || p.Answer == nil {
		t.Errorf("the candidates should be shown with their evidence: %s", refused.body)
	}
	s.do(http.MethodPost, "/persons", ada, "Acknowledge-Duplicates", "somebody-else").wantProblem(duplicate)
	second := s.do(http.MethodPost, "/persons", ada, "Acknowledge-Duplicates", " somebody-else, "+string(first.ID)).want(http.StatusCreated).person()
	if diff := cmp.Diff(2, len(s.do(http.MethodPost, "/persons", ada, "Acknowledge-Duplicates", string(second.ID)).wantProblem(duplicate).Acknowledge)); diff != "" {
		t.Errorf("both should have to be acknowledged now (-want +got):\n%s", diff)
	}
}

func TestAcknowledgementsMustBeIDs(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, value := range map[string]string{
		"an id with a space":  "a b",
		"an empty place":      "a,,b",
		"more than fifty ids": strings.Repeat("a,", 60) + "a",
	} {
		p := s.do(http.MethodPost, "/persons", `{"forename":"Ada"}`, "Acknowledge-Duplicates", value).wantProblem(header)
		if diff := cmp.Diff([]string{"Acknowledge-Duplicates: must be at most 50 ids separated by commas"}, p.fields()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTheGateTakesTheGradeThatIsSet(t *testing.T) {
	t.Parallel()
	found := func(exists search.Grade, grades ...search.Grade) search.Answer {
		answer := search.Answer{SearchID: "s", Answer: search.Existence{Exists: exists}}
		for i, g := range grades {
			answer.Results = append(answer.Results, search.Result{ID: person.ID([]string{"a", "b"}[i]), Grade: g})
		}
		return answer
	}
	tests := []struct {
		name    string
		setting search.Grade
		answer  search.Answer
		want    []person.ID
	}{
		{"a possible match passes by default", "", found(search.Possible, search.Possible), nil},
		{"a probable match is refused by default", "", found(search.Probable, search.Probable, search.Possible), []person.ID{"a"}},
		{"a certain match is refused by default", "", found(search.Certain, search.Certain, search.Probable), []person.ID{"a", "b"}},
		{"twins who are only probable together are both to be acknowledged", "", found(search.Certain, search.Possible, search.Possible), []person.ID{"a", "b"}},
		{"a probable match passes where only certain ones are refused", search.Certain, found(search.Probable, search.Probable), nil},
		{"a possible match is refused where that is asked for", search.Possible, found(search.Possible, search.Possible), []person.ID{"a"}},
		{"nobody passes", search.Possible, found(search.No), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := New(Config{DuplicateGrade: test.setting}, Deps{Searcher: answering{answer: test.answer}})
			if diff := cmp.Diff(test.want, a.doubles(test.answer)); diff != "" {
				t.Errorf("to acknowledge (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheSameRequestWithTheSameKeyIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := start(t)
	const ada = `{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11"}`
	first := s.do(http.MethodPost, "/persons", ada, "Idempotency-Key", "k1").want(http.StatusCreated)
	again := s.do(http.MethodPost, "/persons", ada, "Idempotency-Key", "k1").want(http.StatusCreated)
	if first.body != again.body || again.header.Get("Location") != first.header.Get("Location") || again.header.Get("ETag") != `"1"` {
		t.Errorf("a repeated request was answered\n%s\nfirst, and then\n%s", first.body, again.body)
	}
	s.do(http.MethodPost, "/persons", `{"forename":"Bea"}`, "Idempotency-Key", "k1").wantProblem(keyReused)
	s.do(http.MethodPost, "/persons", ada, "Idempotency-Key", "k1", "Acknowledge-Duplicates", "x").wantProblem(keyReused)
	s.do(http.MethodPost, "/persons/mine", ada, "Idempotency-Key", "k1").wantProblem(keyReused)
	s.do(http.MethodPost, "/persons", ada, "Idempotency-Key", "k2").wantProblem(duplicate)
	for _, key := range []string{"a b", strings.Repeat("k", 129), "é"} {
		s.do(http.MethodPost, "/persons", ada, "Idempotency-Key", key).wantProblem(header)
	}
}

func TestARefusedRequestIsNotRemembered(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.do(http.MethodPost, "/persons", `{"forename":7}`, "Idempotency-Key", "k").wantProblem(invalidPerson)
	s.do(http.MethodPost, "/persons", `{"forename":"Ada"}`, "Idempotency-Key", "k").want(http.StatusCreated)
}

// Ensures that callers who repeat a request before it has ended get one person.
func TestARequestRepeatedWhileUnderWayMakesOnePerson(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *Config, d *Deps) { d.Searcher = answering{} })
	ids := make(chan person.ID, 8)
	var all sync.WaitGroup
	for range cap(ids) {
		all.Go(func() {
			switch r := s.do(http.MethodPost, "/persons", `{"forename":"Ada"}`, "Idempotency-Key", "k"); r.status {
			case http.StatusCreated:
				ids <- r.person().ID
			case http.StatusConflict:
				r.wantProblem(inProgress)
			default:
				t.Errorf("status is %d: %s", r.status, r.body)
			}
		})
	}
	all.Wait()
	close(ids)
	made := map[person.ID]bool{}
	for id := range ids {
		made[id] = true
	}
	if len(made) != 1 {
		t.Errorf("%d people were made", len(made))
	}
}

func TestACrossReferenceBelongsToOnePerson(t *testing.T) {
	t.Parallel()
	s := start(t)
	first := s.create(`{"forename":"Ada","crossReferences":[{"system":"housing","reference":"T1"}]}`)
	p := s.do(http.MethodPost, "/persons", `{"forename":"Bea","surname":"Other","crossReferences":[{"system":"housing","reference":"T1"}]}`).wantProblem(crossReferenceInUse)
	if !strings.Contains(p.Detail, string(first.ID)) {
		t.Errorf("the owner should be named: %s", p.Detail)
	}
}
