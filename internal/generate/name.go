package generate

import (
	"embed"
	"strconv"
	"strings"

	"github.com/mozillazg/go-unidecode"
)

// The lists are written by hand for this package; each line is one entry,
// commonest first. docs/generated-people.md explains their form.
//
//go:embed names/*.txt
var lists embed.FS

type sex int

const (
	male sex = iota
	female
)

// name is a name in the form a man and in the form a woman bears: Kowalski and
// Kowalska. Most are the same.
type name [2]string

// nameTable draws names by how common they are.
type nameTable = weighted[name]

// names is everything read from the lists.
type names struct {
	communities weighted[*community]
	classes     classes
	nicknames   map[string][]string
	variants    map[string][]string
	streets     map[string][]string
}

func readNames() *names {
	n := &names{
		classes:   classes{of: map[string][]int{}},
		nicknames: map[string][]string{},
		variants:  map[string][]string{},
		streets:   map[string][]string{},
	}
	for _, c := range communities() {
		for _, s := range sections(list(c.key)) {
			c.take(s)
			n.takeVariants(s)
		}
		n.communities.add(c, c.weight)
	}
	n.takeNicknames(list("nicknames"))
	for _, s := range sections(list("streets")) {
		n.streets[s.role] = s.entries
	}
	return n
}

// list is the text of an embedded list; that it is there is decided when the
// program is compiled and held by the tests, so an error cannot be answered.
func list(key string) string {
	text, err := lists.ReadFile("names/" + key + ".txt")
	if err != nil {
		panic("generate: " + err.Error())
	}
	return string(text)
}

// section is one list: "[male 1985 12]" opens the forenames of men born from
// 1985 with flatness 12, "[surname 24]" the surnames with flatness 24.
type section struct {
	role     string
	from     int
	flatness int
	entries  []string
}

func sections(text string) []section {
	var all []section
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			all = append(all, heading(strings.Fields(strings.Trim(line, "[]"))))
		default:
			s := &all[len(all)-1]
			s.entries = append(s.entries, strings.Split(line, ", ")...)
		}
	}
	return all
}

func heading(words []string) section {
	s := section{role: words[0]}
	if len(words) > 1 {
		s.flatness, _ = strconv.Atoi(words[len(words)-1])
	}
	if len(words) > 2 {
		s.from, _ = strconv.Atoi(words[1])
	}
	return s
}

// table weighs the entries by Zipf's law: the entry of rank r gets
// 1/(r+flatness), so flatness 0 is a steep list such as Vietnamese surnames and
// 24 a flat one such as English surnames. Spellings of one name share its
// weight as 1 : 1/4 : 1/9 and so on.
func (s section) table() nameTable {
	const unit = 1_000_000
	share := func(i int) int { return 3600 / ((i + 1) * (i + 1)) }
	var t nameTable
	for rank, entry := range s.entries {
		spellings := strings.Split(entry, "/")
		parts := 0
		for i := range spellings {
			parts += share(i)
		}
		for i, spelling := range spellings {
			t.add(parseName(spelling), 1+unit/(rank+1+s.flatness)*share(i)/parts)
		}
	}
	return t
}

func parseName(s string) name {
	if his, hers, gendered := strings.Cut(s, "|"); gendered {
		return name{his, hers}
	}
	return name{s, s}
}

func (n *names) takeVariants(s section) {
	if s.role == "stem" || s.role == "ending" {
		return
	}
	for _, entry := range s.entries {
		if strings.ContainsRune(entry, '|') {
			continue
		}
		spellings := strings.Split(entry, "/")
		n.classes.join(spellings)
		for _, a := range spellings {
			for _, b := range spellings {
				if a != b {
					n.variants[a] = append(n.variants[a], b)
				}
			}
		}
	}
}

func (n *names) takeNicknames(text string) {
	for line := range strings.Lines(text) {
		formal, short, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || formal[0] == '#' {
			continue
		}
		nicks := strings.Split(short, ", ")
		n.nicknames[formal] = nicks
		for _, nick := range nicks {
			n.classes.join([]string{formal, nick})
		}
	}
}

// classes says which folded names are forms of one name. A name can stand in
// several: Alex is Alexander and Alexandra.
type classes struct {
	of    map[string][]int
	forms [][]string
}

func (c *classes) join(forms []string) {
	if len(forms) < 2 {
		return
	}
	var folded []string
	for _, form := range forms {
		f := fold(form)
		c.of[f] = append(c.of[f], len(c.forms))
		folded = append(folded, f)
	}
	c.forms = append(c.forms, folded)
}

func (c *classes) share(a, b string) bool {
	for _, x := range c.of[a] {
		for _, y := range c.of[b] {
			if x == y {
				return true
			}
		}
	}
	return false
}

// plain is s without diacritics, as an office without those keys types it.
func plain(s string) string {
	if isASCII(s) {
		return s
	}
	return unidecode.Unidecode(s)
}

// fold is s as small Latin letters and digits only, the form in which this
// package compares.
func fold(s string) string {
	s = plain(s)
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch b := s[i]; {
		case b >= 'A' && b <= 'Z':
			out = append(out, b+'a'-'A')
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9':
			out = append(out, b)
		}
	}
	return string(out)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
