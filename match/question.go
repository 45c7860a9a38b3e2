package match

import (
	"cmp"
	"math"
	"slices"

	"personindex/person"
)

// MostSupposed bounds those who are supposed to be the one asked about, when the
// next question is sought: for each criterion every one of them is compared with
// what every other would answer.
const MostSupposed = 5

// leastGain is how many bits of doubt a question must be expected to remove to be
// worth an officer's breath, and by how many one must beat an easier one.
const leastGain = 0.1

// Hypothesis is somebody who may be the one asked about.
type Hypothesis struct {
	Record *Record
	Score  *Score  // of the record, for what is asked
	Weight float64 // bits against nobody, prior included
	Person int     // the place of the first hypothesis that is the same person; see [Model.Group]
}

// Question is a criterion that was not asked yet, and what its answer is expected
// to bring. Doubt is the entropy, in bits, of who it is: each person supposed, or
// nobody on file.
type Question struct {
	Criterion string  // as in a query
	Doubt     float64 // now
	Left      float64 // expected after the answer
	People    int     // how many people were supposed to be the one
	Apart     int     // how many of them the answer tells apart, 0 or at least 2
}

// Gain is the bits of doubt that the answer is expected to remove.
func (q Question) Gain() float64 { return q.Doubt - q.Left }

// NextQuestion finds the one criterion not asked yet whose answer is expected to
// leave the least doubt about who is asked about, by the very scores that answer
// would have: each of the likeliest [MostSupposed] is supposed to be the one, who then
// answers what is on their record, or nobody, whose answer contradicts whoever
// has one; and each supposition counts by its present probability. Of criteria
// within a tenth of a bit of the best it is the one that is easiest to answer.
//
// who are ranked by weight. There is no question if none removes a tenth of a
// bit. What it costs is little, as long as there is no doubt; with five who
// are equally likely it is up to 200 comparisons.
func (m *Model) NextQuestion(asked *Record, who []Hypothesis) (Question, bool) {
	in := newInquiry(m, asked, who)
	if in.doubt < leastGain {
		return Question{}, false
	}
	in.stranger = strangerWho(asked)
	var worth []Question
	most := leastGain
	for i := range askable {
		if askable[i].known(asked) {
			continue
		}
		if q := in.suppose(&askable[i]); q.Gain() >= leastGain {
			worth = append(worth, q)
			most = max(most, q.Gain())
		}
	}
	first := slices.IndexFunc(worth, func(q Question) bool { return q.Gain() >= most-leastGain })
	if first < 0 {
		return Question{}, false
	}
	return worth[first], true
}

// weights are those of the hypotheses, in bits.
type weights [MostSupposed]float64

// inquiry is what is known before a question is asked.
type inquiry struct {
	model    *Model
	asked    *Record
	who      []Hypothesis
	now      weights // the probability of each person, at the place of their first record
	nobody   float64
	doubt    float64
	stranger Record
}

func newInquiry(m *Model, asked *Record, who []Hypothesis) *inquiry {
	in := &inquiry{model: m, asked: asked, who: who[:min(len(who), MostSupposed)]}
	var present weights
	for i := range in.who {
		present[i] = in.who[i].Weight
	}
	in.now, in.nobody, in.doubt = in.share(&present, 0)
	return in
}

// share turns weights, all shifted alike, into the probabilities of each person
// and of nobody, and the doubt there is about them.
func (in *inquiry) share(w *weights, shift float64) (each weights, nobody, doubt float64) {
	for i := range in.who {
		first := in.who[i].Person
		each[first] = max(each[first], math.Exp2(w[i]+shift))
	}
	total := 1.0
	for _, odds := range each {
		total += odds
	}
	nobody = 1 / total
	doubt = surprise(nobody)
	for i := range in.who {
		each[i] /= total
		doubt += surprise(each[i])
	}
	return each, nobody, doubt
}

// surprise is what an outcome of probability p adds to an entropy, in bits.
func surprise(p float64) float64 {
	if p <= 0 {
		return 0
	}
	return -p * math.Log2(p)
}

// suppose asks a criterion of each person in turn, and of a stranger.
func (in *inquiry) suppose(c *criterion) Question {
	asking := in.asking(c)
	unlike := asking.answered(&in.stranger)
	_, _, contradicted := in.share(&unlike, asking.shift)
	q := Question{Criterion: c.name, Doubt: in.doubt, Left: in.nobody * contradicted}
	var apart []int // hypotheses that answer differently
	for i := range in.who {
		if in.who[i].Person != i {
			continue // each person is supposed once
		}
		q.People++
		teller := asking.teller(i)
		if teller < 0 {
			q.Left += in.now[i] * contradicted // what they answer is on nobody's record
			continue
		}
		told := asking.answered(in.who[teller].Record)
		_, _, left := in.share(&told, asking.shift)
		q.Left += in.now[i] * left
		if !slices.ContainsFunc(apart, func(other int) bool { return told[other] >= in.who[other].Weight }) {
			apart = append(apart, teller)
		}
	}
	if len(apart) > 1 {
		q.Apart = len(apart)
	}
	return q
}

// asking is one criterion being asked.
type asking struct {
	*inquiry
	criterion *criterion
	shift     float64            // by which asking one more field shifts everybody
	holds     [MostSupposed]bool // whose record has an answer
}

