package search

import (
	"cmp"
	"regexp"
	"strings"

	"personindex/normalise"
	"personindex/person"
)

// The forms in which things stand in the one search box, tried in this order:
// each takes its text away, so that a phone number is not read as a date.
var (
	emailInBox = regexp.MustCompile(`[^\s,;<>]+@[^\s,;<>]+`)
	niInBox    = regexp.MustCompile(`(?i)\b[a-z]{2}[ -]?[0-9oil]{2}[ -]?[0-9oil]{2}[ -]?[0-9oil]{2}(?:[ -]?[a-d])?\b`)
	phoneInBox = regexp.MustCompile(`\+?\(?[0-9][0-9 ()-]{8,17}[0-9]`)
	dateInBox  = regexp.MustCompile(`(?i)\b(?:` +
		`[0-9]{4}-[0-9]{1,2}(?:-[0-9]{1,2})?` +
		`|(?:[0-9]{1,2}[/.-])?[0-9]{1,2}[/.-][0-9]{4}` +
		`|[0-9]{1,2}(?:st|nd|rd|th)?[ -]?(?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?[ -]?[0-9]{4}` +
		`|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -][0-9]{4}` +
		`|[0-9]{8}|1[89][0-9]{2}|20[0-9]{2})\b`)
	unitInBox = regexp.MustCompile(`(?i)^(?:[0-9]{1,4}[a-z]?|[0-9]{1,4}[-/][0-9]{1,4}|flat|apt|apartment|unit|room)$`)
)

// withBox reads the one search box into the criteria that are not given
// otherwise: an e-mail address, an NI number, a phone number, a date, a postcode,
// an address and names, in any order. What is none of those is taken for names.
func (q Query) withBox() Query {
	text := q.Q
	if strings.TrimSpace(text) == "" {
		return q
	}
	email, text := take(text, emailInBox, normalise.Email)
	ni, text := take(text, niInBox, func(s string) string { return normalise.ParseNI(s).Number })
	date, text := take(text, dateInBox, isoDate)
	phone, text := take(text, phoneInBox, normalise.Phone)
	postcode, text := normalise.FindPostcode(text)
	address, names := splitAddress(text)
	first, last := splitNames(names, strings.Contains(q.Q, ","))

	q.Email = cmp.Or(q.Email, email)
	q.NI = cmp.Or(q.NI, ni)
	q.Phone = cmp.Or(q.Phone, phone)
	q.Postcode = cmp.Or(q.Postcode, postcode.Text, postcode.Outward)
	q.Address = cmp.Or(q.Address, address)
	if q.FirstName == "" && q.LastName == "" {
		q.FirstName, q.LastName = first, last
	}
	if q.DateOfBirth.IsZero() {
		q.DateOfBirth, _ = person.ParseDate(isoDate(date)) // which has read it already
	}
	return q
}

// take removes the first piece of text that has the form and that read accepts,
// and returns it as written.
func take(text string, form *regexp.Regexp, read func(string) string) (piece, rest string) {
	for _, at := range form.FindAllStringIndex(text, -1) {
		if piece := text[at[0]:at[1]]; read(piece) != "" {
			return piece, text[:at[0]] + "\n" + text[at[1]:]
		}
	}
	return "", text
}

func isoDate(text string) string {
	d, err := person.ParseDate(strings.NewReplacer(",", "", ".", "/").Replace(text))
	if err != nil {
		return ""
	}
	return d.Iso()
}

// splitAddress tells the words of an address from those of names, part by part
// between commas. An address begins with a number or a word such as flat and
// goes on to the last word such as road or house; where there is none, it is the
// number and the word after it.
func splitAddress(text string) (address string, names []string) {
	var parts []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		words := strings.Fields(part)
		from, to := addressWords(words)
		if from < to {
			parts = append(parts, strings.Join(words[from:to], " "))
		}
		for _, other := range [][]string{words[:from], words[to:]} {
			if len(other) > 0 {
				names = append(names, strings.Join(other, " "))
			}
		}
	}
	return strings.Join(parts, ", "), names
}

// addressWords finds the words [from, to) that are an address; none if equal.
func addressWords(words []string) (from, to int) {
	from, to = -1, -1
	for i, word := range words {
		if from < 0 && unitInBox.MatchString(word) {
			from = i
		}
		if i > 0 && normalise.IsPlaceWord(normalise.Fold(word)) {
			to = i + 1
		}
	}
	switch {
	case from < 0 && to == len(words):
		return 0, to // a part that ends as a street does: Whimbrel House
	case from < 0:
		return 0, 0
	case to <= from:
		return from, min(from+2, len(words))
	}
	return from, to
}

// splitNames tells first from last names. The last word is the surname, with the
// particles before it; but a single word before a comma is a surname put first.
func splitNames(parts []string, commas bool) (first, last string) {
	if commas && len(parts) == 2 && len(strings.Fields(parts[0])) == 1 && len(strings.Fields(parts[1])) <= 2 {
		return parts[1], parts[0]
	}
	words := strings.Fields(strings.Join(parts, " "))
	if len(words) == 0 {
		return "", ""
	}
	at := len(words) - 1
	for at > 1 && normalise.IsParticle(normalise.Fold(words[at-1])) {
		at--
	}
	return strings.Join(words[:at], " "), strings.Join(words[at:], " ")
}
