package generate

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// facts are what a person and their record are fit for: which mistakes can be
// made about them, and whom they can be taken for.
type facts uint32

const (
	dated          facts = 1 << iota // the full date of birth is on file
	undated                          // no date of birth is on file
	insured                          // the NI number is on file
	numbered                         // they have an NI number, on file or not
	middleNamed                      // with a middle name
	nicknamed                        // with a nickname
	spelt                            // forename or surname has other spellings
	marked                           // forename or surname has diacritics on file
	punctuated                       // the surname has an apostrophe or a prefix
	doubled                          // the surname has two parts
	spacedForename                   // the forename has two parts
	renamed                          // bore another surname before
	preferred                        // a preferred forename is on file
	preferredSurname
	gendered  // the surname has another form for the other sex
	flat      // lives in a flat
	firstJan  // the file says born on 1 January
	grown     // an adult
	related   // shares the surname with somebody at the address
	twin      // a twin with another name is on file
	junior    // a parent or child of the same name is on file
	namesake  // somebody else of the same name is on file
	unrelated // lives with nobody of the surname
)

// meet notes what the members of the household are to one another.
func (h *household) meet() {
	for i, p := range h.members {
		p.is |= unrelated
		for j, q := range h.members {
			if i == j || p.family != q.family && p.surname != q.surname {
				continue
			}
			p.is = p.is&^unrelated | related
			switch {
			case p.born == q.born && p.forename != q.forename && p.surname == q.surname:
				p.is |= twin
			case p.forename == q.forename && p.surname == q.surname:
				p.is |= junior
			}
		}
	}
}

// records files the members, and one in 33 twice: the same person taken for a
// new one on another day.
func (h *household) records(filed int) []*person {
	landline := h.phone("020 7946 0%03d", "01632 960%03d")
	if h.s.chance(620) {
		landline = ""
	}
	var all []*person
	for _, p := range h.members {
		h.identify(p, filed+len(all))
		h.file(p, filed+len(all), landline)
		all = append(all, p)
	}
	for _, p := range h.members {
		if h.s.chance(30) {
			all = append(all, h.fileAgain(p, filed+len(all)))
		}
	}
	for _, p := range all {
		p.is |= h.g.names.factsOf(p)
	}
	return all
}

// identify gives everybody who is or was of working age an NI number.
func (h *household) identify(p *person, ordinal int) {
	if p.age() >= 16 && h.s.chance(975) {
		p.ni = niNumber(ordinal)
	}
}

// niNumber is the ordinal-th number of the prefix QQ: the six digits repeat
// after a million, the whole number after four.
func niNumber(ordinal int) string {
	digits := (ordinal*618033 + 271829) % 1_000_000
	return fmt.Sprintf("QQ%06d%c", digits, "ABCD"[(digits/10+ordinal/1_000_000)%4])
}

// file writes down what an officer was told and found worth recording.
func (h *household) file(p *person, ordinal int, landline string) {
	s := h.s
	id := fmt.Sprintf("R%08d", ordinal+1)
	p.ids = append(p.ids, id)
	p.cluster = p.ids[0]
	p.file = Resident{
		ID:          id,
		Title:       h.title(p),
		Forename:    p.forename,
		Surname:     p.surname,
		DateOfBirth: h.recordedBirth(p.born),
		Gender:      h.gender(p.sex),
		Address:     p.home,
		Phone:       landline,
	}
	if s.chance(850) {
		p.file.MiddleName = p.middle
	}
	if p.nick != "" && s.chance(130) {
		p.file.PreferredForename = p.nick
	}
	if p.maiden != "" {
		h.fileFormerName(p)
	}
	if p.age() >= 16 && s.chance(820) {
		p.file.NI = p.ni
	}
	h.fileOrigin(p)
	h.fileContact(p, ordinal)
	h.typeIn(p)
}

// fileFormerName: some married women never told, some go by the old name.
func (h *household) fileFormerName(p *person) {
	switch x := h.s.below(100); {
	case x < 8:
		p.file.Surname = p.maiden
	case x < 18:
		p.file.Surname, p.file.PreferredSurname = p.maiden, p.surname
	case x < 30:
		p.file.PreferredSurname = p.maiden
	}
}

// recordedBirth is the date of birth as it came onto the file: seldom not at
// all or in part, and now and then as the 1 January that somebody typed who
// was told the year only.
func (h *household) recordedBirth(d date) string {
	full := d.String()
	switch x := h.s.below(1000); {
	case x < 20:
		return ""
	case x < 24:
		return full[:len("2006")]
	case x < 28:
		return full[:len("2006-01")]
	case x < 33:
		return full[:len("2006")] + "-01-01"
	}
	return full
}

func (h *household) title(p *person) string {
	switch x := h.s.below(1000); {
	case x < 230:
		return ""
	case x < 245 && p.age() > 27:
		return "Dr"
	case x < 248 && p.age() > 40:
		return pick(h.s, []string{"Rev", "Prof", "Cllr"})
	case p.sex == male && p.age() < 13:
		return "Master"
	case p.sex == male:
		return "Mr"
	case p.married && x < 800:
		return "Mrs"
	case p.age() < 25 || x < 600:
		return "Miss"
	}
	return "Ms"
}

func (h *household) gender(of sex) string {
	switch x := h.s.below(1000); {
	case x < 40:
		return ""
	case x < 44:
		return "Non-binary"
	case x < 180:
		return []string{"M", "F"}[of]
	}
	return []string{"Male", "Female"}[of]
}

