package generate

import "strings"

// misspell makes one slip of the keyboard.
func misspell(s *stream, text string) string {
	return pick(s, []func(*stream, string) string{dropLetter, addLetter, swapLetters, strikeNeighbour})(s, text)
}

// dropLetter, addLetter, swapLetters and strikeNeighbour change one place of a
// text, never its first letter: people get that right. A text that is too
// short comes back as it is.
func dropLetter(s *stream, text string) string {
	r := []rune(text)
	if len(r) < 3 {
		return text
	}
	i := s.between(1, len(r)-1)
	return string(r[:i]) + string(r[i+1:])
}

func addLetter(s *stream, text string) string {
	r := []rune(text)
	if len(r) < 2 {
		return text
	}
	i := s.between(1, len(r))
	added := string(rune('a' + s.below(26)))
	if s.chance(500) {
		added = strings.ToLower(string(r[i-1]))
	}
	return string(r[:i]) + added + string(r[i:])
}

func swapLetters(s *stream, text string) string {
	r := []rune(text)
	if len(r) < 3 {
		return text
	}
	i := s.between(1, len(r)-2)
	r[i], r[i+1] = r[i+1], r[i]
	return string(r)
}

func strikeNeighbour(s *stream, text string) string {
	r := []rune(text)
	if len(r) < 3 {
		return text
	}
	i := s.between(1, len(r)-1)
	if near := neighbours(r[i]); near != "" {
		r[i] = rune(near[s.below(len(near))])
	}
	return string(r)
}

// neighbours are the keys next to a letter on a British keyboard.
func neighbours(letter rune) string {
	const rows = "qwertyuiop asdfghjkl zxcvbnm"
	const nearby = "wa qeas wrsd etdf ryfg tugh yihj uojk ipkl ol " +
		"qwsz weadzx ersfxc rtdgcv tyfhvb yugjbn uihknm iojlm opk " +
		"asx zsdc xdfv cfgb vghn bhjm njk"
	at := strings.IndexRune(strings.ReplaceAll(rows, " ", ""), letter)
	if at < 0 {
		return ""
	}
	return strings.Fields(nearby)[at]
}

// mishear writes a name as it sounds.
func mishear(s *stream, text string) string {
	return exchange(s, text, [][2]string{
		{"ph", "f"}, {"f", "ph"}, {"ck", "k"}, {"k", "c"}, {"c", "k"}, {"y", "i"}, {"i", "y"}, {"ie", "y"},
		{"ee", "ea"}, {"ea", "ee"}, {"ou", "u"}, {"u", "oo"}, {"sch", "sh"}, {"sh", "sch"}, {"th", "t"}, {"z", "s"},
		{"s", "z"}, {"v", "w"}, {"w", "v"}, {"ei", "ie"}, {"ie", "ei"}, {"e", "a"}, {"a", "e"}, {"o", "u"}, {"j", "y"},
		{"ts", "tz"}, {"kh", "h"}, {"gh", "g"}, {"ll", "l"}, {"l", "ll"}, {"tt", "t"}, {"t", "tt"}, {"nn", "n"},
		{"n", "nn"}, {"ss", "s"}, {"rr", "r"}, {"aw", "or"}, {"qu", "kw"}, {"x", "ks"}, {"dg", "j"}, {"m", "n"}, {"n", "m"}, {"b", "p"}, {"d", "t"},
	})
}

// misread writes a name as it looks, by a scanner or in handwriting.
func misread(s *stream, text string) string {
	return exchange(s, text, [][2]string{
		{"m", "rn"}, {"rn", "m"}, {"l", "I"}, {"l", "1"}, {"o", "0"}, {"cl", "d"}, {"d", "cl"}, {"h", "b"}, {"e", "c"},
		{"c", "e"}, {"u", "v"}, {"n", "ri"}, {"n", "u"}, {"t", "f"}, {"a", "o"}, {"i", "l"}, {"w", "vv"}, {"g", "q"}, {"s", "5"}, {"b", "6"},
	})
}

// exchange makes one of the replacements that the text, beyond its first
// letter, allows.
func exchange(s *stream, text string, replacements [][2]string) string {
	if len(text) < 3 {
		return text
	}
	first := len(string([]rune(text)[:1]))
	start := s.below(len(replacements))
	for i := range replacements {
		r := replacements[(start+i)%len(replacements)]
		if at := strings.Index(text[first:], r[0]); at >= 0 {
			at += first
			return text[:at] + r[1] + text[at+len(r[0]):]
		}
	}
	return text
}

