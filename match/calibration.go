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
	answerable, unanswerable := split(judged)
	weights := map[bool]float64{
		true:  onFile / float64(max(len(answerable), 1)),
		false: (1 - onFile) / float64(max(len(unanswerable), 1)),
	}
	var tallies [reliabilityBins]tally
	total := 0.0
	for _, j := range judged {
		bin := max(0, min(int(j.Probability*reliabilityBins), reliabilityBins-1))
		tallies[bin].add(j, weights[j.Answerable])
		total += weights[j.Answerable]
	}
	var c Calibration
	for i, t := range tallies {
		if t.questions == 0 {
			continue
		}
		bin := t.bin(i, total)
		c.Error += bin.Share * math.Abs(bin.Answered-bin.OnFile)
		c.Bins = append(c.Bins, bin)
	}
	return c
}

// tally sums up the questions of one bin.
type tally struct {
	questions                         int
	weight, squares, answered, onFile float64
}

func (t *tally) add(j Judged, weight float64) {
	t.questions++
	t.weight += weight
	t.squares += weight * weight
	t.answered += weight * j.Probability
	if j.Answerable {
		t.onFile += weight
	}
}

func (t tally) bin(number int, total float64) ReliabilityBin {
	onFile := t.onFile / t.weight
	return ReliabilityBin{
		From:      float64(number) / reliabilityBins,
		To:        float64(number+1) / reliabilityBins,
		Questions: t.questions,
		Share:     t.weight / total,
		Answered:  t.answered / t.weight,
		OnFile:    onFile,
		// Questions of unequal weight tell as much as this many of equal weight.
		Interval: wilson(onFile, t.weight*t.weight/t.squares),
	}
}

// wilson is the interval of a share seen in n questions. It stays between 0 and
// 1 and has a width even where the share is 0 or 1.
func wilson(share, n float64) Interval {
	const z = 1.96
	centre := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return Interval{max(0, centre-half), min(1, centre+half)}
}
