package generate

import "strings"

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
	bar   [fieldCount]level
	lost  bool
}

// card is a question or a record in the form in which they are compared.
type card struct {
	id           string
	first, last  []string // of a record: every name it goes by
	middle       string
	born         string
	address      []string
	postcode, ni string
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

const fieldCount = 6

func newReferee(n *names) *referee {
	return &referee{names: n, contests: map[string][]*contest{}}
}

// present enters a question about p, who is on file.
func (r *referee) present(a asked, p *person) *contest {
	c := &contest{asked: askedCard(a), own: p.ids}
	c.bar = r.levels(&c.asked, recordCard(&p.file))
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
			if !c.lost && !c.owns(record.id) {
				c.lost = r.spoils(c, record)
			}
		}
	}
}

func (c *contest) owns(id string) bool {
	for _, own := range c.own {
		if own == id {
			return true
		}
	}
	return false
}

func (r *referee) spoils(c *contest, record *card) bool {
	if c.own == nil {
		return agrees(r.levels(&c.asked, record)) || agrees(r.levels(&c.meant, record))
	}
	for i, l := range r.levels(&c.asked, record) {
		if l < c.bar[i] {
			return false
		}
	}
	return true
}

func agrees(levels [fieldCount]level) bool {
	for _, l := range levels {
		if l != unknown && l < alike {
			return false
		}
	}
	return true
}

// levels compares field by field: forename, surname, date of birth, address,
// postcode, NI number. What was not asked fits. Names are taken in the order
// that fits better.
func (r *referee) levels(q, record *card) [fieldCount]level {
	first, last := r.nameLevel(q.first, record.first, record.middle), r.nameLevel(q.last, record.last, "")
	swappedFirst, swappedLast := r.nameLevel(q.first, record.last, ""), r.nameLevel(q.last, record.first, record.middle)
	if q.first != nil && q.last != nil && swappedFirst+swappedLast > first+last {
		first, last = swappedFirst, swappedLast
	}
	return [fieldCount]level{
		first, last, dateLevel(q.born, record.born), addressLevel(q.address, record.address),
		postcodeLevel(q.postcode, record.postcode), niLevel(q.ni, record.ni),
	}
}

func (r *referee) nameLevel(asked, held []string, middle string) level {
	if len(asked) == 0 {
		return same
	}
	best := differs
	for _, h := range held {
		best = max(best, r.compareNames(asked[0], h))
	}
	if best < near && middle != "" && (middle == asked[0] || r.names.classes.share(asked[0], middle)) {
		best = near
	}
	return best
}

func (r *referee) compareNames(a, b string) level {
	switch {
	case a == b:
		return same
	case len(a) == 1 && a[0] == b[0], r.names.classes.share(a, b):
		return alike
	case len(a) >= 3 && strings.Contains(b, a), len(b) >= 3 && strings.Contains(a, b), len(a) >= 3 && slips(a, b) <= 1+len(a)/7:
		return near
	}
	return differs
}

func dateLevel(asked, held string) level {
	switch {
	case asked == "" || asked == held:
		return same
	case held == "":
		return unknown
	case strings.HasPrefix(held, asked):
		return same
	case strings.HasPrefix(asked, held):
		return alike
	case len(asked) == len(held) && (slips(asked, held) <= 1 || asked[:4] == held[:4] || asked[4:] == held[4:]):
		return near
	}
	return differs
}

func addressLevel(asked, held []string) level {
	if len(asked) == 0 {
		return same
	}
	shared := 0
	for _, word := range asked {
		for _, other := range held {
			if word == other {
				shared++
				break
			}
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

func postcodeLevel(asked, held string) level {
	switch {
	case asked == "" || asked == held:
		return same
	case held == "":
		return unknown
	case len(asked) < 5 && strings.HasPrefix(held, asked) && len(held) == len(asked)+3:
		return same
	case slips(asked, held) <= 1:
		return near
	}
	return differs
}

func niLevel(asked, held string) level {
	switch {
	case asked == "" || asked == held:
		return same
	case held == "":
		return unknown
	case slips(asked, held) <= 1:
		return near
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