func (in *inquiry) asking(c *criterion) asking {
	a := asking{inquiry: in, criterion: c}
	asked := *in.asked
	c.tell(&asked, &in.stranger)
	a.shift = in.model.Asked(&asked) - in.model.Asked(in.asked)
	for i := range in.who {
		asked = *in.asked
		a.holds[i] = c.tell(&asked, in.who[i].Record)
	}
	return a
}

// teller is the first record of a person that has an answer, or -1.
func (a *asking) teller(person int) int {
	for i := range a.who {
		if a.who[i].Person == person && a.holds[i] {
			return i
		}
	}
	return -1
}

// answered is what everybody weighs, but for the shift, once the bearer of a
// record has answered. Whoever has no answer on record weighs what they did.
func (a *asking) answered(bearer *Record) weights {
	asked := *a.asked
	a.criterion.tell(&asked, bearer)
	var w weights
	for i := range a.who {
		h := &a.who[i]
		w[i] = h.Weight
		if a.holds[i] {
			told := a.model.Score(&asked, h.Record)
			a.model.setOthers(&told, h.Score.others)
			w[i] += told.Bits - h.Score.Bits
		}
	}
	return w
}

// criterion is what an officer can ask a caller for.
type criterion struct {
	name  string
	known func(asked *Record) bool // whether it was asked already
	// tell adds what is on the record of the bearer to what is asked, and reports
	// whether anything is.
	tell func(asked, bearer *Record) bool
}

// askable are the criteria, the easiest to answer first: callers know the names
// and the date of birth of whom they ask about, and have to look for a number.
var askable = [...]criterion{
	{"dateOfBirth", func(asked *Record) bool { return asked.Birth.Full() }, tellBirth},
	{"firstName", func(asked *Record) bool { return inFull(asked.Given) }, func(asked, bearer *Record) bool { return tellFirst(&asked.Given, bearer.Given) }},
	{"lastName", func(asked *Record) bool { return inFull(asked.Surnames) }, func(asked, bearer *Record) bool { return tellFirst(&asked.Surnames, bearer.Surnames) }},
	{"postcode", func(asked *Record) bool { return asked.address().Postcode != "" }, tellPostcode},
	{"address", func(asked *Record) bool { return len(asked.address().Tokens) > 0 || asked.address().UPRN != "" }, tellAddress},
	{"ni", func(asked *Record) bool { return len(asked.NI) > 0 }, func(asked, bearer *Record) bool { return tellFirst(&asked.NI, bearer.NI) }},
	{"phone", func(asked *Record) bool { return len(asked.Phones) > 0 }, func(asked, bearer *Record) bool { return tellFirst(&asked.Phones, bearer.Phones) }},
	{"email", func(asked *Record) bool { return len(asked.Emails) > 0 }, func(asked, bearer *Record) bool { return tellFirst(&asked.Emails, bearer.Emails) }},
}

// inFull reports whether a name is known by more than an initial.
func inFull(names []Name) bool {
	return slices.ContainsFunc(names, func(n Name) bool {
		return slices.ContainsFunc(n.Tokens, func(token string) bool { return len(token) > 1 })
	})
}

// tellFirst answers with the first of several values, which is the present one.
func tellFirst[T any](asked *[]T, held []T) bool {
	if len(held) > 0 {
		*asked = held[:1]
	}
	return len(held) > 0
}

// tellBirth answers with a whole date only: a partial one is no news.
func tellBirth(asked, bearer *Record) bool {
	if !bearer.Birth.Full() {
		return false
	}
	asked.Birth = bearer.Birth
	return true
}

// address is the one asked, empty if none is.
func (r *Record) address() Address {
	if len(r.Addresses) == 0 {
		return Address{}
	}
	return r.Addresses[0]
}

// tellPostcode adds a postcode to the lines asked, if any are.
func tellPostcode(asked, bearer *Record) bool {
	held := slices.IndexFunc(bearer.Addresses, func(a Address) bool { return a.Postcode != "" })
	if held < 0 {
		return false
	}
	a := asked.address()
	a.Postcode, a.Outward = bearer.Addresses[held].Postcode, bearer.Addresses[held].Outward
	asked.Addresses = []Address{a}
	return true
}

// tellAddress adds the lines of a home to the postcode asked, if one is: whoever
// has no home there has no answer. Nobody knows the number of their property.
func tellAddress(asked, bearer *Record) bool {
	postcode := asked.address().Postcode
	held := slices.IndexFunc(bearer.Addresses, func(a Address) bool {
		return len(a.Tokens) > 0 && (postcode == "" || postcode == a.Postcode)
	})
	if held < 0 {
		return false
	}
	a := bearer.Addresses[held]
	a.UPRN = ""
	asked.Addresses = []Address{a}
	return true
}

// strangerWho is somebody who is on nobody's record: who was asked about rightly
// and has no value in common with anybody. The sign is in no standard form.
func strangerWho(asked *Record) Record {
	const unlike = "~~~~~~~~"
	name := []Name{{Tokens: []string{unlike}}}
	return Record{
		Given: name, Surnames: name,
		Birth: person.Date{Year: cmp.Or(asked.Birth.Year, 1), Month: cmp.Or(asked.Birth.Month, 99), Day: 99},
		NI:    []NI{{Number: unlike}},
		Addresses: []Address{{
			Number: unlike, Street: unlike, Tokens: []string{unlike},
			Postcode: cmp.Or(asked.address().Postcode, unlike), Outward: asked.address().Outward,
		}},
		Phones: []string{unlike}, Emails: []string{unlike},
	}
}
