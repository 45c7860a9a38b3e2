package match

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAnIntervalIsAsWideAsTheLawOfLargeNumbersSays(t *testing.T) {
	t.Parallel()
	var judged []Judged
	for i := range 400 {
		judged = append(judged,
			Judged{Answerable: true, Rank: 1 + i%10/9, Probability: 1, Told: i%4 > 0}, // 90 % first
			Judged{Told: i%10 == 0})
	}
	got := Bootstrap(judged)
	for _, test := range []struct {
		name  string
		share float64
		got   Interval
	}{
		{"hit@1", 0.9, got.Hit1},
		{"R@1%", 0.9, got.RecallAt1PercentFalse},
		{"told rightly", 0.75, got.TrueExists},
		{"told wrongly", 0.1, got.FalseExists},
	} {
		half := 1.96 * math.Sqrt(test.share*(1-test.share)/400)
		if math.Abs(test.got.Low-test.share+half) > 0.006 || math.Abs(test.got.High-test.share-half) > 0.006 {
			t.Errorf("%s is %v with the interval %v, not ± %.3f", test.name, test.share, test.got, half)
		}
	}
	if got.Hit5 != (Interval{1, 1}) {
		t.Errorf("hit@5 was always reached, its interval is %v", got.Hit5)
	}
}

// With 200 refusals the threshold rests on two of them: where it falls moves
// R@1% far more than which of the 2,000 answerable questions are drawn.
func TestTheThresholdIsSetAnewInEveryDraw(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	var judged []Judged
	for range 200 {
		judged = append(judged, Judged{Probability: random.Float64()})
	}
	for range 2000 {
		judged = append(judged, Judged{Answerable: true, Rank: 1, Probability: 0.9 + 0.1*random.Float64()})
	}
	share := Evaluate(judged).RecallAt1PercentFalse
	got := Bootstrap(judged).RecallAt1PercentFalse
	fixed := 2 * 1.96 * math.Sqrt(share*(1-share)/2000)
	if got.Low > share || got.High < share || got.High-got.Low < 3*fixed {
		t.Errorf("R@1%% is %v with the interval %v; a fixed threshold would give one %.3f wide", share, got, fixed)
	}
}

func TestTheSameQuestionsGiveTheSameIntervals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		judged := rapid.SliceOfN(anyJudged(), 0, 30).Draw(t, "judged")
		first := Bootstrap(judged)
		if diff := cmp.Diff(first, Bootstrap(judged)); diff != "" {
			t.Fatalf("(-first +second)\n%s", diff)
		}
		for _, i := range []Interval{first.Hit1, first.Hit5, first.RecallAt1PercentFalse, first.FalseExists, first.TrueExists} {
			if !(i.Low >= 0 && i.Low <= i.High && i.High <= 1) {
				t.Fatalf("an interval is %v", i)
			}
		}
	})
}

func anyJudged() *rapid.Generator[Judged] {
	return rapid.Custom(func(t *rapid.T) Judged {
		return Judged{
			Answerable:  rapid.Bool().Draw(t, "answerable"),
			Rank:        rapid.IntRange(0, 7).Draw(t, "rank"),
			Probability: rapid.Float64Range(0, 1).Draw(t, "probability"),
			Told:        rapid.Bool().Draw(t, "told"),
			Certain:     rapid.Bool().Draw(t, "certain"),
		}
	})
}

func BenchmarkBootstrap(b *testing.B) {
	random := rand.New(rand.NewPCG(7, 7))
	judged := make([]Judged, 8000)
	for i := range judged {
		judged[i] = Judged{Answerable: i%4 > 0, Rank: 1, Probability: random.Float64()}
	}
	b.ReportAllocs()
	for b.Loop() {
		Bootstrap(judged)
	}
}
