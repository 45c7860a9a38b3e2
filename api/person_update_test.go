package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"personindex/person"
)

const mergePatch = "application/merge-patch+json"

func TestAPatchChangesWhatItNames(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada","surname":"Example","gender":"F","personTypes":["resident"],"dateOfBirth":"1989-10"}`)
	path := "/persons/" + string(p.ID)
	changed := s.do(http.MethodPatch, path, `{"surname":"Sample","gender":null,"personTypes":["landlord","resident"],"dateOfBirth":"11 Oct 1989","id":"other","version":9,"links":null}`,
		"Content-Type", mergePatch, "If-Match", `"1"`).want(http.StatusOK)
	want := p
	want.Surname, want.Gender, want.PersonTypes, want.Version = "Sample", "", []string{"landlord", "resident"}, 2
	want.DateOfBirth = person.Date{Year: 1989, Month: 10, Day: 11}
	got := changed.person()
	want.UpdatedAt = got.UpdatedAt
	if diff := cmp.Diff(want, got); diff != "" || changed.header.Get("ETag") != `"2"` {
		t.Errorf("ETag %s, person (-want +got):\n%s", changed.header.Get("ETag"), diff)
	}
	if read := s.do(http.MethodGet, path, ""); read.body != changed.body {
		t.Errorf("the answer was\n%s\nand the record is\n%s", changed.body, read.body)
	}
}

func TestAPatchThatCannotBeIsRefusedWhole(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada","dateOfBirth":"1989"}`)
	path := "/persons/" + string(p.ID)
	tests := []struct {
		name, patch string
		want        []string
	}{
		{"an unknown field, even to remove it", `{"surname":"x","forName":null}`, []string{"forName: is not a known field: did you mean forename?"}},
		{"a merged person who is invalid", `{"dateOfDeath":"1988","dateOfBirth":"1989-01-01","gender":"\u0000"}`, []string{"gender: must not contain control characters"}},
		{"a merged person of whom nothing is left", `{"forename":null,"dateOfBirth":null}`, []string{"-: at least one field must be given"}},
		{"a null within a list", `{"personTypes":[null],"addresses":[{"line1":null}]}`, []string{"personTypes[0]: must not be null: leave it out", "addresses[0].line1: must not be null: leave it out"}},
		{"an object where text belongs", `{"forename":{"a":null}}`, []string{"forename: must be text"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			p := s.do(http.MethodPatch, path, test.patch, "Content-Type", mergePatch, "If-Match", "*").wantProblem(invalidPerson)
			if diff := cmp.Diff(test.want, p.fields()); diff != "" {
				t.Errorf("field errors (-want +got):\n%s", diff)
			}
		})
	}
	if now := s.do(http.MethodGet, path, "").person(); now.Version != 1 {
		t.Errorf("a refused patch left a trace: version %d", now.Version)
	}
}

func TestAChangeNeedsTheVersionItIsBasedOn(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	path := "/persons/" + string(p.ID)
	s.do(http.MethodPatch, path, `{"surname":"Second"}`, "If-Match", `"1"`).want(http.StatusOK)
	tests := []struct {
		name, ifMatch string
		want          int
	}{
		{"none is 428", "", http.StatusPreconditionRequired},
		{"a stale one is 412", `"1"`, http.StatusPreconditionFailed},
		{"one that never was is 412", `"abc"`, http.StatusPreconditionFailed},
		{"a weak one never matches", `W/"2"`, http.StatusPreconditionFailed},
		{"a number without quotation marks is no ETag", `2`, http.StatusBadRequest},
		{"an unfinished list is no list", `"1",`, http.StatusBadRequest},
		{"a star among others is none", `*, "2"`, http.StatusBadRequest},
		{"a list holds where one of it does", `"7", W/"2", "2"`, http.StatusOK},
		{"a star takes what there is", ` * `, http.StatusOK},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			for method, body := range map[string]string{http.MethodPatch: `{"surname":"Second"}`, http.MethodDelete: ""} {
				if method == http.MethodDelete && test.want == http.StatusOK {
					continue // one erasure would end the table
				}
				s.do(method, path, body, "If-Match", test.ifMatch, "Erasure-Reason", "asked for").want(test.want)
			}
		})
	}
}

