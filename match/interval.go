package match

import (
	"math/rand/v2"
	"slices"
)

// Interval is where a figure lies with 95 % confidence.
type Interval struct{ Low, High float64 }

// Intervals are those of the figures of an [Evaluation].
type Intervals struct {
	Hit1, Hit5, RecallAt1PercentFalse, FalseExists, TrueExists Interval
}

// resamples is how often questions are drawn anew: with 1,000 the ends of an
// interval rest on 25 draws each and move by a tenth of its width.
const resamples = 1000

// Bootstrap says how far the figures of an evaluation would scatter if other
// questions of the same sort had been asked: it draws as many with replacement,
// 1,000 times over, those with an answer and those without apart, and takes the
// middle 95 % of what [Evaluate] finds. The threshold of R@1% is set anew in every
// draw, since the few refusals it rests on are what that figure depends on most.
// The draws are seeded: the same questions in the same order give the same
// intervals. A share of exactly 0 or 1 has an interval of no width, which says
// only that the other case was not seen.
func Bootstrap(judged []Judged) Intervals {
	answerable, unanswerable := split(judged)
	right, wrong := make([]Judged, len(answerable)), make([]Judged, len(unanswerable))
	random := rand.New(rand.NewPCG(0, 0))
	var hit1, hit5, recall, falseExists, trueExists [resamples]float64
	for i := range resamples {
		draw(random, answerable, right)
		draw(random, unanswerable, wrong)
		threshold := thresholdAtFalse(wrong, maxFalse)
		found, told := summarise(right, threshold), summarise(wrong, threshold)
		hit1[i], hit5[i], recall[i] = found.Hit1, found.Hit5, found.Accepted
		trueExists[i], falseExists[i] = found.Told, told.Told
	}
	return Intervals{
		Hit1:                  middle(hit1[:]),
		Hit5:                  middle(hit5[:]),
		RecallAt1PercentFalse: middle(recall[:]),
		FalseExists:           middle(falseExists[:]),
		TrueExists:            middle(trueExists[:]),
	}
}

// draw fills to with questions of from, each as likely as any other.
func draw(random *rand.Rand, from, to []Judged) {
	for i := range to {
		to[i] = from[random.IntN(len(from))]
	}
}

// middle is the range of the middle 95 % of figures, which it sorts.
func middle(figures []float64) Interval {
	slices.Sort(figures)
	beyond := len(figures) / 40
	return Interval{figures[beyond], figures[len(figures)-1-beyond]}
}
