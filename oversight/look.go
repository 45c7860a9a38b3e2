// Package oversight watches how people are looked up: it flags what is odd on the
// audit, and tells of it.
//
// What is odd is judged by plain rules on what a caller asked for or opened; people
// who are merely shown among the results of a search are not. A flag accuses nobody:
// it is for an auditor to ask why.
package oversight

import (
	"slices"
	"strings"

	"personindex/access"
	"personindex/normalise"
	"personindex/person"
)

// The flags of events on the audit.
const (
	OwnSurname  = "own-surname"  // somebody of the caller's own surname
	OwnAddress  = "own-address"  // somebody at the caller's own postcode
	Colleague   = "colleague"    // somebody named like another officer
	BreakGlass  = "break-glass"  // with the clearance of an emergency
	ManyLookers = "many-lookers" // somebody whom many callers opened
	// BreakGlassInVain: with a reason for more clearance than the caller may take,
	// which changed nothing.
	BreakGlassInVain = "break-glass-in-vain"
)

// Look is what a caller asked for, or whom they opened.
type Look struct {
	Forenames, Surnames, Postcodes []string
	Text                           string // names and addresses in any order, as of a search box
}

// Opened is the look at somebody's record.
func Opened(p person.Person) Look {
	look := Look{Forenames: []string{p.Forename, p.PreferredForename}, Surnames: []string{p.Surname, p.PreferredSurname}}
	for _, n := range p.PreviousNames {
		look.Forenames, look.Surnames = append(look.Forenames, n.Forename), append(look.Surnames, n.Surname)
	}
	for _, a := range p.Addresses {
		look.Postcodes = append(look.Postcodes, a.Postcode)
	}
	return look
}

// Flags are what is odd about a caller's look, none in most cases. colleagues has
// the subjects of the officers of each name, by [nameKey].
func flags(c access.Caller, look Look, colleagues map[string][]string) []string {
	text := words(look.Text)
	var odd []string
	if surname := words(c.Surname); len(surname) > 0 && (among(surname, look.Surnames) || contains(text, surname)) {
		odd = append(odd, OwnSurname)
	}
	if postcode := compact(c.Postcode); postcode != "" && slices.ContainsFunc(append(look.Postcodes, look.Text), func(s string) bool {
		return strings.Contains(compact(s), postcode)
	}) {
		odd = append(odd, OwnAddress)
	}
	if namesColleague(c.Subject, look, text, colleagues) {
		odd = append(odd, Colleague)
	}
	return odd
}

// namesColleague reports whether a look names an officer other than the caller by
// forename and surname.
func namesColleague(subject string, look Look, text []string, colleagues map[string][]string) bool {
	named := func(key string) bool {
		return key != "" && slices.ContainsFunc(colleagues[key], func(s string) bool { return s != subject })
	}
	for _, forename := range look.Forenames {
		for _, surname := range look.Surnames {
			if named(nameKey(forename, surname)) {
				return true
			}
		}
	}
	// Of a text, two to four words in a row, the surname after the forename or before.
	for i := range text {
		for length := 2; length <= 4 && i+length <= len(text); length++ {
			part := text[i : i+length]
			if named(strings.Join(part, " ")) || named(strings.Join(append(slices.Clone(part[length-1:]), part[:length-1]...), " ")) {
				return true
			}
		}
	}
	return false
}

// nameKey is the first forename and the surname as words, or empty where one is
// not known.
func nameKey(forename, surname string) string {
	first, last := words(forename), words(surname)
	if len(first) == 0 || len(last) == 0 {
		return ""
	}
	return first[0] + " " + strings.Join(last, " ")
}

func words(s string) []string { return strings.Fields(normalise.Fold(s)) }

func compact(s string) string { return strings.ReplaceAll(normalise.Fold(s), " ", "") }

// among reports whether one of the names is the wanted words.
func among(wanted []string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Equal(words(name), wanted) })
}

// contains reports whether the wanted words stand in a text, in a row.
func contains(text, wanted []string) bool {
	for i := range text {
		if i+len(wanted) <= len(text) && slices.Equal(text[i:i+len(wanted)], wanted) {
			return true
		}
	}
	return false
}
