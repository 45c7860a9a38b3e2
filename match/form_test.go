package match

import (
	"testing"

	"personindex/person"
)

// called are n people of one given name who prefer another.
func called(n int, forename, preferred string) []person.Person {
	return repeat(n, person.Person{Forename: forename, PreferredForename: preferred, Surname: "Sample"})
}

func TestWhatPeopleAreCalledIsLearntFromTheRegister(t *testing.T) {
	t.Parallel()
	var people []person.Person
	people = append(people, called(MinBearers, "Ataurina", "Zeb")...)
	people = append(people, called(MinBearers-1, "Beatrixa", "Zob")...) // too few to tell of nobody in particular
	people = append(people, called(MinBearers, "Clementa", "Zab")...)   // among many others called so
	people = append(people, called(20*MinBearers, "Dorothina", "Zab")...)
	m := DefaultModel().WithFrequencies(NewFrequencies(1, counted(people...)))
	for _, test := range []struct {
		asked, found string
		form         bool
	}{
		{"Zeb", "Ataurina", true},
		{"Ataurina", "Zeb", true},
		{"Zob", "Beatrixa", false},
		{"Zab", "Clementa", false},
		{"Zab", "Dorothina", true},
		{"Zeb", "Dorothina", false},
	} {
		asked := Standardise(person.Person{Forename: test.asked, Surname: "Sample"})
		found := Standardise(person.Person{Forename: test.found, Surname: "Sample"})
		if level := m.Score(&asked, &found).Level(Forename); (level == ForenameNickname) != test.form {
			t.Errorf("%s asked, %s found: level %d", test.asked, test.found, level)
		}
	}
}
