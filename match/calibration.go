package match

import "math"

// Calibration is how far probabilities can be taken at their word: of the
// questions answered "80 % on file", 80 % should be.
type Calibration struct {
	// Error is the expected calibration error: the mean difference, over all
	// questions, between the probability answered and the share on file, in 15
	// bins of equal width.
	Error float64
	Bins  []ReliabilityBin // from the lowest probability; none is empty
}

// ReliabilityBin holds the questions whose probability lies in one range. Shares
// and means are weighed as [Calibrate] says.
type ReliabilityBin struct {
	From, To  float64
	Questions int
	Share     float64  // of all questions
	Answered  float64  // the mean probability answered
	OnFile    float64  // the share that is on file
	Interval  Interval // of OnFile, by Wilson's score
}

const reliabilityBins = 15

// Calibrate compares the probability that the resident is on file, as answered,
// with whether they are. onFile is the P(on file) that the answers assumed,
// between 0 and 1. Questions with and without an answer are weighed so that this
// is their true share: a set that asks about more people on file than that would
// make right probabilities look too low.
func Calibrate(judged []Judged, onFile float64) Calibration {
	w := newWeighing(judged, onFile)
	var tallies [reliabilityBins]tally
	var all tally
	for _, j := range judged {
		bin := max(0, min(int(j.Probability*reliabilityBins), reliabilityBins-1))
		tallies[bin].add(j, w)
		all.add(j, w)
	}
	var c Calibration
	for i, t := range tallies {
		if t.questions == 0 {
			continue
		}
		absent, interval := t.absent(w)
		bin := ReliabilityBin{
			From:      float64(i) / reliabilityBins,
			To:        float64(i+1) / reliabilityBins,
			Questions: t.questions,
			Share:     t.weight / all.weight,
			Answered:  t.answered / t.weight,
			OnFile:    1 - absent,
			Interval:  Interval{1 - interval.High, 1 - interval.Low},
		}
		c.Error += bin.Share * math.Abs(bin.Answered-bin.OnFile)
		c.Bins = append(c.Bins, bin)
	}
	return c
}

// Statement is how often an answer that the resident is on file was given, and
// how often it was wrong. Shares lie between 0 and 1, and are 0 where they are of
// nothing.
type Statement struct {
	Said  int     // questions so answered
	Share float64 // of all questions, weighed
	// Wrong is the share of people not on file, weighed, of the times that it was
	// said: what somebody who relies on the statement meets.
	Wrong         float64
	WrongInterval Interval // by Wilson's score, which has a width at 0 too
	// OfAbsent is how often it was said of somebody not on file, of the questions
	// about such people: what somebody who is not on file meets.
	OfAbsent         float64
	OfAbsentInterval Interval // by Wilson's score
}

// Verify counts the questions of which something was said, and of how many it was
// wrong to say that the resident is on file. They are weighed as by [Calibrate].
func Verify(judged []Judged, onFile float64, said func(Judged) bool) Statement {
	w := newWeighing(judged, onFile)
	var stated, all tally
	for _, j := range judged {
		all.add(j, w)
		if said(j) {
			stated.add(j, w)
		}
	}
	s := Statement{Said: stated.questions, Share: stated.weight / max(all.weight, math.SmallestNonzeroFloat64)}
	s.Wrong, s.WrongInterval = stated.absent(w)
	s.OfAbsent, s.OfAbsentInterval = wilson(stated.unanswerable, all.unanswerable)
	return s
}

// weighing is how much one question with an answer counts, and one without.
type weighing struct{ answerable, unanswerable float64 }

// newWeighing makes onFile the share of the questions with an answer. Where all
// are of one sort there is nothing to weigh.
func newWeighing(judged []Judged, onFile float64) weighing {
	answerable, unanswerable := split(judged)
	if len(answerable) == 0 || len(unanswerable) == 0 {
		return weighing{1, 1}
	}
	return weighing{onFile / float64(len(answerable)), (1 - onFile) / float64(len(unanswerable))}
}

// absent turns a share of questions without an answer, counted, into one weighed.
func (w weighing) absent(counted float64) float64 {
	absent, present := w.unanswerable*counted, w.answerable*(1-counted)
	if absent == 0 {
		return 0
	}
	return absent / (absent + present)
}

// tally sums up some questions.
type tally struct {
	questions, unanswerable int
	weight, answered        float64
}

func (t *tally) add(j Judged, w weighing) {
	weight := w.answerable
	if !j.Answerable {
		weight = w.unanswerable
		t.unanswerable++
	}
	t.questions++
	t.weight += weight
	t.answered += weight * j.Probability
}

// absent is the weighed share without an answer. Its interval is that of the
// counted share, whose ends are weighed: the few wrong answers weigh more than the
// many right ones, and would look too sure if all were taken for equal.
func (t tally) absent(w weighing) (float64, Interval) {
	share, within := wilson(t.unanswerable, t.questions)
	return w.absent(share), Interval{w.absent(within.Low), w.absent(within.High)}
}

// wilson is the share of some in all, and its interval by Wilson's score, which
// stays between 0 and 1 and has a width even where the share is 0 or 1. Of
// nothing the share is 0 and may be anything.
func wilson(some, all int) (float64, Interval) {
	if all == 0 {
		return 0, Interval{0, 1}
	}
	const z = 1.96
	n := float64(all)
	share := float64(some) / n
	centre := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	within := Interval{max(0, centre-half), min(1, centre+half)}
	// Of 0 and all, rounding can leave the share just outside.
	return share, Interval{min(within.Low, share), max(within.High, share)}
}
