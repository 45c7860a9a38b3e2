package generate

import (
	"context"
	"slices"
)

// quotas are how many questions of which kind there should be.
type quotas struct {
	kinds      []kind
	perKind    []int
	some       int // about people on file
	lookAlikes []lookAlike
	none       int // about people who are not
}

// newQuotas asks three questions about people on file to one about somebody
// who is not, and gives every kind one at least while there are enough.
func newQuotas(queries int, r recipe) quotas {
	q := quotas{kinds: r.kinds, lookAlikes: r.lookAlikes, some: queries - queries/4, none: queries / 4}
	total := 0
	for _, k := range q.kinds {
		total += k.weight
	}
	for _, k := range q.kinds {
		q.perKind = append(q.perKind, max(1, (k.weight*q.some+total/2)/total))
	}
	return q
}

// copiesMade is how many questions about absent people are made in the shape of
// each about somebody on file, of which the referee may leave none.
const copiesMade = 4

// question is a candidate for queries.jsonl.
type question struct {
	kind    string
	asked   asked
	subject subject // on file; empty for an absent person
	fields  field   // known to the caller, before the mistakes
	slips   []slip
	copies  []*question // about absent people, in the shape of this one
	contest *contest
}

// questionSet makes the questions of one register.
type questionSet struct {
	g        *generator
	quotas   quotas
	patterns *weighted[field]
	s        *stream
	sampler  *sampler
	referee  *referee
	some     [][]*question // by kind
	absent   int           // people made up who are not on file
}

func newQuestionSet(g *generator, queries int, r recipe) *questionSet {
	q := newQuotas(queries, r)
	return &questionSet{
		g: g, quotas: q, patterns: r.patterns, s: newStream(g.seed, forQuestions, 0),
		sampler: newSampler(g.seed, q), referee: newReferee(g.names),
	}
}

// make asks about the people seen, has the referee hear the whole register, and
// returns what stood, in random order.
func (q *questionSet) make(ctx context.Context, progress func(done int)) ([]Query, error) {
	q.askAboutSome()
	q.askAboutNone()
	hear := func(p *person) error {
		q.referee.hear(&p.file)
		return nil
	}
	if err := q.g.every(ctx, progress, hear); err != nil {
		return nil, err
	}
	some := q.chooseSome()
	chosen := append(some, q.chooseNone(some)...)
	shuffle(q.s, chosen)
	queries := make([]Query, 0, len(chosen))
	for _, c := range chosen {
		queries = append(queries, c.query())
	}
	return queries, nil
}

func (c *question) query() Query {
	out := Query{Query: c.asked.criteria(), ExpectAll: []string{}, Kind: c.kind}
	if c.subject.person != nil {
		out.Expect, out.ExpectAll = &c.subject.file.ID, c.subject.ids
	}
	return out
}

// askAboutSome makes twice as many questions of each kind as are wanted.
func (q *questionSet) askAboutSome() {
	for i, k := range q.quotas.kinds {
		subjects := q.sampler.kinds[i].subjects
		shuffle(q.s, subjects)
		var made []*question
		for n := range min(2*q.quotas.perKind[i], 3*len(subjects)) {
			if c := q.askAbout(k, subjects[n%len(subjects)]); c != nil {
				made = append(made, c)
			}
		}
		q.some = append(q.some, made)
	}
}

// askAbout asks about p with the mistakes of k; nil if that cannot be done.
func (q *questionSet) askAbout(k kind, p subject) *question {
	const tries = 40
	for range tries {
		c := &question{kind: k.name, subject: p, fields: q.patterns.draw(q.s), slips: k.slips}
		if k.asks&byNI != 0 && c.fields&byNI == 0 {
			c.fields |= byNI
		}
		if c.fields&k.asks == k.asks && q.tell(c, p.person, p.other) {
			c.contest = q.referee.present(c.asked, p.person)
			return c
		}
	}
	return nil
}

