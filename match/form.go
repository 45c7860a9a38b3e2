package match

import "strings"

// formShare is the least share of those who are called by a name that must bear
// the other: where hundreds of Mohammeds are on file, some are called by the name of
// anybody else.
const formShare = 0.1

// forms are which given names the people of a register are called by instead of
// their own, by its count of preferred names: Musti for Mustafa. They know names
// that no list of nicknames has. Either name leads to the others.
type forms map[string][]string

// newForms reads a count of forms, each a given name, a space, and what so many of
// its bearers are called.
func newForms(t Tally) forms {
	called := map[string]int64{}
	for form, people := range t.Words {
		_, preferred, _ := strings.Cut(form, " ")
		called[preferred] += people
	}
	f := forms{}
	for form, people := range t.Words {
		given, preferred, _ := strings.Cut(form, " ")
		if float64(people) >= formShare*float64(called[preferred]) {
			f[given], f[preferred] = addOnce(f[given], preferred), addOnce(f[preferred], given)
		}
	}
	return f
}

// Form reports whether one given name is called by the other on this register. Both
// must be standardised words.
func (f *Frequencies) Form(a, b string) bool { return f != nil && contains(f.forms[a], b) }

// addForms counts what a person is called instead of any word of the given name, if
// it is one word and none of those.
func (c *Census) addForms(r *Record) {
	if len(r.Given) == 0 || r.Given[0].Use != CurrentName {
		return
	}
	own := r.Given[0].Tokens
	for _, called := range r.Given[1:] {
		if called.Use != PreferredName || len(called.Tokens) != 1 || len(called.Tokens[0]) < 2 || contains(own, called.Tokens[0]) {
			continue
		}
		for _, given := range own {
			c.forms.add(given + " " + called.Tokens[0])
		}
	}
}
