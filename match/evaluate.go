package match

import (
	"cmp"
	"slices"
)

// Judged is one question with known truth, and how it was answered.
type Judged struct {
	Kind       string // the error or look-alike that was made
	Answerable bool   // the resident is on file
	// Rank is the place of the best right record, from 1, after every wrong
	// record of the same weight; 0 if it was no candidate.
	Rank        int
	Probability float64 // that the resident is on file, as answered
	Told        bool    // the answer was certain or probable
	Certain     bool    // the answer was certain
}

// Evaluation is how well a set of questions was answered. Shares lie between 0
// and 1; one over no questions is 0.
type Evaluation struct {
	Answerable, Unanswerable int
	Hit1, Hit5               float64 // the right record first, or among five, of the answerable
	// RecallAt1PercentFalse is the share of answerable questions whose first
	// record is right and whose probability exceeds Threshold, above which at
	// most 1 % of the unanswerable ones lie. Ties count against.
	RecallAt1PercentFalse float64
	Threshold             float64
	FalseExists           float64 // told "exists", of the unanswerable
	TrueExists            float64 // told "exists", of the answerable
	LostByRetrieval       int     // answerable, the right record no candidate
	LostByScoring         int     // answerable, a candidate but not first
	Kinds                 []KindEvaluation
}

// KindEvaluation is Evaluation of one kind of question.
type KindEvaluation struct {
	Kind            string
	Answerable      bool
	Questions       int
	Hit1, Hit5      float64
	Accepted        float64 // above the threshold; right and above it, of the answerable
	Told            float64
	Certain         float64
	LostByRetrieval int
	LostByScoring   int
}

// Evaluate sums up judged questions. Kinds without an answer come last, each
// group in the order of most questions.
func Evaluate(judged []Judged) Evaluation {
	answerable, unanswerable := split(judged)
	threshold := thresholdAtFalse(unanswerable, maxFalse)
	byKind := map[KindEvaluation][]Judged{}
	for _, j := range judged {
		kind := KindEvaluation{Kind: j.Kind, Answerable: j.Answerable}
		byKind[kind] = append(byKind[kind], j)
	}
	right := summarise(answerable, threshold)
	wrong := summarise(unanswerable, threshold)
	e := Evaluation{
		Answerable:            len(answerable),
		Unanswerable:          len(unanswerable),
		Hit1:                  right.Hit1,
		Hit5:                  right.Hit5,
		RecallAt1PercentFalse: right.Accepted,
		Threshold:             threshold,
		FalseExists:           wrong.Told,
		TrueExists:            right.Told,
		LostByRetrieval:       right.LostByRetrieval,
		LostByScoring:         right.LostByScoring,
	}
	for kind, questions := range byKind {
		row := summarise(questions, threshold)
		row.Kind, row.Answerable = kind.Kind, kind.Answerable
		e.Kinds = append(e.Kinds, row)
	}
	slices.SortFunc(e.Kinds, func(a, b KindEvaluation) int {
		if a.Answerable != b.Answerable {
			if a.Answerable {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Questions, a.Questions), cmp.Compare(a.Kind, b.Kind))
	})
	return e
}

// maxFalse is the share of unanswerable questions that R@1% lets through.
const maxFalse = 0.01

// thresholdAtFalse is the probability above which at most the given share of the
// unanswerable questions lie.
func thresholdAtFalse(unanswerable []Judged, share float64) float64 {
	allowed := int(share * float64(len(unanswerable)))
	if allowed >= len(unanswerable) {
		return 0
	}
	probabilities := make([]float64, len(unanswerable))
	for i, j := range unanswerable {
		probabilities[i] = j.Probability
	}
	slices.Sort(probabilities)
	return probabilities[len(probabilities)-1-allowed]
}

func split(judged []Judged) (answerable, unanswerable []Judged) {
	for _, j := range judged {
		if j.Answerable {
			answerable = append(answerable, j)
		} else {
			unanswerable = append(unanswerable, j)
		}
	}
	return answerable, unanswerable
}

func summarise(questions []Judged, threshold float64) KindEvaluation {
	var hit1, hit5, accepted, told, certain int
	row := KindEvaluation{Questions: len(questions)}
	for _, j := range questions {
		first := j.Rank == 1
		hit1 += count(first)
		hit5 += count(j.Rank >= 1 && j.Rank <= 5)
		accepted += count(j.Probability > threshold && (first || !j.Answerable))
		told += count(j.Told)
		certain += count(j.Certain)
		row.LostByRetrieval += count(j.Answerable && j.Rank == 0)
		row.LostByScoring += count(j.Answerable && j.Rank > 1)
	}
	n := float64(max(len(questions), 1))
	row.Hit1, row.Hit5 = float64(hit1)/n, float64(hit5)/n
	row.Accepted, row.Told, row.Certain = float64(accepted)/n, float64(told)/n, float64(certain)/n
	return row
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
