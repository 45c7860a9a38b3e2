package match

import (
	"bytes"
	"math"
	"testing"

	"personindex/person"
)

// lessons are questions in which a twin is on file and was not asked about, among
// others about people who are on file.
func lessons(m *Model) *Trainer {
	t := NewTrainer(m)
	prior := Prior(0.5, 1000)
	for i := range 200 {
		born := person.Date{Year: 1950 + i%50, Month: 1 + i%12, Day: 2 + i%27}
		asked := Standardise(person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: born})
		twin := Standardise(person.Person{Forename: "Beatrix", Surname: "Hawthorne", DateOfBirth: born})
		stranger := Standardise(person.Person{Forename: "Samuel", Surname: "Wintergreen", DateOfBirth: born})
		found := []Score{m.Score(&asked, &stranger), m.Score(&asked, &twin)}
		right := []bool{false, false}
		if i%2 == 0 {
			found = append(found, m.Score(&asked, &asked))
			right = append(right, true)
		}
		t.Add(&asked, found, right, prior, 1)
	}
	return t
}

func TestTrainingLearnsToRefuseATwin(t *testing.T) {
	t.Parallel()
	begun, err := ParseModel(defaultModel)
	if err != nil {
		t.Fatal(err)
	}
	for i := range begun.interactions {
		begun.interactions[i].weight = weight{} // it must learn them again
	}
	var first, last float64
	file, err := lessons(begun).Train(TrainingOptions{Name: "lessons", Hold: 1e-5, Progress: func(step, _ int, surprise float64) {
		if step == 1 {
			first = surprise
		}
		last = surprise
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !(last < first) {
		t.Errorf("the surprise was %v bits and is %v", first, last)
	}
	trained, err := ParseModel(file)
	if err != nil {
		t.Fatalf("what was learnt cannot be read: %v", err)
	}
	born := person.Date{Year: 1989, Month: 10, Day: 11}
	asked := Standardise(person.Person{Forename: "Adaline", Surname: "Hawthorne", DateOfBirth: born})
	twin := Standardise(person.Person{Forename: "Beatrix", Surname: "Hawthorne", DateOfBirth: born})
	before, after := begun.Score(&asked, &twin).Bits+begun.Asked(&asked), trained.Score(&asked, &twin).Bits+trained.Asked(&asked)
	if !(after < before-1) {
		t.Errorf("a twin weighed %v bits and weighs %v", before, after)
	}
	if self := trained.Score(&asked, &asked).Bits + trained.Asked(&asked); !(self > after+8) {
		t.Errorf("oneself weighs %v bits, a twin %v", self, after)
	}
}

func TestTrainingIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	var files [2][]byte
	for i := range files {
		var err error
		if files[i], err = lessons(m).Train(TrainingOptions{Name: "lessons", Steps: 20}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same questions gave two models")
	}
}

func TestAFirmHoldChangesNothing(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	file, err := lessons(m).Train(TrainingOptions{Name: "held", Hold: 1e6, Steps: 50})
	if err != nil {
		t.Fatal(err)
	}
	held, err := ParseModel(file)
	if err != nil {
		t.Fatal(err)
	}
	for field := range Bearer {
		for level := range m.levels[field] {
			if diff := math.Abs(held.levels[field][level].Bits - m.levels[field][level].Bits); diff > 0.5 {
				t.Errorf("%s level %d moved by %v bits", field, level, diff)
			}
		}
	}
}

// A question that counts as three is learnt from like three questions.
func TestAQuestionIsLearntFromAsOftenAsItCounts(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	once, thrice, weighed := lessons(m), lessons(m), lessons(m)
	for range 2 {
		thrice.examples = append(thrice.examples, once.examples...)
		thrice.total += once.total
	}
	for i := range weighed.examples {
		weighed.examples[i].weigh = 3
	}
	weighed.total *= 3
	at := func(tr *Trainer) (float64, []float64) { return tr.gradient(tr.shape.start) }
	want, slope := at(thrice)
	got, weighedSlope := at(weighed)
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("the surprise is %v bits, that of three questions %v", got, want)
	}
	for i := range slope {
		if math.Abs(slope[i]-weighedSlope[i]) > 1e-9 {
			t.Fatalf("the slope of weight %d is %v, that of three questions %v", i, weighedSlope[i], slope[i])
		}
	}
	learnt := NewTrainer(m)
	learnt.Weigh(3)
	asked := Standardise(person.Person{Forename: "Adaline", Surname: "Hawthorne"})
	learnt.Add(&asked, []Score{m.Score(&asked, &asked)}, []bool{true}, 0, 1)
	if learnt.total != 3 || learnt.examples[0].weigh != 3 {
		t.Errorf("a question that counts as 3 counts as %v of %v", learnt.examples[0].weigh, learnt.total)
	}
}

func TestTrainingOnNothingIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := NewTrainer(DefaultModel()).Train(TrainingOptions{}); err == nil {
		t.Error("a model is learnt from nothing")
	}
}
