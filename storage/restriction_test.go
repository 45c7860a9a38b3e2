package storage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// officer makes changes without being cleared for anything.
var officer = storage.Change{Actor: "officer"}

func restricted(p person.Person, r person.Restriction) person.Person {
	p.Restriction, p.RestrictionReason = r, "in a refuge"
	return p
}

// Ensures that every way to read somebody shows what the caller is cleared for,
// for every restriction and clearance.
func TestWhatIsReadOfSomebodyRestricted(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	register(t, s, "people")
	for _, restriction := range person.Restrictions() {
		p := ada()
		p.CrossReferences = []person.CrossReference{{System: "housing", Reference: restriction.String()}}
		if restriction > person.Unrestricted {
			p = restricted(p, restriction)
		}
		p = create(t, s, p)
		byContact, byName := person.Person{Communication: p.Communication}, person.Person{Forename: p.Forename, Surname: p.Surname, DateOfBirth: p.DateOfBirth}
		for _, clearance := range person.Restrictions() {
			there, whole := restriction.SeenBy(clearance), restriction <= clearance
			what := "restriction " + restriction.String() + ", clearance " + clearance.String()

			read, err := s.Person(t.Context(), clearance, p.ID)
			if !there {
				wantError(t, err, person.ErrNotFound)
			} else if shown := len(read.Addresses) > 0 && len(read.Communication) > 0; err != nil || shown != whole || (read.RestrictionReason+read.RestrictedBy != "") != (whole && restriction > 0) {
				t.Errorf("%s: error %v, contacts %v, reason %q, by %q", what, err, shown, read.RestrictionReason, read.RestrictedBy)
			}
			found, err := s.PersonByCrossReference(t.Context(), clearance, "housing", restriction.String())
			if there == errors.Is(err, person.ErrNotFound) || cmp.Diff(read, found) != "" {
				t.Errorf("%s: by cross-reference %v %v", what, found, err)
			}
			people, err := s.People(t.Context(), clearance, []person.ID{p.ID})
			if err != nil || (len(people) == 1) != there || there && cmp.Diff(read, people[p.ID]) != "" {
				t.Errorf("%s: people %v %v", what, people, err)
			}
			versions, err := s.History(t.Context(), clearance, p.ID, 0, 10)
			if there == errors.Is(err, person.ErrNotFound) {
				t.Errorf("%s: history %v", what, err)
			}
			for _, v := range versions {
				if named := slices.Contains(v.Fields, "addresses"); named != whole || cmp.Diff(read, v.Person) != "" {
					t.Errorf("%s: history %v names %v", what, v.Person, v.Fields)
				}
			}
			entries, err := s.Entries(t.Context(), clearance, []person.ID{p.ID})
			if err != nil || (len(entries) == 1) != there || there && cmp.Diff(match.Standardise(read), entries[0].Record) != "" {
				t.Errorf("%s: entries %v", what, err)
			}
			for by, question := range map[string]person.Person{"contact": byContact, "name": byName} {
				want := there && (whole || by == "name")
				keys := match.ProbeKeys(match.Standardise(question))
				fresh, err := s.Overlay(t.Context(), clearance, "people", keys, 100)
				if err != nil || slices.Contains(idsOf(fresh), p.ID) != want {
					t.Errorf("%s: found by %s in the overlay is not %v, %v", what, by, want, err)
				}
				all, err := s.Candidates(t.Context(), clearance, keys, 100)
				if err != nil || slices.Contains(idsOf(all), p.ID) != want {
					t.Errorf("%s: found by %s is not %v, %v", what, by, want, err)
				}
			}
		}
	}
	if size, err := s.Size(t.Context()); err != nil || size != 2 {
		t.Errorf("%d people are counted, of whom one is hidden: %v", size, err)
	}
}

