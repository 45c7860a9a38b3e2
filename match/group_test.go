package match

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"personindex/person"
)

func number(ni string) change {
	return func(p *person.Person) {
		p.Identification = []person.Identifier{{Type: "NI", Value: ni}}
	}
}

func initialOnly(p *person.Person) {
	p.Forename, p.MiddleName, p.Identification = p.Forename[:1], "", nil
}

// Each case is what some records have otherwise than the first person's, and the
// place of the first record of the person whose each is.
func TestRecordsOfOnePersonAreFound(t *testing.T) {
	t.Parallel()
	moved := lives("3 Farther Close", "N1 7AA")
	twin := []change{forename("Beatrix"), number("QQ654321A")}
	tests := []struct {
		name    string
		records [][]change
		want    []int
	}{
		{"one record", [][]change{nil}, []int{0}},
		{"a second one, made after she moved", [][]change{nil, {moved, number("")}}, []int{0, 0}},
		{"one with a slip in the name", [][]change{nil, {surname("Hawthron"), number("")}}, []int{0, 0}},
		{"another name, but the same number", [][]change{nil, {forename("Beatrix"), surname("Ashdown")}}, []int{0, 0}},
		{"three records", [][]change{nil, {moved, number("")}, {surname("Hawthron"), number("")}}, []int{0, 0, 0}},
		{"a third that only the second brings in", [][]change{
			{number("")},
			{surname("Ashdown"), moved, number("")},
			{surname("Ashdown"), formerly("Hawthorne"), number("")},
		}, []int{0, 0, 0}},
		{"two people between whom two records lie", [][]change{nil, twin, {moved, number("")}, append(slices.Clone(twin), moved)}, []int{0, 1, 0, 1}},
		{"twins", [][]change{nil, twin}, []int{0, 1}},
		{"twins without numbers, who share home, phone and e-mail address", [][]change{{number("")}, {forename("Beatrix"), number("")}}, []int{0, 1}},
		{"twins, and a record with an initial that may be either's", [][]change{{forename("Adaline")}, {forename("Agatha"), number("QQ654321A")}, {initialOnly}}, []int{0, 1, 0}},
		{"parent and child of one name, at home and by phone", [][]change{nil, {born(1961, 3, 5), number("")}}, []int{0, 1}},
		{"a namesake", [][]change{nil, {born(1971, 3, 5), moved, number("")}}, []int{0, 1}},
		{"one name, birthday and home, and two numbers", [][]change{nil, {number("QQ654321A")}}, []int{0, 1}},
	}
	m := DefaultModel()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var records []*Record
			for _, changes := range test.records {
				record := altered(ada(), changes)
				records = append(records, &record)
			}
			if diff := cmp.Diff(test.want, m.Group(records, SecondPrior(20_000), 0.9)); diff != "" {
				t.Errorf("people (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyTheLikeliestRecordsAreGrouped(t *testing.T) {
	t.Parallel()
	var records []*Record
	for range GroupedAtMost + 2 {
		record := Standardise(ada())
		records = append(records, &record)
	}
	want := append(make([]int, GroupedAtMost), GroupedAtMost, GroupedAtMost+1)
	if diff := cmp.Diff(want, DefaultModel().Group(records, SecondPrior(20_000), 0.9)); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
}

func TestPeopleShareOneAndRecordsOfOneDoNot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(-60, 60), 1, 40).Draw(t, "weights")
		slices.Sort(weights)
		slices.Reverse(weights)
		people := make([]int, len(weights))
		for i := range people {
			people[i] = i
		}
		missed := rapid.Float64Range(-30, 3).Draw(t, "missed")
		each, notRetrieved, nobody := PosteriorOfPeople(weights, people, missed)
		sum := notRetrieved + nobody
		for _, p := range each {
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("they sum to %v", sum)
		}

		// A second record of somebody, who fits no better, changes nothing.
		first := rapid.IntRange(0, len(weights)-1).Draw(t, "first")
		less := rapid.Float64Range(-80, weights[len(weights)-1]).Draw(t, "less")
		again, missedToo, nobodyToo := PosteriorOfPeople(append(weights, less), slices.Concat(people, []int{first}), missed)
		if again[len(weights)] != again[first] || missedToo != notRetrieved || nobodyToo != nobody {
			t.Fatalf("a second record has %v and the first %v; nobody %v, before %v", again[len(weights)], again[first], nobodyToo, nobody)
		}
		if diff := cmp.Diff(each, again[:len(weights)]); diff != "" {
			t.Fatalf("a second record changes the others (-before +after):\n%s", diff)
		}
	})
}

func BenchmarkGroup(b *testing.B) {
	m := DefaultModel()
	var records []*Record
	for range GroupedAtMost {
		p := ada()
		p.Identification = nil
		record := Standardise(p)
		records = append(records, &record)
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Group(records, SecondPrior(20_000), 0.9)
	}
}
