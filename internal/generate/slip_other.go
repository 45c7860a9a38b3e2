package generate

import (
	"strconv"
	"strings"
)

// onDate is a slip that changes a full date of birth into another day that
// exists.
func onDate(change func(*stream, date) date) slip {
	return func(t *telling) bool {
		d, ok := parseDate(t.born)
		if !ok {
			return false
		}
		changed := change(t.s, d)
		return changed.valid() && alter(&t.born, changed.String())
	}
}

func swapDayAndMonth(_ *stream, d date) date { return date{d.year, d.day, d.month} }

func oneDayOff(s *stream, d date) date {
	d.day += pick(s, []int{-3, -2, -1, 1, 2, 3})
	return d
}

func oneYearOff(s *stream, d date) date {
	d.year += pick(s, []int{-1, 1})
	return d
}

func tenYearsOff(s *stream, d date) date {
	d.year += pick(s, []int{-10, 10})
	return d
}

func newYearsDay(_ *stream, d date) date { return date{d.year, 1, 1} }

// anotherDigit replaces one digit of the date other than the century's.
func anotherDigit(s *stream, d date) date {
	for range 20 {
		text := []byte(d.String())
		text[pick(s, []int{2, 3, 5, 6, 8, 9})] = digit(s.below(10))
		if changed, ok := parseDate(string(text)); ok && changed != d {
			return changed
		}
	}
	return d
}

// swapDigits exchanges the two digits of the year, the month or the day.
func swapDigits(s *stream, d date) date {
	text := []byte(d.String())
	at := pick(s, []int{2, 5, 8})
	text[at], text[at+1] = text[at+1], text[at]
	changed, _ := parseDate(string(text))
	return changed
}

func yearOnly(t *telling) bool { return shorten(t, len("2006")) }

func yearAndMonth(t *telling) bool { return shorten(t, len("2006-01")) }

func shorten(t *telling, to int) bool {
	return len(t.born) > to && alter(&t.born, t.born[:to])
}

// forget leaves out what fields name, which must have been there.
func forget(fields field) slip {
	return func(t *telling) bool {
		if t.fields()&fields == 0 {
			return false
		}
		t.keep(^fields)
		return t.enough()
	}
}

// onlyNI asks by the NI number alone.
func onlyNI(t *telling) bool {
	t.keep(byNI)
	return t.ni != ""
}

func niDigit(t *telling) bool {
	if len(t.ni) < 8 {
		return false
	}
	text := []byte(t.ni)
	text[t.s.between(2, 7)] = digit(t.s.below(10))
	return alter(&t.ni, string(text))
}

func niSwap(t *telling) bool {
	if len(t.ni) < 8 {
		return false
	}
	text := []byte(t.ni)
	at := t.s.between(2, 6)
	text[at], text[at+1] = text[at+1], text[at]
	return alter(&t.ni, string(text))
}

func niNoSuffix(t *telling) bool {
	return len(t.ni) == 9 && alter(&t.ni, t.ni[:8])
}

func niSpaced(t *telling) bool {
	if len(t.ni) != 9 {
		return false
	}
	spaced := strings.Join([]string{t.ni[:2], t.ni[2:4], t.ni[4:6], t.ni[6:8], t.ni[8:]}, " ")
	return alter(&t.ni, pick(t.s, []string{spaced, strings.ToLower(spaced), strings.ToLower(t.ni)}))
}

// niLookalike types letters for figures.
func niLookalike(t *telling) bool {
	if t.ni == "" {
		return false
	}
	head, tail := t.ni[:2], t.ni[2:]
	for _, pair := range [][2]string{{"0", "O"}, {"1", "I"}, {"5", "S"}, {"8", "B"}} {
		if strings.Contains(tail, pair[0]) {
			return alter(&t.ni, head+strings.Replace(tail, pair[0], pair[1], 1))
		}
	}
	return false
}

// niOfAnother gives the number of somebody else on file, as people do who hold
// their partner's or mother's card.
func niOfAnother(t *telling) bool { return t.other != "" && alter(&t.ni, t.other) }