// Ensures that somebody hidden takes no place in a search, however many places
// there are.
func TestSomebodyHiddenTakesNoPlace(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	register(t, s, "people")
	same := person.Person{Forename: "Ada", Surname: "Hawthorne", DateOfBirth: date("1989-10-11")}
	for range 5 {
		create(t, s, restricted(same, person.VeryRestricted))
	}
	open := create(t, s, person.Person{Surname: "Hawthorne"})
	keys := match.ProbeKeys(match.Standardise(same))
	for name, search := range map[string]func(int) ([]match.Entry, error){
		"all": func(n int) ([]match.Entry, error) { return s.Candidates(t.Context(), person.Restricted, keys, n) },
		"overlay": func(n int) ([]match.Entry, error) {
			return s.Overlay(t.Context(), person.Restricted, "people", keys, n)
		},
	} {
		entries, err := search(1)
		if d := cmp.Diff([]person.ID{open.ID}, idsOf(entries)); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, d)
		}
	}
}

// Ensures that anybody may restrict somebody, and that only who is cleared takes
// it back or changes what it hides.
func TestChangingSomebodyRestricted(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)

	t.Run("who is not cleared raises it and changes the rest, and nothing hidden is lost", func(t *testing.T) {
		p := create(t, s, ada())
		raised := restricted(p, person.Restricted)
		seen, err := s.Update(t.Context(), officer, 1, raised)
		if err != nil || len(seen.Addresses)+len(seen.Communication) > 0 || seen.RestrictionReason != "" || seen.Restriction != person.Restricted {
			t.Fatalf("%+v, %v", seen.Restriction, err)
		}
		seen.Surname = "Sample"
		if seen, err = s.Update(t.Context(), officer, 2, seen); err != nil || len(seen.Addresses) > 0 {
			t.Fatalf("addresses are answered: %v, or %v", len(seen.Addresses) > 0, err)
		}
		now, err := s.Person(t.Context(), cleared, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := raised
		want.Surname, want.Version, want.RestrictedBy, want.RestrictedAt = "Sample", 3, officer.Actor, now.RestrictedAt
		if d := diff(want, now); d != "" || now.RestrictedAt.IsZero() {
			t.Errorf("restricted at %v (-want +got):\n%s", now.RestrictedAt, d)
		}
		seen.Restriction = person.Unrestricted
		_, err = s.Update(t.Context(), officer, 3, seen)
		wantError(t, err, person.ErrNotCleared)

		now.Restriction, now.RestrictionReason = person.Unrestricted, ""
		free, err := s.Update(t.Context(), clerk, 3, now)
		if err != nil || free.RestrictedBy != "" || !free.RestrictedAt.IsZero() || len(free.Addresses) == 0 {
			t.Errorf("lowered to %+v, %v", free.Restriction, err)
		}
	})
	t.Run("whoever hides somebody sees them once more, and then no more", func(t *testing.T) {
		p := create(t, s, named("Grace", "Example"))
		p.Restriction = person.VeryRestricted
		hidden, err := s.Update(t.Context(), officer, 1, p)
		if err != nil || hidden.Surname != "Example" || hidden.Version != 2 {
			t.Fatal(hidden.Version, err)
		}
		_, err = s.Update(t.Context(), officer, 2, p)
		wantError(t, err, person.ErrNotFound)
		_, err = s.AddCrossReference(t.Context(), officer, p.ID, person.CrossReference{System: "a", Reference: "b"}, nil)
		wantError(t, err, person.ErrNotFound)
		_, err = s.Erase(t.Context(), officer, p.ID, 2)
		wantError(t, err, person.ErrNotFound)
	})
	t.Run("a repeated request for somebody hidden is answered without a value", func(t *testing.T) {
		key := &storage.Idempotency{Caller: "officer", Key: "1", Digest: []byte("digest")}
		once := restricted(ada(), person.VeryRestricted)
		once.CrossReferences = nil
		created, err := s.Create(t.Context(), officer, once, key)
		if err != nil || len(created.Addresses) > 0 {
			t.Fatal(err)
		}
		again, err := s.Create(t.Context(), officer, once, key)
		want := person.Person{ID: created.ID, Version: 1, Restriction: person.VeryRestricted}.WithLists()
		if d := cmp.Diff(want, again); err != nil || d != "" {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
	})
	t.Run("somebody erased stays hidden", func(t *testing.T) {
		p := create(t, s, restricted(named("Mary", "Example"), person.VeryRestricted))
		if _, err := s.Erase(t.Context(), clerk, p.ID, 1); err != nil {
			t.Fatal(err)
		}
		_, err := s.Person(t.Context(), person.Restricted, p.ID)
		wantError(t, err, person.ErrNotFound)
		_, err = s.Person(t.Context(), cleared, p.ID)
		wantError(t, err, person.ErrErased)
	})
}

// Ensures that a version of the past is kept as closely as it was then, and as the
// person is now.
func TestTheHistoryOfSomebodyRestricted(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	p := create(t, s, ada())
	for _, r := range []person.Restriction{person.Restricted, person.VeryRestricted, person.Unrestricted} {
		p.Restriction = r
		var err error
		if p, err = s.Update(t.Context(), clerk, p.Version, p); err != nil {
			t.Fatal(err)
		}
	}
	type told struct {
		Version   int64
		Addresses int
		Fields    []string
	}
	versions := func(clearance person.Restriction) (list []told) {
		history, err := s.History(t.Context(), clearance, p.ID, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range history {
			list = append(list, told{v.Version, len(v.Person.Addresses), v.Fields})
		}
		return list
	}
	filled := versions(cleared)[3].Fields
	changed := []string{"restriction"}
	if d := cmp.Diff([]told{{4, 2, changed}, {3, 2, changed}, {2, 2, changed}, {1, 2, filled}}, versions(cleared)); d != "" {
		t.Errorf("cleared (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]told{{4, 2, changed}, {2, 0, changed}, {1, 2, filled}}, versions(person.Unrestricted)); d != "" {
		t.Errorf("not cleared (-want +got):\n%s", d)
	}
}

// Ensures that no relation tells of somebody hidden, not even by being missing, and
// that whoever does not see one does not remove it.
func TestRelationsToSomebodyHidden(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	open, hidden := create(t, s, named("Grace", "Example")), create(t, s, restricted(named("Mary", "Example"), person.VeryRestricted))
	all := []person.Relation{{PersonID: hidden.ID, Type: "mother"}, {PersonID: "nobody", Type: "father"}, {PersonID: open.ID, Type: "sister"}, {Name: "Alan", Type: "doctor"}}
	p := named("Ada", "Example")
	p.Relations = all
	p = create(t, s, p)
	if d := cmp.Diff(all, p.Relations); d != "" {
		t.Errorf("cleared (-want +got):\n%s", d)
	}
	seen, err := s.Person(t.Context(), person.Restricted, p.ID)
	if d := cmp.Diff(all[2:], seen.Relations); err != nil || d != "" {
		t.Fatalf("%v (-want +got):\n%s", err, d)
	}
	seen.Surname = "Sample"
	if seen, err = s.Update(t.Context(), officer, 1, seen); err != nil || len(seen.Relations) != 2 {
		t.Fatal(len(seen.Relations), err)
	}
	history, err := s.History(t.Context(), person.Unrestricted, p.ID, 0, 2)
	if err != nil || len(history[1].Person.Relations) != 2 || slices.Contains(history[0].Fields, "relations") {
		t.Errorf("history tells %v", history)
	}
	seen.Relations = seen.Relations[1:]
	if _, err = s.Update(t.Context(), officer, 2, seen); err != nil {
		t.Fatal(err)
	}
	now, err := s.Person(t.Context(), cleared, p.ID)
	if d := cmp.Diff([]person.Relation{all[3], all[0], all[1]}, now.Relations); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	seen.Relations, seen.Version = nil, 3
	for i := range person.MaxItems {
		seen.Relations = append(seen.Relations, person.Relation{Name: fmt.Sprint("Name ", i), Type: "friend"})
	}
	var invalid *person.ValidationError
	if _, err = s.Update(t.Context(), officer, 3, seen); !errors.As(err, &invalid) {
		t.Errorf("more relations than a person may have: %v", err)
	}
}

// Ensures that a reference which somebody hidden bears is free for whoever may not
// know of them, that the pair is kept for those who may, and that an import and a
// lowered restriction see both.
func TestReferencesOfSomebodyHidden(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	c.ImportKey = importKey
	s := open(t, c)
	x := person.CrossReference{System: "housing", Reference: "H-1"}
	bearing := func(p person.Person) person.Person {
		p.CrossReferences = []person.CrossReference{x}
		return p
	}
	hidden := create(t, s, bearing(restricted(named("Mary", "Example"), person.VeryRestricted)))
	var inUse *person.CrossReferenceInUseError
	if _, err := s.Create(t.Context(), clerk, bearing(named("Ada", "Cleared")), nil); !errors.As(err, &inUse) || inUse.Owner != hidden.ID {
		t.Errorf("who is cleared is told %v", err)
	}
	open, err := s.Create(t.Context(), officer, bearing(named("Ada", "Example")), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, clearance := range person.Restrictions() {
		found, err := s.PersonByCrossReference(t.Context(), clearance, x.System, x.Reference)
		if err != nil || found.ID != open.ID {
			t.Errorf("%v leads to %s, %v", clearance, found.ID, err)
		}
	}
	if _, err := s.Create(t.Context(), officer, bearing(restricted(named("Eve", "Example"), person.VeryRestricted)), nil); !errors.As(err, &inUse) || inUse.Owner != open.ID {
		t.Errorf("somebody hidden is given the reference of somebody who is not: %v", err)
	}

	checks, err := s.ClaimDuplicateChecks(t.Context(), 10, time.Minute)
	if err != nil || len(checks) != 1 || checks[0].ID != open.ID || checks[0].Clearance != officer.Clearance {
		t.Fatalf("%+v %v", checks, err)
	}
	if err := s.SettleDuplicateCheck(t.Context(), checks[0], nil); err != nil {
		t.Fatal(err)
	}
	if pairs := pairsFor(t, s, person.Restricted); len(pairs) > 0 {
		t.Errorf("%d pairs are told", len(pairs))
	}
	pairs := pairsFor(t, s, cleared)
	if len(pairs) != 1 || pairs[0].A != min(open.ID, hidden.ID) || pairs[0].B != max(open.ID, hidden.ID) || pairs[0].Reason != "reference" || pairs[0].Restriction != person.VeryRestricted {
		t.Errorf("pairs %+v", pairs)
	}

	err = s.WithImport(t.Context(), "housing", func(ctx context.Context) error {
		done, err := s.Import(ctx, clerk, housing, []storage.ImportRow{tenant("H-1", "Other")})
		if done.Created != 0 {
			t.Errorf("an import adds %d", done.Created)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	hidden.Restriction, hidden.RestrictionReason = person.Unrestricted, ""
	if _, err := s.Update(t.Context(), clerk, 1, hidden); !errors.As(err, &inUse) || inUse.Owner != open.ID {
		t.Errorf("lowering it is answered with %v", err)
	}
	if _, err := s.Erase(t.Context(), clerk, hidden.ID, 1); err != nil {
		t.Fatal(err)
	}
	if pairs := pairsFor(t, s, cleared); len(pairs) > 0 {
		t.Errorf("the pairs of somebody erased stay")
	}
}

// Ensures that references follow their bearer when they are hidden, and back.
func TestReferencesMoveWithTheRestriction(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	p := named("Ada", "Example")
	p.CrossReferences = []person.CrossReference{{System: "housing", Reference: "H-1"}}
	p = create(t, s, p)
	for _, step := range []struct {
		restriction person.Restriction
		found       bool
	}{{person.VeryRestricted, false}, {person.Restricted, true}} {
		p.Restriction = step.restriction
		var err error
		if p, err = s.Update(t.Context(), clerk, p.Version, p); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PersonByCrossReference(t.Context(), person.Unrestricted, "housing", "H-1"); (err == nil) != step.found {
			t.Errorf("%v: %v", step.restriction, err)
		}
	}
}

// Ensures that everybody written by somebody who is not cleared is looked at
// afterwards, and nobody else, so that what is looked at tells nothing.
func TestWhoIsComparedAfterwards(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	create(t, s, named("Grace", "Example"))
	p, err := s.Create(t.Context(), officer, named("Ada", "Example"), nil)
	if err != nil {
		t.Fatal(err)
	}
	other := create(t, s, restricted(named("Ada", "Example"), person.Restricted))
	checks, err := s.ClaimDuplicateChecks(t.Context(), 10, time.Minute)
	if err != nil || len(checks) != 1 || checks[0].ID != p.ID {
		t.Fatalf("%+v %v", checks, err)
	}
	if again, err := s.ClaimDuplicateChecks(t.Context(), 10, time.Minute); err != nil || len(again) > 0 {
		t.Errorf("%d are leased twice, %v", len(again), err)
	}
	if _, err := s.AddCrossReference(t.Context(), officer, p.ID, person.CrossReference{System: "a", Reference: "b"}, nil); err != nil {
		t.Fatal(err)
	}
	found := []person.Resemblance{{ID: other.ID, Weight: 3, Probability: .9, Model: "m"}, {ID: "nobody"}}
	if err := s.SettleDuplicateCheck(t.Context(), checks[0], found); err != nil {
		t.Fatal(err)
	}
	if anew, err := s.ClaimDuplicateChecks(t.Context(), 10, time.Minute); err != nil || len(anew) != 1 {
		t.Errorf("who was written again is not compared again: %v, %v", anew, err)
	}
	if len(pairsFor(t, s, person.Unrestricted)) != 0 {
		t.Error("the pair is told")
	}
	pairs := pairsFor(t, s, person.Restricted)
	if len(pairs) != 1 || pairs[0].Weight != 3 || pairs[0].Probability != .9 || pairs[0].Reason != "match" {
		t.Errorf("pairs %+v", pairs)
	}
}

// Ensures that no count of names tells of somebody hidden, or where somebody
// restricted lives.
func TestCountsDoNotTell(t *testing.T) {
	t.Parallel()
	people := storagetest.Residents(t, 300)
	for i := range people {
		people[i].CrossReferences = nil
	}
	// Of every home somebody is restricted, and every tenth person is hidden.
	kept, open := slices.Clone(people), []person.Person{}
	for i, p := range people {
		switch {
		case i%10 == 0:
			kept[i].Restriction = person.VeryRestricted
			continue
		case i%3 == 0:
			kept[i].Restriction = person.Restricted
			p.Addresses, p.Communication = nil, nil
		}
		open = append(open, p)
	}
	if d := cmp.Diff(countOf(t, open), countOf(t, kept)); d != "" {
		t.Errorf("(-as if they were not there +with them)\n%s", d)
	}
}

// countOf is the whole count of a register of people, as it is stored.
func countOf(t *testing.T, people []person.Person) (text string) {
	t.Helper()
	c := storagetest.NewConfig(t)
	s := open(t, c)
	load(t, s, people)
	if _, err := s.RefreshFrequencies(t.Context(), func(int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	const all = `select (select string_agg(concat_ws(' ', kind, people, bearings, floor, rare), e'\n' order by kind) from frequency_total)
		|| (select string_agg(concat_ws(' ', kind, word, people), e'\n' order by kind, word) from frequency)`
	if err := connect(t, c.URL).QueryRow(t.Context(), all).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func pairsFor(t *testing.T, s *storage.Store, clearance person.Restriction) []person.PotentialDuplicate {
	t.Helper()
	pairs, err := s.PotentialDuplicates(t.Context(), clearance, 10)
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

// Ensures that the id of somebody hidden is free for whoever may not know of them:
// each calls another by it, in every way to read and change people, and nobody is
// shown to all while somebody else is called so.
func TestTheIDOfSomebodyHidden(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	hidden := restricted(named("Mary", "Hidden"), person.VeryRestricted)
	hidden.ID = "own"
	hidden = create(t, s, hidden)
	key := &storage.Idempotency{Caller: "officer", Key: "1", Digest: []byte("digest")}
	asked := ada()
	asked.ID, asked.Relations = "own", nil
	open, err := s.Create(t.Context(), officer, asked, key)
	if err != nil || open.ID != "own" {
		t.Fatal(open.ID, err)
	}
	second := named("Eve", "Example")
	second.ID = "own"
	_, err = s.Create(t.Context(), officer, second, nil)
	wantError(t, err, person.ErrIDInUse)
	again, err := s.Create(t.Context(), officer, asked, key)
	if d := diff(open, again); err != nil || d != "" {
		t.Errorf("the same again: %v (-want +got):\n%s", err, d)
	}
	open.Title = "Dr"
	if open, err = s.Update(t.Context(), officer, 1, open); err != nil || open.ID != "own" {
		t.Fatal(open.ID, err)
	}
	if open, err = s.AddCrossReference(t.Context(), officer, "own", person.CrossReference{System: "rents", Reference: "2"}, nil); err != nil || open.ID != "own" {
		t.Fatal(open.ID, err)
	}
	for clearance, want := range map[person.Restriction]string{person.Unrestricted: "Example", person.Restricted: "Example", cleared: "Hidden"} {
		if p, err := s.Person(t.Context(), clearance, "own"); err != nil || p.Surname != want || p.ID != "own" {
			t.Errorf("for %v it is %s %s, %v", clearance, p.ID, p.Surname, err)
		}
		if versions, err := s.History(t.Context(), clearance, "own", 0, 10); err != nil || versions[len(versions)-1].Person.Surname != want || versions[len(versions)-1].Person.ID != "own" {
			t.Errorf("for %v the history is %v, %v", clearance, versions, err)
		}
	}
	if from, err := s.Provenance(t.Context(), person.Unrestricted, open); err != nil || len(from) < 10 {
		t.Errorf("provenance %v, %v", from, err)
	}
	meant, err := s.PersonByCrossReference(t.Context(), cleared, "rents", "2")
	if err != nil || meant.ID == "own" || meant.Title != "Dr" {
		t.Fatalf("who is cleared is led to %s, %v", meant.ID, err)
	}
	other := named("Grace", "Example")
	other.CrossReferences = []person.CrossReference{{System: "rents", Reference: "2"}}
	var inUse *person.CrossReferenceInUseError
	if _, err = s.Create(t.Context(), officer, other, nil); !errors.As(err, &inUse) || inUse.Owner != "own" {
		t.Errorf("who is not is told %v", err)
	}
	if people, err := s.People(t.Context(), person.Unrestricted, []person.ID{meant.ID}); err != nil || people[meant.ID].ID != "own" {
		t.Errorf("a search that finds %s shows %v, %v", meant.ID, people, err)
	}

	checks, err := s.ClaimDuplicateChecks(t.Context(), 10, time.Minute)
	if err != nil || len(checks) != 1 || checks[0].ID != meant.ID {
		t.Fatalf("%+v, %v", checks, err)
	}
	if err := s.SettleDuplicateCheck(t.Context(), checks[0], nil); err != nil {
		t.Fatal(err)
	}
	if pairs := pairsFor(t, s, cleared); len(pairs) != 1 || pairs[0].Reason != "id" {
		t.Errorf("pairs %+v", pairs)
	}
	hidden.Restriction, hidden.RestrictionReason = person.Restricted, ""
	_, err = s.Update(t.Context(), clerk, 1, hidden)
	wantError(t, err, person.ErrIDInUse)
	if _, err := s.Erase(t.Context(), officer, "own", open.Version); err != nil {
		t.Fatal(err)
	}
	_, err = s.Person(t.Context(), person.Unrestricted, "own")
	wantError(t, err, person.ErrErased)
	if _, err := s.Person(t.Context(), cleared, "own"); err != nil {
		t.Error("the wrong one was erased")
	}
}
