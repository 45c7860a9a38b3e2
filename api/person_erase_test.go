package api

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

func TestAnErasedPersonIsGoneForGood(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11","crossReferences":[{"system":"housing","reference":"T1"}]}`)
	path := "/persons/" + string(p.ID)
	erasedAnswer := s.do(http.MethodDelete, path, "", "If-Match", `"1"`, "Erasure-Reason", "Article 17 request 4711").want(http.StatusNoContent)
	if erasedAnswer.body != "" {
		t.Errorf("204 has no body: %s", erasedAnswer.body)
	}
	s.do(http.MethodGet, path, "").wantProblem(erased)
	s.do(http.MethodGet, path+"/history", "").wantProblem(erased)
	s.do(http.MethodPatch, path, `{"forename":"x"}`, "If-Match", "*").wantProblem(erased)
	s.do(http.MethodDelete, path, "", "If-Match", "*", "Erasure-Reason", "again").wantProblem(erased)
	s.do(http.MethodPost, path, `{"forename":"x"}`).wantProblem(erased)
	s.do(http.MethodPost, path+"/crossReferences", `{"system":"a","reference":"b"}`).wantProblem(erased)
	s.do(http.MethodGet, "/persons?system=housing&reference=T1", "").wantProblem(notFound)
	if r := s.do(http.MethodGet, "/persons?lastName=Exampleton&dateOfBirth=1989-10-11", "").want(http.StatusOK); strings.Contains(r.body, string(p.ID)) {
		t.Errorf("an erased person was found: %s", r.body)
	}
}

func TestAnErasureNeedsAReason(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	tests := []struct{ name, reason, want string }{
		{"none", "", "Erasure-Reason: must be given: why is this person erased?"},
		{"blanks", "   ", "Erasure-Reason: must be given: why is this person erased?"},
		{"more than anybody reads", strings.Repeat("x", 301), "Erasure-Reason: must be at most 300 characters"},
		{"not Unicode", "caf\xe9", "Erasure-Reason: must be valid UTF-8"},
		{"control characters", "a\tb", "Erasure-Reason: must not contain control characters"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			p := s.do(http.MethodDelete, "/persons/"+string(p.ID), "", "If-Match", "*", "Erasure-Reason", test.reason).wantProblem(invalidPerson)
			if diff := cmp.Diff([]string{test.want}, p.fields()); diff != "" {
				t.Errorf("field errors (-want +got):\n%s", diff)
			}
		})
	}
	s.do(http.MethodGet, "/persons/"+string(p.ID), "").want(http.StatusOK)
	s.do(http.MethodDelete, "/persons/"+string(p.ID), "", "If-Match", "*", "Erasure-Reason", "demande n° 4711").want(http.StatusNoContent)
}

// Ensures that nobody erases what they may not see.
func TestSomebodyRestrictedIsErasedByWhoIsCleared(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, restriction := range person.Restrictions()[1:] {
		id := "/persons/" + restriction.String()
		s.do(http.MethodPost, id, `{"forename":"Ada","restriction":"`+restriction.String()+`"}`, "Authorization", cleared(person.VeryRestricted)).want(http.StatusCreated)
		erase := func(clearance person.Restriction) response {
			return s.do(http.MethodDelete, id, "", "Authorization", cleared(clearance), "If-Match", "*", "Erasure-Reason", "request 4711")
		}
		for _, clearance := range person.Restrictions() {
			switch r := erase(clearance); {
			case clearance >= restriction:
				r.want(http.StatusNoContent)
			case restriction == person.VeryRestricted:
				r.wantProblem(notFound)
			default:
				r.wantProblem(forbidden)
				s.do(http.MethodGet, id, "").want(http.StatusOK)
			}
			if clearance >= restriction {
				break
			}
		}
		s.do(http.MethodGet, id, "", "Authorization", cleared(person.VeryRestricted)).wantProblem(erased)
	}
}

// A service that was started before the first import, and so without its key, says
// what it lacks, and erases nobody whom the next import would bring back.
func TestWhoWasImportedIsNotErasedWithoutTheKey(t *testing.T) {
	t.Parallel()
	config := storagetest.NewConfig(t)
	open := func(key string) *storage.Store {
		config.ImportKey = key
		store, err := storage.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(store.Close)
		return store
	}
	without, with := open(""), open("0123456789abcdef0123456789abcdef")
	source := storage.Source{System: "housing", Fields: []string{"forename"}}
	err := with.WithImport(t.Context(), source.System, func(ctx context.Context) error {
		_, err := with.Import(ctx, storage.Change{Actor: "import"}, source, []storage.ImportRow{{Reference: "T1", Person: person.Person{Forename: "Ada"}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := with.PersonByCrossReference(t.Context(), person.VeryRestricted, "housing", "T1")
	if err != nil {
		t.Fatal(err)
	}
	path := "/persons/" + string(p.ID)
	s := start(t, func(_ *Config, d *Deps) { d.Register = without })
	s.do(http.MethodDelete, path, "", "If-Match", "*", "Erasure-Reason", "request 4711").wantProblem(importKeyMissing)
	s.do(http.MethodGet, path, "").want(http.StatusOK)
	s = start(t, func(_ *Config, d *Deps) { d.Register = with })
	s.do(http.MethodDelete, path, "", "If-Match", "*", "Erasure-Reason", "request 4711").want(http.StatusNoContent)
}
