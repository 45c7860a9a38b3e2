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
