package match

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestProbabilitiesAreHeldAgainstWhatIsTrue(t *testing.T) {
	t.Parallel()
	var judged []Judged
	say := func(probability float64, onFile, not int) {
		for range onFile {
			judged = append(judged, Judged{Answerable: true, Probability: probability})
		}
		for range not {
			judged = append(judged, Judged{Probability: probability})
		}
	}
	say(0.02, 0, 40)
	say(0.50, 10, 10)
	say(1, 40, 0) // a certainty belongs to the last bin
	got := Calibrate(judged, 0.5)
	want := Calibration{
		Error: 0.4*0.02 + 0.2*0 + 0.4*0,
		Bins: []ReliabilityBin{
			{From: 0, To: 1. / 15, Questions: 40, Share: 0.4, Answered: 0.02, OnFile: 0, Interval: Interval{0, 0.0876}},
			{From: 7. / 15, To: 8. / 15, Questions: 20, Share: 0.2, Answered: 0.5, OnFile: 0.5, Interval: Interval{0.2993, 0.7007}},
			{From: 14. / 15, To: 1, Questions: 40, Share: 0.4, Answered: 1, OnFile: 1, Interval: Interval{0.9124, 1}},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-4)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Three of four questions are about people on file, the setting says one of two:
// probabilities that are right under the setting have no error.
func TestTheMixOfASetDoesNotCountAsAnError(t *testing.T) {
	t.Parallel()
	var judged []Judged
	for i := range 400 {
		// Among people on file 3 of 4 show a sign that 1 of 4 others show.
		onFile := i%4 > 0
		sign := i/4%4 > 0 == onFile
		probability := 0.25
		if sign {
			probability = 0.75
		}
		judged = append(judged, Judged{Answerable: onFile, Probability: probability})
	}
	if got := Calibrate(judged, 0.5).Error; got > 1e-9 {
		t.Errorf("the error is %v at the setting the answers assumed", got)
	}
	if got := Calibrate(judged, 0.75).Error; got < 0.1 {
		t.Errorf("the error is only %v at another setting", got)
	}
}

// Of 400 people on file 300 are told to exist, of 100 others 3. Under even odds
// the others count four times as much: 12 of 312 statements are wrong.
func TestAStatementIsWrongAsOftenAsUnderTheSetting(t *testing.T) {
	t.Parallel()
	var judged []Judged
	for i := range 400 {
		judged = append(judged, Judged{Answerable: true, Told: i < 300})
	}
	for i := range 100 {
		judged = append(judged, Judged{Told: i < 3})
	}
	told := func(j Judged) bool { return j.Told }
	got := Verify(judged, 0.5, told)
	want := Statement{
		Said: 303, Share: 312. / 800,
		Wrong: 12. / 312, WrongInterval: Interval{4 * 1.02 / (4*1.02 + 301.98), 4 * 8.70 / (4*8.70 + 294.30)}, // 1.02 to 8.70 of 303
		OfAbsent: 0.03, OfAbsentInterval: Interval{0.0103, 0.0845},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.0002)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if asCounted := Verify(judged, 0.8, told); math.Abs(asCounted.Wrong-3./303) > 1e-9 {
		t.Errorf("where four of five are on file as in the set, %v is wrong, not 3 of 303", asCounted.Wrong)
	}
}

// Three wrong answers of 1,000 leave the rate open to a factor of some eight,
// however many right ones there are and whatever they weigh.
func TestFewWrongAnswersLeaveARateOpen(t *testing.T) {
	t.Parallel()
	wide := func(answerable int) float64 {
		judged := make([]Judged, 0, answerable+1000)
		for range answerable {
			judged = append(judged, Judged{Answerable: true, Certain: true})
		}
		for i := range 1000 {
			judged = append(judged, Judged{Certain: i < 3})
		}
		within := Verify(judged, 0.5, func(j Judged) bool { return j.Certain }).WrongInterval
		return within.High / within.Low
	}
	if few, many := wide(1000), wide(100_000); few < 6 || few > 11 || math.Abs(few-many) > 1 {
		t.Errorf("the interval spans a factor of %v, and of %v with many right answers", few, many)
	}
}

func TestWhatWasNeverSaidIsNotProved(t *testing.T) {
	t.Parallel()
	never := func(Judged) bool { return false }
	for _, judged := range [][]Judged{nil, {{Answerable: true}, {}}} {
		got := Verify(judged, 0.5, never)
		if got.Said != 0 || got.Share != 0 || got.Wrong != 0 || got.WrongInterval != (Interval{0, 1}) {
			t.Errorf("%d questions: %+v", len(judged), got)
		}
	}
}

func TestStatementsAreShares(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		judged := rapid.SliceOfN(anyJudged(), 0, 60).Draw(t, "judged")
		onFile := rapid.Float64Range(0.01, 0.99).Draw(t, "onFile")
		got := Verify(judged, onFile, func(j Judged) bool { return j.Told })
		rest := Verify(judged, onFile, func(j Judged) bool { return !j.Told })
		if got.Said+rest.Said != len(judged) || len(judged) > 0 && math.Abs(got.Share+rest.Share-1) > 1e-9 {
			t.Fatalf("said %+v, not said %+v, of %d", got, rest, len(judged))
		}
		for _, s := range []Statement{got, rest} {
			for _, c := range []struct {
				share  float64
				within Interval
			}{{s.Wrong, s.WrongInterval}, {s.OfAbsent, s.OfAbsentInterval}} {
				if !(c.within.Low >= 0 && c.within.Low <= c.share+1e-9 && c.share <= c.within.High+1e-9 && c.within.High <= 1) {
					t.Fatalf("%v lies outside %v", c.share, c.within)
				}
			}
		}
	})
}

func TestBinsHoldEveryQuestionOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		judged := rapid.SliceOfN(anyJudged(), 0, 60).Draw(t, "judged")
		got := Calibrate(judged, rapid.Float64Range(0.01, 0.99).Draw(t, "onFile"))
		questions, share := 0, 0.0
		for _, b := range got.Bins {
			questions += b.Questions
			share += b.Share
			if b.Answered < b.From-1e-9 || b.Answered > b.To+1e-9 || b.OnFile < b.Interval.Low-1e-9 || b.OnFile > b.Interval.High+1e-9 {
				t.Fatalf("a bin is %+v", b)
			}
		}
		if questions != len(judged) || len(judged) > 0 && math.Abs(share-1) > 1e-9 {
			t.Fatalf("%d questions of %d, together %v of all", questions, len(judged), share)
		}
		if !(got.Error >= 0 && got.Error <= 1+1e-9) {
			t.Fatalf("the error is %v", got.Error)
		}
	})
}
