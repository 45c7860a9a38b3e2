package generate

// subject is a person to ask about.
type subject struct {
	*person
	other string // the NI number of somebody else on file
}

// pool is a fair sample of the people fit for one kind of question: each of
// those offered is in it with the same chance (reservoir sampling), so that its
// size is bounded however long the register is.
type pool struct {
	needs    facts
	room     int
	offered  int
	subjects []subject
}

func (p *pool) offer(s *stream, candidate subject) {
	if candidate.is&p.needs != p.needs {
		return
	}
	p.offered++
	if len(p.subjects) < p.room {
		p.subjects = append(p.subjects, candidate)
	} else if at := s.below(p.offered); at < p.room {
		p.subjects[at] = candidate
	}
}

// sampler fills the pools as the people go by.
type sampler struct {
	s          *stream
	kinds      []pool
	lookAlikes []pool
	lastNI     string
	names      map[string]bool
}

// namesKept is how many different names the sampler remembers to tell
// namesakes by: 30 MB at most. There are enough among the first.
const namesKept = 200_000

func newSampler(seed uint64, q quotas) *sampler {
	m := &sampler{s: newStream(seed, forSampling, 0), names: map[string]bool{}}
	for i, k := range q.kinds {
		m.kinds = append(m.kinds, pool{needs: k.needs, room: q.perKind[i] * 2})
	}
	for _, l := range q.lookAlikes {
		m.lookAlikes = append(m.lookAlikes, pool{needs: l.needs, room: 8 + q.none*l.weight/500})
	}
	return m
}

func (m *sampler) see(p *person) {
	if p.ids == nil {
		return
	}
	m.noteName(p)
	candidate := subject{p, m.lastNI}
	for i := range m.kinds {
		m.kinds[i].offer(m.s, candidate)
	}
	for i := range m.lookAlikes {
		m.lookAlikes[i].offer(m.s, candidate)
	}
	if p.file.NI != "" {
		m.lastNI = p.file.NI
	}
}

// noteName marks the second bearer of a name, unless it is the same person's
// second record.
func (m *sampler) noteName(p *person) {
	name := p.forename + " " + p.surname
	if m.names[name] && p.file.ID == p.ids[0] {
		p.is |= namesake
	} else if len(m.names) < namesKept {
		m.names[name] = true
	}
}
