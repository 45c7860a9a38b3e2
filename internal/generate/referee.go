package generate

import (
	"slices"
	"strings"
)

// referee holds every question against every record on file, so that the
// answer given as right is the only one that is.
//
// A question about somebody on file is lost when another person fits every
// asked field at least as well; one about somebody who is not, when a record
// agrees with every asked field that it holds, either as asked or as it should
// have been asked. A question in which nothing is right is lost at once.
type referee struct {
	names    *names
	contests map[string][]*contest
}

// contest is a question before the referee.
type contest struct {
	asked card
	meant card     // for an absent person: without the mistakes
	own   []string // the ids that are right; none for an absent person
	bar   bar
	lost  bool
}

// card is a question or a record in the form in which they are compared.
type card struct {
	id           string
	first, last  []string // of a record: every name it goes by
	born         string
	lines        [2]string // of the address
	address      []string  // the words of the lines, once asked for
	postcode, ni string
	phone        string
}

// level is how well a record fits in one field.
type level uint8

const (
	differs level = iota
	unknown       // the record does not say
	near          // a slip apart
	alike         // another form of the same
	same
)

func newReferee(n *names) *referee {
	return &referee{names: n, contests: map[string][]*contest{}}
}

// present enters a question about p, who is on file.
func (r *referee) present(a asked, p *person) *contest {
	c := &contest{asked: askedCard(a), own: p.ids}
	c.bar = r.measure(&c.asked, recordCard(&p.file))
	key := bestKey(&c.asked, c.bar)
	if key == "" {
		c.lost = true
		return c
	}
	r.contests[key] = append(r.contests[key], c)
	return c
}

// absent enters a question about somebody who is not on file; meant is the
// same question without its mistakes.
func (r *referee) absent(a, meant asked) *contest {
	c := &contest{asked: askedCard(a), meant: askedCard(meant)}
	c.bar = agreement(&c.asked)
	for _, key := range r.allKeys(&c.asked, &c.meant) {
		r.contests[key] = append(r.contests[key], c)
	}
	return c
}

// hear holds the record against every question it could spoil.
func (r *referee) hear(file *Resident) {
	record := recordCard(file)
	for _, key := range recordKeys(record) {
		for _, c := range r.contests[key] {
			if !c.lost && !slices.Contains(c.own, record.id) {
				c.lost = r.spoils(c, record)
			}
		}
	}
}

func (r *referee) spoils(c *contest, record *card) bool {
	return r.fits(&c.asked, record, c.bar) || c.own == nil && r.fits(&c.meant, record, c.bar)
}

// bar is how well a record must fit each asked field: forename, surname, date
// of birth, address, postcode, NI number, phone.
type bar [7]level

// agreement is the bar for records that might be an absent person's. A date of
// birth or an NI number that is not on file speaks against nobody, unless the
// number is all that was asked; nor does another phone, since people change it.
func agreement(q *card) bar {
	if q.first == nil && q.last == nil {
		return bar{same, same, unknown, alike, alike, alike, differs}
	}
	return bar{alike, alike, unknown, alike, alike, unknown, differs}
}

// fits is true when the record reaches the bar in every field. Names may stand
// in either order. What is cheap to compare comes first.
func (r *referee) fits(q, record *card, bar bar) bool {
	return niLevel(q.ni, record.ni, bar[5]) >= bar[5] &&
		phoneLevel(q.phone, record.phone) >= bar[6] &&
		dateLevel(q.born, record.born, bar[2]) >= bar[2] &&
		postcodeLevel(q.postcode, record.postcode, bar[4]) >= bar[4] &&
		addressLevel(q.words(), record.words()) >= bar[3] &&
		(r.namesFit(q, record.first, record.last, bar) || q.first != nil && q.last != nil && r.namesFit(q, record.last, record.first, bar))
}

func (r *referee) namesFit(q *card, first, last []string, bar bar) bool {
	return r.nameLevel(q.first, first, bar[0]) >= bar[0] && r.nameLevel(q.last, last, bar[1]) >= bar[1]
}

// measure is how well the record fits.
func (r *referee) measure(q, record *card) bar {
	first, last := r.nameLevel(q.first, record.first, near), r.nameLevel(q.last, record.last, near)
	otherFirst, otherLast := r.nameLevel(q.first, record.last, near), r.nameLevel(q.last, record.first, near)
	if q.first != nil && q.last != nil && otherFirst+otherLast > first+last {
		first, last = otherFirst, otherLast
	}
	return bar{
		first, last, dateLevel(q.born, record.born, near), addressLevel(q.words(), record.words()),
		postcodeLevel(q.postcode, record.postcode, near), niLevel(q.ni, record.ni, near),
		phoneLevel(q.phone, record.phone),
	}
}

// The levels of one field follow. What was not asked fits. A level below least
// may come out as differs, which saves comparing letter by letter.

func (r *referee) nameLevel(asked, held []string, least level) level {
	if len(asked) == 0 {
		return same
	}
	best := differs
	for _, h := range held {
		best = max(best, r.compareNames(asked[0], h, least))
	}
	return best
}

func (r *referee) compareNames(a, b string, least level) level {
	switch {
	case a == b:
		return same
	case least <= alike && (len(a) == 1 && b != "" && a[0] == b[0] || r.names.classes.share(a, b)):
		return alike
	case least <= near && len(a) >= 3 && (strings.Contains(b, a) || len(b) >= 3 && strings.Contains(a, b) || slips(a, b) <= 1+len(a)/7):
		return near
	}
	return differs
}

func dateLevel(asked, held string, least level) level {
	switch {
	case asked == "" || asked == held:
		return same
	case held == "":
		return unknown
	case strings.HasPrefix(held, asked):
		return same
	case strings.HasPrefix(asked, held):
		return alike
	case least <= near && len(asked) == len(held) && unlikeDigits(asked, held) <= 2:
		return near
	}
	return differs
}

// unlikeDigits counts the places in which two texts of one length differ: one
// for a wrong digit, two at most for digits or day and month exchanged in most
// dates, or for another day of the month.
func unlikeDigits(a, b string) int {
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

func addressLevel(asked, held []string) level {
	if len(asked) == 0 {
		return same
	}
	shared := 0
	for _, word := range asked {
		if slices.Contains(held, word) {
			shared++
		}
	}
	switch {
	case shared == len(asked) && len(asked) == len(held):
		return same
	case shared*2 >= len(asked):
		return near
	}
	return differs
}

func postcodeLevel(asked, held string, least level) level {
	switch {
	case asked == "" || asked == held:
		return same
	case len(asked) < 5 && strings.HasPrefix(held, asked) && len(held) == len(asked)+3:
		return same
	case least <= near && slips(asked, held) <= 1:
		return near
	}
	return differs
}

func niLevel(asked, held string, least level) level {
	switch {
	case asked == "" || asked == held:
		return same
	case held == "":
		return unknown
	case least <= near && slips(asked, held) <= 1:
		return near
	}
	return differs
}

func phoneLevel(asked, held string) level {
	switch {
	case asked == "" || asked == held:
		return same
	case held == "":
		return unknown
	}
	return differs
}

// slips counts the letters to add, drop, change or exchange with the next to
// make b of a. Texts whose lengths differ by more than three count as far.
func slips(a, b string) int {
	const longest = 48
	if len(a) > longest || len(b) > longest || len(a)-len(b) > 3 || len(b)-len(a) > 3 {
		return longest
	}
	var rows [3][longest + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