// tell fills in what is asked about p, with the mistakes. Diacritics are often
// not typed whatever the mistake.
func (q *questionSet) tell(c *question, p *person, other string) bool {
	t := &telling{asked: ask(p, c.fields), p: p, other: other, names: q.g.names, s: q.s}
	if c.fields&byNI != 0 && p.ni == "" {
		return false
	}
	for _, s := range c.slips {
		if !s(t) {
			return false
		}
	}
	if q.s.chance(600) {
		t.first, t.last = plain(t.first), plain(t.last)
	}
	c.asked = t.asked
	return t.enough()
}

// askAboutNone asks about several absent people in the shape of each question
// about somebody on file: the same fields and the same mistakes, so that
// nothing but the register tells the two apart.
func (q *questionSet) askAboutNone() {
	var kinds weighted[int]
	for i, l := range q.quotas.lookAlikes {
		if len(q.sampler.lookAlikes[i].subjects) > 0 {
			kinds.add(i, l.weight)
		}
	}
	if q.quotas.none == 0 || len(kinds.items) == 0 {
		return
	}
	for _, models := range q.some {
		for _, model := range models {
			for range copiesMade {
				if c := q.askLike(model, &kinds); c != nil {
					model.copies = append(model.copies, c)
				}
			}
		}
	}
}

func (q *questionSet) askLike(model *question, kinds *weighted[int]) *question {
	const tries = 25
	shape := model.asked.fields()
	for range tries {
		i := kinds.draw(q.s)
		l := q.quotas.lookAlikes[i]
		if shape&l.asks != l.asks {
			continue
		}
		like, another := pick(q.s, q.sampler.lookAlikes[i].subjects), pick(q.s, q.sampler.lookAlikes[0].subjects)
		q.absent++
		p := l.absent(q.g, q.s, like.person, another.person, q.g.n+q.absent)
		c := &question{kind: l.name, fields: model.fields, slips: model.slips}
		if q.tell(c, p, another.file.NI) && c.asked.fields() == shape {
			c.contest = q.referee.absent(c.asked, ask(p, shape))
			return c
		}
	}
	return nil
}

// chooseSome takes as many of each kind as wanted, and makes up for kinds that
// are short with what others have left over.
func (q *questionSet) chooseSome() []*question {
	var chosen, spare []*question
	for i, candidates := range q.some {
		wanted := q.quotas.perKind[i]
		for _, c := range candidates {
			switch {
			case c.contest.lost:
			case wanted > 0:
				wanted--
				chosen = append(chosen, c)
			default:
				spare = append(spare, c)
			}
		}
	}
	shuffle(q.s, chosen)
	shuffle(q.s, spare)
	chosen = append(chosen, spare...)
	chosen = chosen[:min(len(chosen), q.quotas.some)]
	return chosen
}

// outline is what a question shows to somebody who does not know the register.
type outline struct {
	fields field
	child  bool
}

func (a *asked) outline() outline { return outline{a.fields(), a.born >= "2008"} }

// chooseNone takes questions whose models were chosen, so many of each outline
// that their shares are those among the models; and no second copy of a model
// while others have one that would do.
func (q *questionSet) chooseNone(models []*question) []*question {
	wanted := map[outline]int{}
	for _, m := range models {
		wanted[m.asked.outline()]++
	}
	for o, n := range wanted {
		wanted[o] = (n*q.quotas.none + len(models)/2) / len(models)
	}
	var chosen []*question
	for turn := range copiesMade {
		for _, m := range models {
			standing := slices.DeleteFunc(slices.Clone(m.copies), func(c *question) bool { return c.contest.lost })
			if turn >= len(standing) {
				continue
			}
			if o := standing[turn].asked.outline(); wanted[o] > 0 {
				wanted[o]--
				chosen = append(chosen, standing[turn])
			}
		}
	}
	return chosen[:min(len(chosen), q.quotas.none)]
}
