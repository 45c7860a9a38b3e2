package generate

import (
	"strconv"
	"strings"
)

// person is somebody as they are, and the record the file holds of them.
type person struct {
	community *community
	sex       sex
	born      date
	abroad    bool // born abroad
	married   bool
	forename  string
	middle    string
	family    name   // the surname's forms for men and women
	surname   string // as borne now
	maiden    string // as borne before marriage, if different
	nick      string // what friends call them, if anything
	ni        string
	home      Address
	former    Address
	vacant    Address // a home near by where nobody on file lives

	file    Resident
	cluster string   // the id of their first record
	ids     []string // of all their records
	is      facts
}

func (p *person) age() int { return thisYear - p.born.year }

// household is the people at one address, as they are added.
type household struct {
	g       *generator
	s       *stream
	home    Address
	members []*person
}

// household makes household number of the register. filed is how many records
// come before: ids and NI numbers are counted from there.
func (g *generator) household(number, filed int) []*person {
	h := &household{g: g, s: newStream(g.seed, forHousehold, uint64(number)), home: g.borough.home(number)}
	h.moveIn()
	h.meet()
	return h.records(filed)
}

// moveIn decides what kind of household it is. The weights are per 2,000
// households.
func (h *household) moveIn() {
	c := h.community()
	switch x := h.s.below(2000); {
	case x < 560:
		h.adult(c, pick(h.s, []sex{male, female}), h.s.between(22, 92))
	case x < 860:
		h.couple(c, 22, 88)
	case x < 1310:
		h.families(c, 26, 52, 0, 17)
	case x < 1540:
		h.loneParent(c)
	case x < 1640:
		h.generations(c)
	case x < 1760:
		h.families(c, 46, 72, 18, 34)
	case x < 1940:
		h.sharers(2, 5, 21, 42)
	case x < 1996:
		h.sharers(3, 6, 18, 24)
	case x < 1998:
		h.careHome()
	default:
		h.hall()
	}
}

func (h *household) community() *community { return h.g.names.communities.draw(h.s) }

// adult adds a person with a name of their own.
func (h *household) adult(c *community, of sex, age int) *person {
	s := h.s
	p := &person{community: c, sex: of, home: h.home, abroad: s.chance(c.abroad)}
	p.born = h.birthday(c, age, p.abroad)
	p.forename = c.forename(s, of, p.born.year)
	if c.lineage == patronymic {
		father := c.forename(s, male, p.born.year-30)
		p.middle, p.family = father, c.surname(s)
	} else {
		p.family = c.family(s)
		h.giveMiddle(p)
	}
	p.surname = p.family[of]
	if of == female && s.chance(c.women) {
		p.surname = c.womensNames.draw(s)[female]
	}
	return h.add(p)
}

func (h *household) add(p *person) *person {
	if nicks := h.g.names.nicknames[p.forename]; len(nicks) > 0 {
		p.nick = pick(h.s, nicks)
	}
	p.former, p.vacant = h.g.borough.elsewhere(h.s), h.g.borough.vacant(h.s)
	h.members = append(h.members, p)
	return p
}

func (h *household) giveMiddle(p *person) {
	if h.s.chance(p.community.middles) {
		if middle := p.community.middle(h.s, p.sex, p.born.year); middle != p.forename {
			p.middle = middle
		}
	}
}

// birthday is a day in the year of birth. Those who came from places that keep
// no register of births are often down as born on 1 January.
func (h *household) birthday(c *community, age int, abroad bool) date {
	day := dayIn(h.s, thisYear-age)
	if abroad && h.s.chance(c.firstJan) {
		day.month, day.day = 1, 1
	}
	return day
}

// couple adds two partners. One in seven chose somebody of another community.
func (h *household) couple(c *community, youngest, oldest int) (a, b *person) {
	s := h.s
	age := s.between(youngest, oldest)
	a = h.adult(c, male, age)
	other, of := c, female
	if s.chance(140) {
		other = h.community()
	}
	if s.chance(30) {
		of = male
	}
	b = h.adult(other, of, max(18, age-s.between(-4, 8)))
	if s.chance(700) {
		a.married, b.married = true, true
		h.wed(a, b)
	}
	return a, b
}

// wed gives b the surname of a where their community does so.
func (h *household) wed(a, b *person) {
	if b.sex == female && a.surname != b.surname && h.s.chance(min(1000, a.community.sharing*10/7)) {
		b.maiden, b.family, b.surname = b.surname, a.family, a.family[female]
	}
}

func (h *household) families(c *community, youngest, oldest, least, most int) {
	father, mother := h.couple(c, youngest, oldest)
	h.children(father, mother, least, most)
}

// loneParent adds a mother, seldom a father, with children of a parent who
// lives elsewhere.
func (h *household) loneParent(c *community) {
	of := female
	if h.s.chance(130) {
		of = male
	}
	parent := h.adult(c, of, h.s.between(22, 52))
	absent := h.adult(c, 1-of, parent.age())
	h.members = h.members[:1]
	if of == male {
		h.children(parent, absent, 0, 17)
		return
	}
	if h.s.chance(400) {
		absent.family = parent.family
	}
	h.children(absent, parent, 0, 17)
}

