package match

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"personindex/person"
)

// inquire asks what to ask next about people on file, of whom each is somebody by
// themselves. prior is that of each.
func inquire(m *Model, asked Record, prior float64, people ...Record) (Question, bool) {
	return m.NextQuestion(&asked, hypotheses(m, &asked, prior, people))
}

func hypotheses(m *Model, asked *Record, prior float64, people []Record) []Hypothesis {
	var who []Hypothesis
	for i := range people {
		score := m.Score(asked, &people[i])
		who = append(who, Hypothesis{Record: &people[i], Score: &score, Weight: prior + m.Asked(asked) + score.Bits})
	}
	slices.SortStableFunc(who, func(a, b Hypothesis) int { return cmp.Compare(b.Weight, a.Weight) })
	for i := range who {
		who[i].Person = i
	}
	return who
}

func TestTheNextQuestionTellsTheLikeliestApart(t *testing.T) {
	t.Parallel()
	her := Standardise(ada())
	twin := altered(ada(), []change{forename("Beatrix"), middleName(""), number("")})
	namesake := altered(ada(), []change{born(1971, 3, 5), number("")})
	neighbour := altered(ada(), []change{lives("14 Orchard Road", "E8 1EA"), number("")})
	undated := altered(ada(), []change{unknown("date"), number(""), lives("9 Elsewhere Lane", "N16 5ZZ")})
	tests := []struct {
		name   string
		asked  Record
		people []Record
		want   string
		apart  int
	}{
		{"twins", asked(surname("Hawthorne"), born(1989, 10, 11), lives("", "E8 1EA")), []Record{her, twin}, "firstName", 2},
		{"namesakes", asked(forename("Adaline"), surname("Hawthorne")), []Record{her, namesake}, "dateOfBirth", 2},
		{"namesakes of one year", asked(forename("Adaline"), surname("Hawthorne"), born(1989, 0, 0)), []Record{her, altered(ada(), []change{born(1989, 3, 5)})}, "dateOfBirth", 2},
		{"neighbours", asked(forename("Adaline"), surname("Hawthorne"), born(1989, 10, 11), lives("", "E8 1EA")), []Record{altered(ada(), []change{number("")}), neighbour}, "address", 2},
		{"initials", asked(forename("A"), surname("Hawthorne"), born(1989, 10, 11)), []Record{her, altered(ada(), []change{forename("Agatha"), number("")})}, "firstName", 2},
		{"two, of whom one has no date on record", asked(forename("Adaline"), surname("Hawthorne")), []Record{her, undated}, "postcode", 2},
		{"one, or nobody", asked(forename("Adaline"), surname("Hawthorne")), []Record{her}, "dateOfBirth", 0},
		{"one without a date, or nobody", asked(forename("Adaline"), surname("Hawthorne")), []Record{undated}, "postcode", 0},
	}
	m := DefaultModel()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			q, ok := inquire(m, test.asked, -14.3, test.people...)
			if !ok || q.Criterion != test.want || q.Apart != test.apart || q.People != len(test.people) {
				t.Errorf("asked is %+v, %t", q, ok)
			}
		})
	}
}

func TestNothingIsAskedWhereNoAnswerWouldHelp(t *testing.T) {
	t.Parallel()
	her := Standardise(ada())
	bare := asked(forename("Adaline"), surname("Hawthorne"))
	tests := []struct {
		name   string
		asked  Record
		people []Record
	}{
		{"nobody is likely", asked(forename("Adaline")), nil},
		{"it is she, surely", her, []Record{her}},
		{"two who differ in nothing", asked(forename("Adaline"), surname("Hawthorne"), born(1989, 10, 11), number("QQ123456C")), []Record{her, her}},
		{"one of whom nothing more is on file", bare, []Record{bare}},
		{"one of whom only a year of birth is on file", bare, []Record{asked(forename("Adaline"), surname("Hawthorne"), born(1989, 0, 0))}},
	}
	m := DefaultModel()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if q, ok := inquire(m, test.asked, -14.3, test.people...); ok {
				t.Errorf("asked is %+v", q)
			}
		})
	}
}

func TestTwoRecordsOfOnePersonAreNotToldApart(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	q := asked(forename("Adaline"), surname("Hawthorne"), born(1989, 10, 11), lives("", "E8 1EA"))
	who := hypotheses(m, &q, -14.3, []Record{Standardise(ada()), altered(ada(), []change{lives("14 Orchard Road", "E8 1EA")})})
	if question, ok := m.NextQuestion(&q, who); !ok {
		t.Fatalf("two people raise no question: %+v", question)
	}
	who[1].Person = 0
	if question, ok := m.NextQuestion(&q, who); ok {
		t.Errorf("one person raises the question %+v", question)
	}
}

// A person's second record may hold what the first lacks.
func TestAPersonAnswersWithWhatAnyRecordHolds(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	q := asked(forename("Adaline"), surname("Hawthorne"))
	undated := altered(person.Person{}, []change{forename("Adaline"), surname("Hawthorne")})
	who := hypotheses(m, &q, -14.3, []Record{undated, altered(person.Person{}, []change{forename("Adaline"), surname("Hawthorne"), born(1989, 10, 11)})})
	who[1].Person = 0
	if question, ok := m.NextQuestion(&q, who); !ok || question.Criterion != "dateOfBirth" || question.People != 1 || question.Apart != 0 {
		t.Errorf("asked is %+v, %t", question, ok)
	}
}

func TestAStrangerContradictsEverybodyButNotWhatWasAsked(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	her := Standardise(ada())
	for _, q := range []Record{{}, asked(born(1989, 0, 0)), asked(born(1989, 10, 0)), asked(lives("", "E8 1EA")), asked(lives("12 Orchard Road", ""))} {
		before := m.Score(&q, &her)
		stranger := strangerWho(&q)
		for i := range askable {
			told := q
			if askable[i].known(&q) {
				continue
			}
			if !askable[i].tell(&told, &stranger) {
				t.Errorf("%s: a stranger has no answer", askable[i].name)
			}
			if after := m.Score(&told, &her); after.Bits > before.Bits {
				t.Errorf("%s: a stranger's answer adds %v bits", askable[i].name, after.Bits-before.Bits)
			}
			kept := m.Score(&told, &q)
			if c := m.Coverage(&told, &kept); len(c.Disagree) > 0 {
				t.Errorf("%s: a stranger's answer takes back what was asked: %v", askable[i].name, c.Disagree)
			}
		}
	}
}

func TestAQuestionIsWorthAskingAndNew(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	rapid.Check(t, func(t *rapid.T) {
		q := Standardise(anyPerson().Draw(t, "asked"))
		var people []Record
		for range rapid.IntRange(0, 7).Draw(t, "people") {
			people = append(people, Standardise(anyPerson().Draw(t, "found")))
		}
		question, ok := inquire(m, q, rapid.Float64Range(-20, 0).Draw(t, "prior"), people...)
		if !ok {
			return
		}
		at := slices.IndexFunc(askable[:], func(c criterion) bool { return c.name == question.Criterion })
		if at < 0 || askable[at].known(&q) {
			t.Fatalf("%s was asked already", question.Criterion)
		}
		if question.Left < 0 || question.Gain() < leastGain || question.Apart == 1 || question.Apart > question.People || question.People > MostSupposed {
			t.Fatalf("it is %+v", question)
		}
	})
}