func postcodeSlip(t *telling) bool {
	if len(t.postcode) < 6 {
		return false
	}
	text := []byte(t.postcode)
	at := len(text) - 1 - t.s.below(3)
	if at == len(text)-3 {
		text[at] = digit(t.s.below(10))
	} else {
		text[at] = inwardLetters[t.s.below(len(inwardLetters))]
	}
	return alter(&t.postcode, string(text))
}

func postcodeSwap(t *telling) bool {
	n := len(t.postcode)
	return n >= 6 && alter(&t.postcode, t.postcode[:n-2]+t.postcode[n-1:]+t.postcode[n-2:n-1])
}

func outwardOnly(t *telling) bool {
	outward, _, ok := strings.Cut(t.postcode, " ")
	return ok && alter(&t.postcode, outward)
}

func unspaced(t *telling) bool {
	text := strings.ReplaceAll(t.postcode, " ", "")
	return alter(&t.postcode, pick(t.s, []string{text, strings.ToLower(text), strings.ToLower(t.postcode)}))
}

// formerAddress is where the person lived before, which the file never held.
func formerAddress(t *telling) bool {
	if t.fields()&(byAddress|byPostcode) == 0 {
		return false
	}
	was := t.fields()
	t.line1, t.line2, t.postcode = t.p.former.Line1, t.p.former.Line2, t.p.former.Postcode
	t.keep(was)
	return true
}

// abbreviations are the words of addresses that are written short.
var abbreviations = [...][2]string{
	{"Road", "Rd"}, {"Street", "St"}, {"Avenue", "Ave"}, {"Close", "Cl"}, {"Gardens", "Gdns"}, {"Lane", "Ln"},
	{"Terrace", "Terr"}, {"Grove", "Gr"}, {"Court", "Ct"}, {"Crescent", "Cres"}, {"Place", "Pl"}, {"Square", "Sq"},
	{"Drive", "Dr"}, {"House", "Hse"}, {"Buildings", "Bldgs"}, {"Mansions", "Mans"}, {"Flat ", "Fl "}, {"Ground Floor", "Gnd Flr"},
}

// abbreviate writes the street's kind, the house and the flat short.
func abbreviate(t *telling) bool {
	changed := false
	for _, line := range []*string{&t.line1, &t.line2} {
		for _, pair := range abbreviations {
			if strings.Contains(*line, pair[0]) {
				changed = alter(line, strings.Replace(*line, pair[0], pair[1], 1)) || changed
			}
		}
	}
	return changed
}

// flatLost leaves out which flat.
func flatLost(t *telling) bool {
	flat, rest, ok := strings.Cut(t.line1, ", ")
	switch {
	case ok && strings.HasPrefix(flat, "Flat "):
		return alter(&t.line1, rest)
	case strings.HasSuffix(t.line1, " Flat") && t.line2 != "":
		t.line1, t.line2 = t.line2, ""
		return true
	}
	return false
}

// flatElsewhere writes "Flat 12, Linnet House" as "12 Linnet House".
func flatElsewhere(t *telling) bool {
	flat, rest, ok := strings.Cut(t.line1, ", ")
	number, isFlat := strings.CutPrefix(flat, "Flat ")
	if !ok || !isFlat {
		return false
	}
	return alter(&t.line1, pick(t.s, []string{number + " " + rest, rest + " " + number, "Flat " + number + " " + rest}))
}

// streetSlip misspells a word of the street.
func streetSlip(t *telling) bool {
	head, street, ok := strings.Cut(t.line1, " ")
	if !ok {
		return false
	}
	return alter(&t.line1, head+" "+misspell(t.s, street))
}

// neighboursNumber is a house number close to the right one.
func neighboursNumber(t *telling) bool {
	rest := trimDigits(t.line1)
	number, err := strconv.Atoi(t.line1[:len(t.line1)-len(rest)])
	if err != nil {
		return false
	}
	return alter(&t.line1, strconv.Itoa(max(1, number+pick(t.s, []int{-2, -1, 1, 2, 10})))+rest)
}
