package normalise

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Nicknames returns the classes of given names that a folded given name belongs
// to, sorted, and nil for a name in none. Two names that share a class are forms
// of one name: a short form (Bill, William), the same name in another language
// (Liam) or another spelling (Mohammed, Muhammad, Mehmet). A name may belong to
// several (Alex to alexander and to alexandra), so a shared class is weaker
// evidence than an equal name. The classes are the lines of nicknames.txt and
// are named after the first name of the line.
//
// The result is shared: it must not be written to.
func Nicknames(given string) []string { return nicknames()[given] }

// SurnameVariants returns the classes of surnames that a folded surname belongs
// to, sorted, and nil for a surname in none. Surnames that share a class are
// spellings of one name (Hussain, Hussein; Chowdhury, Choudhary; Cohen, Kohn).
// The classes are the lines of surnames.txt.
//
// The result is shared: it must not be written to.
func SurnameVariants(surname string) []string { return surnames()[surname] }

//go:embed nicknames.txt
var nicknamesText string

//go:embed surnames.txt
var surnamesText string

// Both lists are read once, at their first use, and never change.
var (
	nicknames = sync.OnceValue(func() map[string][]string { return readClasses(nicknamesText) })
	surnames  = sync.OnceValue(func() map[string][]string { return readClasses(surnamesText) })
)

// readClasses reads a list of one class a line, names separated by spaces, blank
// lines and lines that begin with # left out.
func readClasses(text string) map[string][]string {
	classes := make(map[string][]string)
	for line := range strings.Lines(text) {
		names := strings.Fields(line)
		if len(names) == 0 || strings.HasPrefix(names[0], "#") {
			continue
		}
		for _, name := range names {
			classes[name] = append(classes[name], names[0])
		}
	}
	for name, ids := range classes {
		slices.Sort(ids)
		classes[name] = slices.Compact(ids)
	}
	return classes
}
