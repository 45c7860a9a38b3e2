package person

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// sayings draws what is said of people, with few words, so that two of them often
// say the same.
func sayings() *rapid.Generator[Person] {
	word := rapid.SampledFrom([]string{"", "a", "b", "c"})
	name := rapid.SampledFrom([]string{"a", "b", "c"})
	date := rapid.SampledFrom([]Date{{}, {Year: 1989}, {Year: 1989, Month: 10, Day: 11}})
	return rapid.Custom(func(t *rapid.T) Person {
		var p Person
		for _, text := range p.texts() {
			*text = word.Draw(t, "text")
		}
		p.DateOfBirth, p.DateOfDeath = date.Draw(t, "birth"), date.Draw(t, "death")
		p.PreviousNames = few(t, "previousNames", func(t *rapid.T) PreviousName {
			return PreviousName{Surname: name.Draw(t, "surname"), From: date.Draw(t, "from")}
		})
		p.Identification = few(t, "identification", func(t *rapid.T) Identifier {
			kind := rapid.SampledFrom([]string{"NI", "NINO", "passport", "Passport"}).Draw(t, "type")
			return Identifier{Type: kind, Value: name.Draw(t, "value"), OriginalDocumentSeen: rapid.Bool().Draw(t, "seen")}
		})
		p.Languages = few(t, "languages", func(t *rapid.T) Language {
			return Language{name.Draw(t, "language"), rapid.Bool().Draw(t, "primary")}
		})
		p.Communication = few(t, "communication", func(t *rapid.T) Contact {
			return Contact{rapid.SampledFrom([]string{"phone", "Phone", "email"}).Draw(t, "channel"), name.Draw(t, "value")}
		})
		p.CommunicationRequirements = few(t, "communicationRequirements", func(t *rapid.T) string { return name.Draw(t, "requirement") })
		p.Addresses = few(t, "addresses", func(t *rapid.T) Address {
			kind := rapid.SampledFrom([]AddressType{"", CurrentAddress, PreviousAddress}).Draw(t, "type")
			return Address{Type: kind, Line1: name.Draw(t, "line1")}
		})
		p.PersonTypes = few(t, "personTypes", func(t *rapid.T) string { return name.Draw(t, "personType") })
		return p
	})
}

func few[T any](t *rapid.T, label string, draw func(*rapid.T) T) []T {
	return rapid.SliceOfN(rapid.Custom(draw), 0, 4).Draw(t, label)
}

// lists are the lists of several people that can be followed, for laws that hold
// of all.
func lists(people ...Person) []lawful {
	return []lawful{
		listOf("previousNames", people, func(p Person) []PreviousName { return p.PreviousNames }, equal, unkind),
		listOf("identification", people, func(p Person) []Identifier { return p.Identification }, sameIdentifier, identifierKind),
		listOf("languages", people, func(p Person) []Language { return p.Languages }, sameLanguage, unkind),
		listOf("communication", people, func(p Person) []Contact { return p.Communication }, equal, contactKind),
		listOf("communicationRequirements", people, func(p Person) []string { return p.CommunicationRequirements }, equal, unkind),
		listOf("addresses", people, func(p Person) []Address { return p.Addresses }, sameAddress, addressKind),
		listOf("personTypes", people, func(p Person) []string { return p.PersonTypes }, equal, unkind),
	}
}

// lawful is one list of several people: its entries and their kinds, where two
// entries that are the same are one number.
type lawful struct {
	name string
	of   [][]int
	kind map[int]string
}

func listOf[T any](name string, people []Person, list func(Person) []T, same func(a, b T) bool, kind func(T) string) lawful {
	l := lawful{name: name, kind: map[int]string{}}
	var known []T
	for _, p := range people {
		var entries []int
		for _, e := range list(p) {
			n := slices.IndexFunc(known, func(k T) bool { return same(k, e) })
			if n < 0 {
				n, known = len(known), append(known, e)
				l.kind[n] = kind(e)
			}
			entries = append(entries, n)
		}
		l.of = append(l.of, entries)
	}
	return l
}

// alike fails the test unless two people are the same; an empty list is like none.
func alike(t *rapid.T, law string, want, got Person) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(Date{})); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", law, diff)
	}
}

