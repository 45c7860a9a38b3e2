package generate

import "context"

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
func newQuotas(queries int) quotas {
	q := quotas{kinds: kinds(), lookAlikes: lookAlikes(), some: queries - queries/4, none: queries / 4}
	total := 0
	for _, k := range q.kinds {
		total += k.weight
	}
	for _, k := range q.kinds {
		q.perKind = append(q.perKind, max(1, (k.weight*q.some+total/2)/total))
	}
	return q
}

// question is a candidate for queries.jsonl.
type question struct {
	kind    string
	asked   asked
	subject subject // on file; empty for an absent person
	fields  field   // known to the caller, before the mistakes
	slips   []slip
	model   *question // the question that lent an absent person's its shape
	contest *contest
	chosen  bool
}

// questionSet makes the questions of one register.
type questionSet struct {
	g       *generator
	quotas  quotas
	s       *stream
	sampler *sampler
	referee *referee
	some    [][]*question // by kind
	none    []*question
}

func newQuestionSet(g *generator, queries int) *questionSet {
	q := newQuotas(queries)
	return &questionSet{
		g: g, quotas: q, s: newStream(g.seed, forQuestions, 0),
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
	chosen := append(q.chooseSome(), q.chooseNone()...)
	shuffle(q.s, chosen)
	queries := make([]Query, 0, len(chosen))
	for _, c := range chosen {
		queries = append(queries, c.query())
	}
	return queries, nil
}

func (c *question) query() Query {
	out := Query{Query: c.asked.criteria(), ExpectAll: []string{}, Kind: c.kind}
	if c.model == nil {
		out.Expect, out.ExpectAll = &c.subject.file.ID, c.subject.ids
	}
	return out
}

// askAboutSome makes twice as many questions of each kind as are wanted.
func (q *questionSet) askAboutSome() {
	known := patterns()
	for i, k := range q.quotas.kinds {
		subjects := q.sampler.kinds[i].subjects
		shuffle(q.s, subjects)
		var made []*question
		for n := range min(2*q.quotas.perKind[i], 3*len(subjects)) {
			if c := q.askAbout(k, subjects[n%len(subjects)], known); c != nil {
				made = append(made, c)
			}
		}
		q.some = append(q.some, made)
	}
}

// askAbout asks about p with the mistakes of k; nil if that cannot be done.
func (q *questionSet) askAbout(k kind, p subject, known *weighted[field]) *question {
	const tries = 40
	for range tries {
		c := &question{kind: k.name, subject: p, fields: known.draw(q.s), slips: k.slips}
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

// tell fills in what is asked about p, with the mistakes.
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
	c.asked = t.asked
	return t.enough()
}

// askAboutNone asks about several absent people in the shape of each question
// about somebody on file: the same fields and the same mistakes, so that
// nothing but the register tells the two apart.
func (q *questionSet) askAboutNone() {
	const each = 3
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
			for range each {
				if c := q.askLike(model, &kinds); c != nil {
					q.none = append(q.none, c)
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
		like := pick(q.s, q.sampler.lookAlikes[i].subjects)
		p := l.absent(q.g, q.s, like.person, q.g.n+len(q.none))
		c := &question{kind: l.name, fields: model.fields, slips: model.slips, model: model}
		if q.tell(c, p, like.file.NI) && c.asked.fields() == shape {
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
	shuffle(q.s, spare)
	chosen = append(chosen, spare...)
	chosen = chosen[:min(len(chosen), q.quotas.some)]
	for _, c := range chosen {
		c.chosen = true
	}
	return chosen
}

// chooseNone takes questions whose models were chosen, so many of each shape
// that their shares are those among the models.
func (q *questionSet) chooseNone() []*question {
	shapes := map[field]int{}
	total := 0
	for _, candidates := range q.some {
		for _, c := range candidates {
			if c.chosen {
				shapes[c.asked.fields()]++
				total++
			}
		}
	}
	for shape, n := range shapes {
		shapes[shape] = (n*q.quotas.none + total/2) / total
	}
	shuffle(q.s, q.none)
	var chosen []*question
	for _, c := range q.none {
		shape := c.asked.fields()
		if !c.contest.lost && c.model.chosen && shapes[shape] > 0 {
			shapes[shape]--
			chosen = append(chosen, c)
		}
	}
	return chosen
}