// Ensures that of two changes based on one version one is refused, and that
// changes that take any version are all done.
func TestChangesAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada"}`)
	path := "/persons/" + string(p.ID)
	for round, ifMatch := range []string{`"1"`, "*"} {
		var mutex sync.Mutex
		done := map[int]int{}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				r := s.do(http.MethodPatch, path, fmt.Sprintf(`{"surname":"Name%d%d"}`, round, i), "If-Match", ifMatch)
				mutex.Lock()
				defer mutex.Unlock()
				done[r.status]++
			})
		}
		all.Wait()
		want := map[int]int{http.StatusOK: 1, http.StatusPreconditionFailed: 3}
		if ifMatch == "*" {
			want = map[int]int{http.StatusOK: 4}
		}
		if diff := cmp.Diff(want, done); diff != "" {
			t.Errorf("with If-Match %s (-want +got):\n%s", ifMatch, diff)
		}
	}
	if now := s.do(http.MethodGet, path, "").person(); now.Version != 6 {
		t.Errorf("five changes should make version 6, not %d", now.Version)
	}
}

// Ensures that decoding a patch over a person is RFC 7396, by comparing it with
// a merge of the two documents.
func TestAPatchIsMergedAsTheStandardSays(t *testing.T) {
	t.Parallel()
	a := New(Config{}, Deps{})
	rapid.Check(t, func(t *rapid.T) {
		current := drawPerson(t)
		patch := drawPatch(t)
		parsed, err := parse(patch)
		if err != nil {
			t.Fatal(err)
		}
		before := mustMarshal(current)
		got, err := a.merged(current, parsed)
		if err != nil {
			t.Fatalf("%v in %s", err, patch)
		}
		document, err := jsonpatch.MergePatch(mustMarshal(current), patch)
		if err != nil {
			t.Fatal(err)
		}
		var want person.Person
		if err := json.Unmarshal(document, &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.WithLists(), got.WithLists()); diff != "" {
			t.Fatalf("%s merged by the standard (-) and here (+):\n%s", patch, diff)
		}
		if after := mustMarshal(current); string(before) != string(after) {
			t.Fatalf("the patch changed the person it was applied to")
		}
	})
}

// drawPerson draws a valid person with a surname that no patch touches, so that
// something is always left.
func drawPerson(t *rapid.T) person.Person {
	name := rapid.StringMatching(`[A-Z][a-z]{0,9}`)
	p := person.Person{ID: "x", Version: 3, Surname: "Kept", Forename: name.Draw(t, "forename"), Gender: name.Draw(t, "gender")}
	for range rapid.IntRange(0, 3).Draw(t, "addresses") {
		p.Addresses = append(p.Addresses, person.Address{Line1: name.Draw(t, "line1"), Postcode: "E8 1EA"})
	}
	return p.WithLists()
}

func drawPatch(t *rapid.T) []byte {
	patch := map[string]any{}
	for _, field := range []string{"forename", "gender", "title", "dateOfBirth", "addresses", "personTypes"} {
		switch rapid.IntRange(0, 3).Draw(t, field) {
		case 0:
		case 1:
			patch[field] = nil
		default:
			patch[field] = map[string]any{
				"dateOfBirth": "1989-10",
				"addresses":   []any{map[string]any{"line1": "1 New Street"}},
				"personTypes": []any{"resident"},
			}[field]
			if patch[field] == nil {
				patch[field] = rapid.StringMatching(`[A-Z][a-z]{0,9}`).Draw(t, field+" text")
			}
		}
	}
	return mustMarshal(patch)
}