func (h *household) fileOrigin(p *person) {
	s, c := h.s, p.community
	if s.chance(650) {
		p.file.PlaceOfBirth = "London"
		if p.abroad {
			p.file.PlaceOfBirth = pick(s, c.places)
		}
	}
	if s.chance(700) {
		p.file.Nationality = "British"
		if p.abroad && s.chance(800) {
			p.file.Nationality = c.nationality[min(s.below(len(c.nationality)), s.below(len(c.nationality)))]
		}
	}
}

func (h *household) fileContact(p *person, ordinal int) {
	s := h.s
	if p.age() < 14 {
		return
	}
	if s.chance(700) {
		p.file.Phone = h.phone("07700 900%03d", "07700 900%03d", "07700 900%03d", "0113 496 0%03d", "0121 496 0%03d", "0161 496 0%03d")
	}
	if s.chance(620 - max(0, p.age()-50)*8) {
		p.file.Email = h.email(p, ordinal)
	}
}

// phone is a number of the ranges Ofcom keeps for drama.
func (h *household) phone(forms ...string) string {
	return fmt.Sprintf(pick(h.s, forms), h.s.below(1000))
}

// email is an address nobody else has, in a domain nobody can have.
func (h *household) email(p *person, ordinal int) string {
	forename, surname := fold(p.forename), fold(p.surname)
	local := forename + "." + surname
	switch h.s.below(4) {
	case 0:
		local = forename[:1] + surname
	case 1:
		local = forename + strconv.Itoa(p.born.year%100) + "."
	}
	return local + strconv.Itoa(ordinal+1) + "@" + pick(h.s, []string{"example.org", "example.com", "example.net"})
}

// typeIn leaves the marks of the keyboard on the names: diacritics dropped,
// capitals, now and then a slip.
func (h *household) typeIn(p *person) {
	s, f := h.s, &p.file
	onNames := func(change func(string) string) {
		f.Forename, f.MiddleName, f.Surname = change(f.Forename), change(f.MiddleName), change(f.Surname)
		f.PreferredForename, f.PreferredSurname = change(f.PreferredForename), change(f.PreferredSurname)
	}
	if s.chance(p.community.unmarked) {
		onNames(plain)
	}
	switch x := s.below(1000); {
	case x < 12:
		onNames(strings.ToUpper)
	case x < 20:
		f.Surname = misspell(s, f.Surname)
	case x < 28:
		f.Forename = misspell(s, f.Forename)
	}
	if strings.Contains(f.Surname, "'") { //nolint:staticcheck // S1017 would draw for everybody, and so make others
		f.Surname = strings.Replace(f.Surname, "'", pick(s, []string{"'", "'", "'", "'", "’", ""}), 1)
	}
}

// fileAgain is a second record of the person, told apart by what went wrong
// when it was made.
func (h *household) fileAgain(first *person, ordinal int) *person {
	p := *first
	if h.s.chance(450) {
		p.home, p.former = p.former, p.home
	}
	h.file(&p, ordinal, "")
	s, f := h.s, &p.file
	switch s.below(6) {
	case 0:
		f.Forename = misspell(s, f.Forename)
	case 1:
		f.Surname = misspell(s, f.Surname)
	case 2:
		if p.nick != "" {
			f.Forename = p.nick
		}
	case 3:
		if others := h.g.names.variants[p.forename]; len(others) > 0 {
			f.Forename = pick(s, others)
		}
	case 4:
		if d, ok := parseDate(f.DateOfBirth); ok && d.day <= 12 {
			f.DateOfBirth = date{d.year, d.day, d.month}.String()
		}
	case 5:
		if p.maiden != "" {
			f.Surname = p.maiden
		}
	}
	first.ids = p.ids
	return &p
}

// factsOf are the facts that the person's own names and record hold.
func (n *names) factsOf(p *person) facts {
	var is facts
	note := func(f facts, holds bool) {
		if holds {
			is |= f
		}
	}
	born, full := parseDate(p.file.DateOfBirth)
	note(dated, full)
	note(undated, p.file.DateOfBirth == "")
	note(firstJan, full && born.month == 1 && born.day == 1)
	note(insured, p.file.NI != "")
	note(numbered, p.ni != "")
	note(middleNamed, p.middle != "")
	note(nicknamed, p.nick != "")
	note(spelt, len(n.variants[p.forename])+len(n.variants[p.surname]) > 0)
	note(marked, !isASCII(p.file.Forename+p.file.Surname))
	note(punctuated, strings.ContainsAny(p.surname, "'’") || particle(p.surname) != "")
	note(doubled, strings.ContainsAny(p.surname, "- ") && particle(p.surname) == "")
	note(spacedForename, strings.ContainsAny(p.forename, "- "))
	note(renamed, p.maiden != "")
	note(preferred, p.file.PreferredForename != "")
	note(preferredSurname, p.file.PreferredSurname != "")
	note(gendered, p.family[male] != p.family[female] && p.surname == p.family[p.sex])
	note(flat, strings.Contains(p.home.Line1+p.home.Line2, "Flat "))
	note(grown, p.age() >= 18)
	return is
}

// particles begin surnames of two or more words that are yet one name.
var particles = [...]string{
	"de la ", "De La ", "van den ", "Van Den ", "Van den ", "da ", "Da ", "de ", "De ", "dos ", "Dos ", "do ", "del ", "El ", "Al ", "Al-", "El-", "Ben ", "Bin ", "Abu ",
	"Abdul ", "Abdel ", "van ", "Van ", "von ", "Von ", "Di ", "Le ", "La ", "St ", "Mac ", "Mc", "Mac", "O ", "Ó ", "Ní ", "ap ",
}

// particle is the particle a surname begins with, or "".
func particle(surname string) string {
	for _, p := range particles {
		if rest, ok := strings.CutPrefix(surname, p); ok && utf8.RuneCountInString(rest) > 2 {
			return p
		}
	}
	return ""
}
