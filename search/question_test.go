package search

import (
	"slices"
	"strings"
	"testing"

	"personindex/match"
	"personindex/person"
)

func TestTheReasonSaysHowMuchAndBetweenWhom(t *testing.T) {
	t.Parallel()
	tests := []struct {
		question match.Question
		want     string
	}{
		{match.Question{Doubt: 1.5, Left: 0.3, People: 3, Apart: 2}, "the answer is expected to remove 1.2 of 1.5 bits of doubt: 2 of the 3 likeliest differ in it"},
		{match.Question{Doubt: 0.9, Left: 0.2, People: 1}, "the answer is expected to remove 0.7 of 0.9 bits of doubt: it would tell whether it is this person at all"},
		{match.Question{Doubt: 0.9, Left: 0.2, People: 2}, "the answer is expected to remove 0.7 of 0.9 bits of doubt: it would tell whether it is one of the 2 likeliest at all"},
	}
	for _, test := range tests {
		if got := inWords(test.question); got != test.want {
			t.Errorf("it is %q, want %q", got, test.want)
		}
	}
}

func namesakes(n int) []person.Person {
	var people []person.Person
	for i := range n {
		people = append(people, changed(func(p *person.Person) {
			p.DateOfBirth.Year += 7 * i
			p.DateOfBirth.Day += i
			p.Identification, p.Communication = nil, nil
			p.Addresses = []person.Address{{Line1: "12 Orchard Road", Postcode: []string{"E8 1EA", "N16 5ZZ", "E5 4ZW", "N1 7AA", "E9 9YD", "N1 9HS", "E8 0YQ"}[i]}}
		}))
	}
	return people
}

func TestTheQuestionIsAboutThoseShownOnly(t *testing.T) {
	t.Parallel()
	// The twin who is hidden is all there is to tell apart.
	twin := changed(func(p *person.Person) { p.Forename, p.MiddleName, p.Identification = "Beatrix", "", nil })
	r := rank(Query{LastName: "Hawthorne", DateOfBirth: birthday, Postcode: "E8 1EA"}, 1000, false, resident(), twin)
	if q := r.nextQuestion(r.Candidates); q == nil || q.Field != "firstName" {
		t.Fatalf("with both shown the question is %+v", q)
	}
	if q := r.nextQuestion(r.Candidates[:1]); q != nil {
		t.Errorf("with one hidden the question is %+v", q)
	}
	if q := r.nextQuestion(nil); q != nil {
		t.Errorf("with nobody shown the question is %+v", q)
	}
}

func TestAWeakAnswerComesWithAQuestion(t *testing.T) {
	t.Parallel()
	for _, q := range []Query{{LastName: "Hawthorne"}, {FirstName: "Adaline"}, {DateOfBirth: birthday}, {Postcode: "E8 1EA"}, {UPRN: "999900001234"}} {
		r := rank(q, 1, false, resident()) // among so few that the weights alone leave no doubt
		if r.Exists() != Possible || r.nextQuestion(r.Candidates) == nil {
			t.Errorf("asked by %s: exists %s, and nothing to ask next", q, r.Exists())
		}
	}
}

func TestATestNumberIsNoAnswerWhereItIsNoEvidence(t *testing.T) {
	t.Parallel()
	bare := person.Person{Forename: "Adaline", Surname: "Hawthorne", Identification: []person.Identifier{{Type: "NI", Value: "QQ123456C"}}}
	r := rank(Query{FirstName: "Adaline", LastName: "Hawthorne"}, 20_000, false, bare)
	if q := r.nextQuestion(r.Candidates); q == nil || q.Field != "ni" {
		t.Fatalf("the question is %+v", q)
	}
	r.config.AllowTestNumbers = false
	if q := r.nextQuestion(r.Candidates); q != nil {
		t.Errorf("where test numbers do not count the question is %+v", q)
	}
}

func TestTheReasonTellsNoValue(t *testing.T) {
	t.Parallel()
	r := rank(Query{FirstName: "Adaline", LastName: "Hawthorne"}, 1000, false, namesakes(5)...)
	q := r.nextQuestion(r.Candidates)
	if q == nil || !strings.Contains(q.Reason, "5 of the 5 likeliest") {
		t.Fatalf("the question is %+v", q)
	}
	for _, value := range []string{"Adaline", "1989", "Orchard", "E8"} {
		if strings.Contains(q.Reason, value) {
			t.Errorf("the reason tells %s", value)
		}
	}
}

// BenchmarkNextQuestion measures the worst there is: five namesakes equally
// likely, of whom all is on file and nothing but the name was asked; and what a
// search usually costs, when there is no doubt.
func BenchmarkNextQuestion(b *testing.B) {
	name := Query{FirstName: "Adaline", LastName: "Hawthorne"}
	dated := name
	dated.DateOfBirth = birthday
	for _, bench := range []struct {
		name   string
		query  Query
		people []person.Person
	}{
		{"five equals", name, namesakes(5)},
		{"two equals", name, namesakes(2)},
		{"one or nobody", name, namesakes(1)},
		{"no doubt", dated, namesakes(5)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := rank(bench.query, 1000, false, bench.people...)
			shown := slices.Clone(r.worthShowing())
			b.ReportAllocs()
			for b.Loop() {
				r.nextQuestion(shown)
			}
		})
	}
}

// BenchmarkCompare measures ranking a hundred candidates, of whom many are
// namesakes: what grouping and the posterior add to their scores.
func BenchmarkCompare(b *testing.B) {
	var people []person.Person
	for range 15 {
		people = append(people, namesakes(7)...)
	}
	r := rank(Query{FirstName: "Adaline", LastName: "Hawthorne"}, 1000, true, people...)
	entries := make([]match.Entry, len(r.Candidates))
	for i, c := range r.Candidates {
		entries[i] = *c.Entry
	}
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.compare(entries)
		}
	})
	b.Run("scores alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range entries {
				r.model.Score(&r.Asked, &entries[i].Record)
			}
		}
	})
	b.Run("exists", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			r.Exists()
		}
	})
}
