package generate

import (
	"slices"
	"testing"
)

// TestRefereeFindsEveryRecordThatSpoils compares the referee, who looks only at
// records that share a key with a question, with one who looks at all.
func TestRefereeFindsEveryRecordThatSpoils(t *testing.T) {
	t.Parallel()
	g := newGenerator(Options{N: 1500, Seed: 9})
	set := newQuestionSet(g, 300, hardMix(t))
	var records []*card
	for p := range g.people() {
		set.sampler.see(p)
		records = append(records, recordCard(&p.file))
	}
	if _, err := set.make(t.Context(), func(int) {}); err != nil {
		t.Fatal(err)
	}
	lost, kept := 0, 0
	check := func(c *question) {
		spoilt := func(record *card) bool {
			return !slices.Contains(c.contest.own, record.id) && set.referee.spoils(c.contest, record)
		}
		nothingRight := c.contest.own != nil && bestKey(&c.contest.asked, c.contest.bar) == ""
		if want := nothingRight || slices.ContainsFunc(records, spoilt); want != c.contest.lost {
			t.Errorf("%s %+v: lost is %v", c.kind, c.asked, c.contest.lost)
		}
		if c.contest.lost {
			lost++
		} else {
			kept++
		}
	}
	for _, candidates := range set.some {
		for _, c := range candidates {
			check(c)
			for _, copied := range c.copies {
				check(copied)
			}
		}
	}
	if lost < 40 || kept < 500 {
		t.Errorf("%d questions lost and %d kept: too few to tell", lost, kept)
	}
}

// TestReferee holds questions about John Smith, once when he is on file and
// once when he is not, against one other record.
func TestReferee(t *testing.T) {
	t.Parallel()
	lists := readNames()
	john := &person{forename: "John", surname: "Smith", born: date{1960, 5, 17}, ni: "QQ123456C", home: Address{Line1: "1 Silk Road", Postcode: "N1 6AA"}, ids: []string{"R1"}}
	john.file = Resident{ID: "R1", Forename: "John", Surname: "Smith", DateOfBirth: "1960-05-17", NI: john.ni, Address: john.home}
	const names = byFirst | byLast
	for about, c := range map[string]struct {
		fields         field
		slip           slip
		other          Resident
		onFile, absent bool // whether the question is lost
	}{
		"a namesake, asked by name only":                {names, nil, Resident{Forename: "John", Surname: "Smith", DateOfBirth: "1988-01-02"}, true, true},
		"a namesake, asked by date of birth too":        {names | byBirth, nil, Resident{Forename: "John", Surname: "Smith", DateOfBirth: "1988-01-02"}, false, false},
		"a namesake whose date of birth is not on file": {names | byBirth, nil, Resident{Forename: "John", Surname: "Smith"}, false, true},
		"a namesake of whom the year is on file":        {names | byBirth, nil, Resident{Forename: "John", Surname: "Smith", DateOfBirth: "1960"}, false, true},
		"somebody with the names swapped":               {names, nil, Resident{Forename: "Smith", Surname: "John"}, true, true},
		"a brother":                                     {names | byBirth, nil, Resident{Forename: "Jack", Surname: "Smithson", DateOfBirth: "1960-05-17"}, false, false},
		"somebody known by a nickname of the name":      {names | byBirth, nil, Resident{Forename: "Johnny", Surname: "Smith", DateOfBirth: "1960-05-17"}, false, true},
		"somebody who is as asked, but for the mistake": {names | byBirth, onFirst(func(*stream, string) string { return "Joan" }), Resident{Forename: "John", Surname: "Smith", DateOfBirth: "1960-05-17"}, true, true},
		"somebody who is what the mistake made of him":  {names | byBirth, onFirst(func(*stream, string) string { return "Joan" }), Resident{Forename: "Joan", Surname: "Smith", DateOfBirth: "1960-05-17"}, true, true},
		"somebody with the NI number asked":             {byNI, nil, Resident{Forename: "Ada", Surname: "Obi", NI: "QQ123456C"}, true, true},
		"somebody with another NI number":               {byNI, nil, Resident{Forename: "Ada", Surname: "Obi", NI: "QQ123457C"}, false, false},
		"somebody in the postcode district":             {byLast | byPostcode, outwardOnly, Resident{Forename: "Ada", Surname: "Smith", Address: Address{Postcode: "N1 7ZZ"}}, true, true},
		"a neighbour":                                   {names | byAddress | byPostcode, nil, Resident{Forename: "John", Surname: "Smith", Address: Address{Line1: "3 Silk Road", Postcode: "N1 6AA"}}, false, false},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			q := &questionSet{g: &generator{names: lists}, s: newStream(1, forQuestions, 0)}
			question := &question{fields: c.fields}
			if c.slip != nil {
				question.slips = []slip{c.slip}
			}
			if !q.tell(question, john, "") {
				t.Fatal("the mistake could not be made")
			}
			r := newReferee(lists)
			onFile, absent := r.present(question.asked, john), r.absent(question.asked, ask(john, question.asked.fields()))
			c.other.ID = "R2"
			r.hear(&c.other)
			if onFile.lost != c.onFile || absent.lost != c.absent {
				t.Errorf("lost %v for the man on file and %v for the absent, not %v and %v", onFile.lost, absent.lost, c.onFile, c.absent)
			}
		})
	}
}
