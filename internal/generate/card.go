package generate

import "strings"

func askedCard(a asked) card {
	c := card{born: a.born, postcode: foldPostcode(a.postcode), ni: foldNI(a.ni), phone: a.phone, lines: [2]string{a.line1, a.line2}}
	if a.first != "" {
		c.first = []string{fold(a.first)}
	}
	if a.last != "" {
		c.last = []string{fold(a.last)}
	}
	return c
}

func recordCard(file *Resident) *card {
	c := &card{
		id: file.ID, born: file.DateOfBirth, lines: [2]string{file.Address.Line1, file.Address.Line2},
		postcode: foldPostcode(file.Address.Postcode), ni: foldNI(file.NI), phone: file.Phone,
	}
	forename, middle := fold(file.Forename), fold(file.MiddleName)
	c.first = append(c.first, forename)
	if middle != "" {
		c.first = append(c.first, forename+middle, middle)
	}
	if file.PreferredForename != "" {
		c.first = append(c.first, fold(file.PreferredForename))
	}
	c.last = append(c.last, fold(file.Surname))
	if file.PreferredSurname != "" {
		c.last = append(c.last, fold(file.PreferredSurname))
	}
	return c
}

// words are those of the address; few records get so far as to be asked.
func (c *card) words() []string {
	if c.address == nil && c.lines != [2]string{} {
		c.address = foldAddress(c.lines[0], c.lines[1])
	}
	return c.address
}

func foldPostcode(s string) string { return strings.ToUpper(strings.ReplaceAll(s, " ", "")) }

// foldNI is the number without its last letter, which half the callers leave
// out.
func foldNI(s string) string {
	s = strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	return s[:min(len(s), 8)]
}

// foldAddress is the words of an address, written out.
func foldAddress(line1, line2 string) []string {
	words := strings.FieldsFunc(strings.ToLower(line1+" "+line2), func(r rune) bool { return r == ' ' || r == ',' })
	kept := words[:0]
	for _, w := range words {
		if w != "flat" && w != "fl" {
			kept = append(kept, written(w))
		}
	}
	return kept
}

func written(word string) string {
	for _, a := range abbreviations {
		if strings.EqualFold(word, strings.TrimSpace(a[1])) {
			return strings.ToLower(strings.TrimSpace(a[0]))
		}
	}
	return word
}

// bestKey is the rarest thing that the question has right, by which every
// record that could fit as well is found; "" if it has nothing right.
func bestKey(q *card, bar bar) string {
	switch {
	case q.ni != "" && bar[5] == same:
		return "n" + q.ni
	case len(q.born) == len("2006-01-02") && bar[2] == same:
		return "d" + q.born
	case len(q.postcode) > 4 && bar[4] == same:
		return "p" + q.postcode
	case len(q.last) > 0 && bar[1] == same:
		return "w" + q.last[0]
	case len(q.first) > 0 && bar[0] == same:
		return "w" + q.first[0]
	case q.born != "" && bar[2] == same:
		return "d" + q.born
	case q.postcode != "" && bar[4] == same:
		return "p" + q.postcode
	}
	return ""
}

// allKeys are keys of which a record must have one to agree with every field
// of either card. Postcodes and surnames are on every record, NI numbers and
// dates of birth are not.
func (r *referee) allKeys(a, b *card) []string {
	var keys []string
	for _, q := range []*card{a, b} {
		switch {
		case q.postcode != "":
			keys = append(keys, "p"+q.postcode)
		case len(q.last) > 0 && len(q.last[0]) > 1:
			keys = append(keys, r.nameKeys(q.last[0])...)
		case len(q.first) > 0 && len(q.first[0]) > 1:
			keys = append(keys, r.nameKeys(q.first[0])...)
		case q.ni != "":
			keys = append(keys, "n"+q.ni)
		}
	}
	return keys
}

func (r *referee) nameKeys(name string) []string {
	keys := []string{"w" + name}
	for _, class := range r.names.classes.of[name] {
		for _, form := range r.names.classes.forms[class] {
			if form != name {
				keys = append(keys, "w"+form)
			}
		}
	}
	return keys
}

func recordKeys(c *card) []string {
	keys := make([]string, 0, 12)
	for _, names := range [][]string{c.first, c.last} {
		for _, name := range names {
			keys = append(keys, "w"+name)
		}
	}
	if c.ni != "" {
		keys = append(keys, "n"+c.ni)
	}
	for _, precision := range []int{len("2006"), len("2006-01"), len("2006-01-02")} {
		if len(c.born) >= precision {
			keys = append(keys, "d"+c.born[:precision])
		}
	}
	if n := len(c.postcode); n > 3 {
		keys = append(keys, "p"+c.postcode, "p"+c.postcode[:n-3])
	}
	return keys
}