// copied is p with lists of its own.
func copied(t *rapid.T, p Person) Person {
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var c Person
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFollowAppliesWhatTheSourceChangedAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, before, after := sayings().Draw(t, "now"), sayings().Draw(t, "before"), sayings().Draw(t, "after")
		wasNow, wasBefore, wasAfter := copied(t, now), copied(t, before), copied(t, after)
		got := now.Follow(before, after)
		alike(t, "now is left alone", wasNow, now)
		alike(t, "before is left alone", wasBefore, before)
		alike(t, "after is left alone", wasAfter, after)

		texts, was, is, did := now.texts(), before.texts(), after.texts(), got.texts()
		for i := range texts {
			want := *texts[i]
			if *was[i] != *is[i] {
				want = *is[i]
			}
			if *did[i] != want {
				t.Fatalf("text %d: now %q, before %q, after %q, got %q", i, *texts[i], *was[i], *is[i], *did[i])
			}
		}
		for _, l := range lists(now, before, after, got) {
			l.followed(t)
		}
	})
}

// followed holds now, before, after and got to the laws of following.
func (l lawful) followed(t *rapid.T) {
	now, before, after, got := l.of[0], l.of[1], l.of[2], l.of[3]
	said := func(n int) bool { return !slices.Contains(before, n) && slices.Contains(after, n) }
	dropped := func(n int) bool { return slices.Contains(before, n) && !slices.Contains(after, n) }
	for _, n := range after {
		if said(n) && !slices.Contains(got, n) {
			t.Fatalf("%s: entry %d is new and not taken over: %v", l.name, n, l.of)
		}
	}
	for _, n := range got {
		switch {
		case dropped(n):
			t.Fatalf("%s: entry %d was dropped and is still there: %v", l.name, n, l.of)
		case !said(n) && !slices.Contains(now, n):
			t.Fatalf("%s: entry %d comes from nowhere: %v", l.name, n, l.of)
		}
	}
	// An entry that somebody entered goes only in place of one that the source
	// dropped, which they must have edited: it is there no more.
	edited := func(kind string) bool {
		return kind != "" && slices.ContainsFunc(before, func(n int) bool {
			return dropped(n) && l.kind[n] == kind && !slices.Contains(now, n)
		})
	}
	kept := []int{}
	for _, n := range now {
		switch {
		case dropped(n):
		case slices.Contains(got, n):
			kept = append(kept, n)
		case slices.Contains(after, n) || !edited(l.kind[n]):
			t.Fatalf("%s: entry %d, which the source did not drop, is gone: %v", l.name, n, l.of)
		}
	}
	stayed := slices.DeleteFunc(slices.Clone(got), func(n int) bool { return !slices.Contains(now, n) })
	twice := len(slices.Compact(slices.Sorted(slices.Values(now)))) < len(now) // then one of them may be replaced
	if !twice && !slices.Equal(kept, stayed) {
		t.Fatalf("%s: what stays has changed its order from %v to %v: %v", l.name, kept, stayed, l.of)
	}
}

func TestFollowTwiceIsFollowOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, before, after := sayings().Draw(t, "now"), sayings().Draw(t, "before"), sayings().Draw(t, "after")
		once := now.Follow(before, after)
		alike(t, "the same change once more", once, once.Follow(before, after))
		alike(t, "a source that says nothing new", now, now.Follow(before, before))
	})
}

// Somebody of whom nobody else said anything is as the source says.
func TestWhomNobodyEditedFollowsTheSource(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := sayings().Draw(t, "before"), sayings().Draw(t, "after")
		got := before.Follow(before, after)
		texts, is := got.texts(), after.texts()
		for i := range texts {
			if *texts[i] != *is[i] {
				t.Fatalf("text %d is %q and not %q", i, *texts[i], *is[i])
			}
		}
		for _, l := range lists(after, got) {
			want, have := slices.Compact(slices.Sorted(slices.Values(l.of[0]))), slices.Compact(slices.Sorted(slices.Values(l.of[1])))
			if !slices.Equal(want, have) {
				t.Fatalf("%s: %v and not %v", l.name, l.of[1], l.of[0])
			}
		}
	})
}

// Two sources that speak of different fields may come in either order.
func TestSourcesOfDifferentFieldsComeInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := sayings().Draw(t, "now")
		names := func(label string) Person {
			p := sayings().Draw(t, label)
			return Person{Forename: p.Forename, Surname: p.Surname, Communication: p.Communication}
		}
		homes := func(label string) Person {
			p := sayings().Draw(t, label)
			return Person{Gender: p.Gender, DateOfBirth: p.DateOfBirth, Addresses: p.Addresses}
		}
		a, b, c, d := names("a"), names("b"), homes("c"), homes("d")
		alike(t, "the other order", now.Follow(a, b).Follow(c, d), now.Follow(c, d).Follow(a, b))
	})
}

func TestFillAddsOnlyWhereThereIsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now, other := sayings().Draw(t, "now"), sayings().Draw(t, "other")
		wasNow, wasOther := copied(t, now), copied(t, other)
		got := now.Fill(other)
		alike(t, "now is left alone", wasNow, now)
		alike(t, "other is left alone", wasOther, other)
		alike(t, "once more", got, got.Fill(other))
		alike(t, "from nobody", now, now.Fill(Person{}))
		alike(t, "from themselves", now, now.Fill(now))
		alike(t, "nobody, from other", other, Person{}.Fill(other))

		texts, more, did := now.texts(), other.texts(), got.texts()
		for i := range texts {
			want := *texts[i]
			if want == "" {
				want = *more[i]
			}
			if *did[i] != want {
				t.Fatalf("text %d: now %q, other %q, got %q", i, *texts[i], *more[i], *did[i])
			}
		}
		for _, l := range lists(now, other, got) {
			now, other, got := l.of[0], l.of[1], l.of[2]
			if len(got) < len(now) || !slices.Equal(now, got[:len(now)]) {
				t.Fatalf("%s: what was there has changed: %v", l.name, l.of)
			}
			lacked := slices.DeleteFunc(slices.Clone(other), func(n int) bool {
				return slices.ContainsFunc(now, func(m int) bool { return l.kind[m] == l.kind[n] })
			})
			if !slices.Equal(lacked, got[len(now):]) {
				t.Fatalf("%s: of the kinds that lacked, added %v: %v", l.name, got[len(now):], l.of)
			}
		}
	})
}

// What the laws found: a source that says a number twice has but one to replace,
// and what it drops goes however often it is on file.
func TestFollowWhereOneNumberIsThereTwice(t *testing.T) {
	t.Parallel()
	phones := func(numbers ...string) Person {
		var p Person
		for _, n := range numbers {
			p.Communication = append(p.Communication, Contact{"phone", n})
		}
		return p
	}
	for name, test := range map[string]struct{ now, before, after, want Person }{
		"by the source":  {phones("officer", "old"), phones("old", "old"), phones("new", "newer"), phones("officer", "new", "newer")},
		"by somebody":    {phones("old", "old"), phones("old"), phones("new"), phones("new")},
		"and it is kept": {phones("old", "old"), phones("old"), phones("old", "new"), phones("old", "old", "new")},
	} {
		if diff := cmp.Diff(test.want.Communication, test.now.Follow(test.before, test.after).Communication); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Ensures that a source closes, and never opens: what it says of a restriction counts
// where that is new and more than there is.
func TestARestrictionIsOnlyRaised(t *testing.T) {
	t.Parallel()
	is := func(r Restriction, reason string) Person { return Person{Restriction: r, RestrictionReason: reason} }
	for _, test := range []struct {
		name                     string
		now, before, after, want Person
	}{
		{"new", Person{}, Person{}, is(Restricted, "refuge"), is(Restricted, "refuge")},
		{"more", is(Restricted, "refuge"), is(Restricted, "refuge"), is(VeryRestricted, "court"), is(VeryRestricted, "court")},
		{"no longer", is(Restricted, "refuge"), is(Restricted, "refuge"), Person{}, is(Restricted, "refuge")},
		{"less", is(VeryRestricted, "court"), is(VeryRestricted, "court"), is(Restricted, "refuge"), is(VeryRestricted, "court")},
		{"the same, which an officer took back", Person{}, is(Restricted, "refuge"), is(Restricted, "refuge"), Person{}},
		{"another reason, which an officer took back", Person{}, is(Restricted, "refuge"), is(Restricted, "other"), Person{}},
		{"more than what an officer took back", Person{}, is(Restricted, "refuge"), is(VeryRestricted, "court"), is(VeryRestricted, "court")},
		{"less than an officer has set", is(VeryRestricted, "officer"), Person{}, is(Restricted, "refuge"), is(VeryRestricted, "officer")},
		{"as an officer has set", is(Restricted, "officer"), Person{}, is(Restricted, "refuge"), is(Restricted, "officer")},
	} {
		if diff := cmp.Diff(test.want, test.now.Follow(test.before, test.after)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if got := is(Restricted, "officer").Fill(is(VeryRestricted, "court")); got.Restriction != VeryRestricted || got.RestrictionReason != "court" {
		t.Errorf("a first file that says more leaves %v", got.Restriction)
	}
	if got := is(VeryRestricted, "officer").Fill(is(Restricted, "refuge")); got.Restriction != VeryRestricted || got.RestrictionReason != "officer" {
		t.Errorf("a first file that says less leaves %v", got.Restriction)
	}
}