// generations adds a family and one or both parents of its father.
func (h *household) generations(c *community) {
	h.families(c, 28, 48, 0, 17)
	father := h.members[0]
	age := father.age() + h.s.between(20, 38)
	grandmother := h.adult(father.community, female, min(age, 99))
	grandmother.married = true
	grandmother.surname, grandmother.maiden = father.family[female], grandmother.surname
	grandmother.family = father.family
	if h.s.chance(450) {
		grandfather := h.adult(father.community, male, min(age+h.s.between(0, 7), 100))
		grandfather.married = true
		grandfather.family, grandfather.surname = father.family, father.family[male]
		if h.s.chance(father.community.juniors) {
			father.forename = grandfather.forename
		}
	}
}

// children adds the births of a couple that are from least to most years old
// now: twins at 25 in a thousand, triplets at 1, more than in life, since to
// tell twins apart is what a register gets wrong.
func (h *household) children(father, mother *person, least, most int) {
	s := h.s
	surname := h.childrensName(father, mother)
	first := len(h.members)
	for range 1 + min(s.below(mother.community.most), s.below(mother.community.most)) {
		age := mother.age() - s.between(18, 43)
		if age < least || age > most {
			age = s.between(least, max(least, min(most, mother.age()-17)))
		}
		born := h.birthday(mother.community, age, false)
		together := 1
		switch x := s.below(1000); {
		case x < 1:
			together = 3
		case x < 26:
			together = 2
		}
		for range together {
			h.child(father, mother, surname, born, first)
		}
	}
}

// childrensName is the surname the children of the two bear.
func (h *household) childrensName(father, mother *person) name {
	switch father.community.lineage {
	case patronymic:
		return name{father.middle, father.middle}
	case bothSurnames:
		if h.s.chance(600) {
			hers := firstSurname(mother.family[female])
			return name{firstSurname(father.family[male]) + " " + hers, firstSurname(father.family[female]) + " " + hers}
		}
	}
	if !father.married && father.family != mother.family && h.s.chance(160) {
		return name{father.family[male] + "-" + mother.family[female], father.family[female] + "-" + mother.family[female]}
	}
	return father.family
}

// firstSurname is the first of two surnames, with its particle.
func firstSurname(s string) string {
	begin := particle(s)
	first, _, _ := strings.Cut(s[len(begin):], " ")
	return begin + first
}

// child adds one child. elder is where the household's children begin: no two
// of them have one name.
func (h *household) child(father, mother *person, surname name, born date, elder int) {
	s := h.s
	c := pick(s, []*community{father.community, mother.community})
	p := &person{community: c, sex: pick(s, []sex{male, female}), born: born, home: h.home, family: surname}
	p.abroad = s.chance(c.abroad / 6)
	p.surname = surname[p.sex]
	if p.sex == female && s.chance(c.women*2/3) {
		p.surname = c.womensNames.draw(s)[female]
	}
	p.forename = h.childsForename(p, elder)
	if p.sex == male && len(h.members) == elder && s.chance(c.juniors) {
		p.forename = father.forename
	}
	if p.sex == female && len(h.members) == elder && s.chance(c.juniors/3) {
		p.forename = mother.forename
	}
	if c.lineage == patronymic {
		p.middle = father.forename
	} else {
		h.giveMiddle(p)
	}
	h.add(p)
}

// childsForename is a name no brother or sister has; twins' names begin alike
// more often than chance has it.
func (h *household) childsForename(p *person, elder int) string {
	siblings := h.members[elder:]
	twin := len(siblings) > 0 && siblings[len(siblings)-1].born == p.born
	alike := twin && h.s.chance(300)
	forename := p.community.forename(h.s, p.sex, p.born.year)
	for range 12 {
		if !borneBy(siblings, forename) && (!alike || forename[0] == siblings[len(siblings)-1].forename[0]) {
			break
		}
		forename = p.community.forename(h.s, p.sex, p.born.year)
	}
	return forename
}

func borneBy(people []*person, forename string) bool {
	for _, p := range people {
		if p.forename == forename {
			return true
		}
	}
	return false
}

// sharers adds unrelated adults.
func (h *household) sharers(least, most, youngest, oldest int) {
	for range h.s.between(least, most) {
		h.adult(h.community(), pick(h.s, []sex{male, female}), h.s.between(youngest, oldest))
	}
}

// careHome houses 14 to 40 old people at one address.
func (h *household) careHome() {
	h.home.Line1, h.home.Line2 = h.g.borough.named(h.s, "care"), h.street()
	for range h.s.between(14, 40) {
		p := h.adult(h.community(), pick(h.s, []sex{male, female, female}), h.s.between(70, 101))
		p.married = h.s.chance(600)
	}
}

// hall houses 20 to 60 students in rooms of one building.
func (h *household) hall() {
	building, street := h.g.borough.named(h.s, "hall"), h.street()
	for room := range h.s.between(20, 60) {
		h.home.Line1, h.home.Line2 = "Room "+strconv.Itoa(room+1)+", "+building, street
		h.adult(h.community(), pick(h.s, []sex{male, female}), h.s.between(18, 23))
	}
}

// street is the home's address without the flat and the block.
func (h *household) street() string {
	if h.home.Line2 != "" {
		return h.home.Line2
	}
	return h.home.Line1
}