// onFirst and onLast are slips that change one name as change does.
func onFirst(change func(*stream, string) string) slip {
	return func(t *telling) bool { return alter(&t.first, change(t.s, t.first)) }
}

func onLast(change func(*stream, string) string) slip {
	return func(t *telling) bool { return alter(&t.last, change(t.s, t.last)) }
}

// alter puts to in place of what is there; false if that says nothing new.
func alter(field *string, to string) bool {
	if to == "" || *field == "" || to == *field {
		return false
	}
	*field = to
	return true
}

func nickname(t *telling) bool {
	return t.p.nick != "" && t.first == t.p.forename && alter(&t.first, t.p.nick)
}

func preferredForename(t *telling) bool { return alter(&t.first, t.p.file.PreferredForename) }

func preferredLast(t *telling) bool {
	t.last = t.p.file.PreferredSurname
	return t.last != ""
}

// respell uses another spelling of the forename, the surname or both.
func respell(t *telling) bool {
	changed := false
	for _, field := range []*string{&t.first, &t.last} {
		if others := t.names.variants[*field]; len(others) > 0 && (!changed || t.s.chance(400)) {
			changed = alter(field, pick(t.s, others)) || changed
		}
	}
	return changed
}

func swapNames(t *telling) bool {
	if t.first == "" || t.last == "" || fold(t.first) == fold(t.last) {
		return false
	}
	t.first, t.last = t.last, t.first
	return true
}

func initialOnly(t *telling) bool {
	if len(t.first) < 2 {
		return false
	}
	return alter(&t.first, string([]rune(t.first)[:1]))
}

func middleAsFirst(t *telling) bool { return alter(&t.first, t.p.middle) }

func middleAsLast(t *telling) bool { return alter(&t.last, t.p.middle) }

func firstAndMiddle(t *telling) bool {
	return t.first != "" && t.p.middle != "" && alter(&t.first, t.first+" "+t.p.middle)
}

// rejoin writes a forename of two parts as one, or with the other sign between.
func rejoin(t *telling) bool {
	at := strings.IndexAny(t.first, " -")
	if at < 0 {
		return false
	}
	second := t.first[at+1:]
	return alter(&t.first, t.first[:at]+pick(t.s, []string{strings.ToLower(second), "-" + second, " " + second}))
}

func halfOfSurname(t *telling) bool {
	at := strings.IndexAny(t.last, " -")
	if at < 0 {
		return false
	}
	return alter(&t.last, pick(t.s, []string{t.last[:at], t.last[at+1:]}))
}

func joinSurname(t *telling) bool {
	at := strings.IndexAny(t.last, " -")
	if at < 0 {
		return false
	}
	second := t.last[at+1:]
	return alter(&t.last, t.last[:at]+pick(t.s, []string{strings.ToLower(second), " " + second, "-" + second}))
}

// formerName is the surname that the file does not go by: the one from before
// the wedding, or the one since, if the council was never told.
func formerName(t *telling) bool {
	if t.p.maiden == "" {
		return false
	}
	if fold(t.p.file.Surname) == fold(t.p.maiden) {
		return t.last == t.p.surname
	}
	return alter(&t.last, t.p.maiden)
}

// otherSexForm is the surname in the form the other sex bears.
func otherSexForm(t *telling) bool {
	return t.last == t.p.family[t.p.sex] && alter(&t.last, t.p.family[1-t.p.sex])
}

func dropMarks(t *telling) bool {
	changed := t.first != "" && alter(&t.first, plain(t.first))
	return t.last != "" && alter(&t.last, plain(t.last)) || changed
}

// respacePrefix writes an apostrophe or a particle in another way.
func respacePrefix(t *telling) bool {
	for _, sign := range []string{"'", "’"} {
		if strings.Contains(t.last, sign) {
			return alter(&t.last, strings.Replace(t.last, sign, pick(t.s, []string{"", " ", "’"}), 1))
		}
	}
	begin := particle(t.last)
	if begin == "" {
		return false
	}
	rest := t.last[len(begin):]
	return alter(&t.last, pick(t.s, []string{rest, strings.TrimSpace(begin) + rest, strings.TrimSpace(begin) + " " + rest}))
}

func titleBefore(t *telling) bool {
	if t.first == "" {
		return false
	}
	title := t.p.file.Title
	if title == "" {
		title = []string{"Mr", "Ms"}[t.p.sex]
	}
	return alter(&t.first, title+pick(t.s, []string{" ", ". "})+t.first)
}

func capitals(t *telling) bool {
	changed := alter(&t.first, strings.ToUpper(t.first))
	return alter(&t.last, strings.ToUpper(t.last)) || changed
}
