package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"personindex/configs"
	"personindex/match"
)

// figures are what an evaluation found, as --json writes them. An interval is
// where the figure lies with 95 % confidence.
type figures struct {
	Hit1                          float64  `json:"hit1"`
	Hit1Interval                  interval `json:"hit1Interval"`
	Hit5                          float64  `json:"hit5"`
	Hit5Interval                  interval `json:"hit5Interval"`
	RecallAt1PercentFalse         float64  `json:"recallAt1PercentFalse"`
	RecallAt1PercentFalseInterval interval `json:"recallAt1PercentFalseInterval"`
	FalseExists                   float64  `json:"falseExists"`
	FalseExistsInterval           interval `json:"falseExistsInterval"`
	TrueExists                    float64  `json:"trueExists"`
	TrueExistsInterval            interval `json:"trueExistsInterval"`
	MedianMs                      float64  `json:"medianMs"`
	P99Ms                         float64  `json:"p99Ms"`
	Threshold                     float64  `json:"threshold"`
	LostByRetrieval               int      `json:"lostByRetrieval"`
	LostByScoring                 int      `json:"lostByScoring"`
	ECE                           float64  `json:"ece"` // expected calibration error
	Grades                        []grade  `json:"grades"`
	Reliability                   []bin    `json:"reliability"`
	OnFile                        float64  `json:"onFile"` // the setting P(on file), before anything is asked
	Residents                     int      `json:"residents"`
	Unread                        int      `json:"unread"` // residents with a value that could not be read
	Answerable                    int      `json:"answerable"`
	Unanswerable                  int      `json:"unanswerable"`
	Degraded                      int      `json:"degraded"`
	Kinds                         []kind   `json:"kinds"`
}

// interval is the low end and the high.
type interval [2]float64

func newInterval(i match.Interval) interval { return interval{i.Low, i.High} }

// bin is a range of probabilities: those answered, and how many were on file.
type bin struct {
	From           float64  `json:"from"`
	To             float64  `json:"to"`
	Questions      int      `json:"questions"`
	Share          float64  `json:"share"`
	Answered       float64  `json:"answered"`
	OnFile         float64  `json:"onFile"`
	OnFileInterval interval `json:"onFileInterval"`
}

// grade is how often an answer of one grade was given and how often it was wrong,
// shares under P(on file), beside how often the configuration lets it be wrong.
type grade struct {
	Exists           string   `json:"exists"` // certain, probable, or "certain or probable"
	Said             int      `json:"said"`
	Share            float64  `json:"share"` // of all questions
	Stated           float64  `json:"stated"`
	Wrong            float64  `json:"wrong"` // of the times that it was said, the resident is not on file
	WrongInterval    interval `json:"wrongInterval"`
	OfAbsent         float64  `json:"ofAbsent"` // said, of the questions about people not on file
	OfAbsentInterval interval `json:"ofAbsentInterval"`
}

type kind struct {
	Kind            string  `json:"kind"`
	Answerable      bool    `json:"answerable"`
	Questions       int     `json:"questions"`
	Hit1            float64 `json:"hit1"`
	Hit5            float64 `json:"hit5"`
	Accepted        float64 `json:"accepted"`
	Told            float64 `json:"told"`
	Certain         float64 `json:"certain"`
	LostByRetrieval int     `json:"lostByRetrieval"`
	LostByScoring   int     `json:"lostByScoring"`
}

func summarise(config configs.Config, l loaded, a answered) figures {
	e, within := match.Evaluate(a.judged), match.Bootstrap(a.judged)
	calibration := match.Calibrate(a.judged, config.Matching.OnFile)
	slices.Sort(a.took)
	f := figures{
		Hit1: e.Hit1, Hit1Interval: newInterval(within.Hit1),
		Hit5: e.Hit5, Hit5Interval: newInterval(within.Hit5),
		RecallAt1PercentFalse:         e.RecallAt1PercentFalse,
		RecallAt1PercentFalseInterval: newInterval(within.RecallAt1PercentFalse),
		FalseExists:                   e.FalseExists, FalseExistsInterval: newInterval(within.FalseExists),
		TrueExists: e.TrueExists, TrueExistsInterval: newInterval(within.TrueExists),
		Threshold: e.Threshold, LostByRetrieval: e.LostByRetrieval, LostByScoring: e.LostByScoring,
		ECE: calibration.Error, OnFile: config.Matching.OnFile, Residents: len(l.reference), Unread: l.unread,
		Answerable: e.Answerable, Unanswerable: e.Unanswerable, Degraded: a.degraded,
		MedianMs: percentile(a.took, 0.5), P99Ms: percentile(a.took, 0.99),
	}
	for _, b := range calibration.Bins {
		f.Reliability = append(f.Reliability, bin{b.From, b.To, b.Questions, b.Share, b.Answered, b.OnFile, newInterval(b.Interval)})
	}
	for _, k := range e.Kinds {
		f.Kinds = append(f.Kinds, kind(k))
	}
	f.Grades = grades(config.Matching, a.judged)
	return f
}

// grades holds what was said against what the configuration lets be wrong.
func grades(config configs.Matching, judged []match.Judged) []grade {
	var all []grade
	for _, g := range []struct {
		exists string
		stated float64
		said   func(match.Judged) bool
	}{
		{"certain", config.Wrong.Certain, func(j match.Judged) bool { return j.Certain }},
		{"probable", config.Wrong.Probable, func(j match.Judged) bool { return j.Told && !j.Certain }},
		{"certain or probable", config.Wrong.Probable, func(j match.Judged) bool { return j.Told }},
	} {
		s := match.Verify(judged, config.OnFile, g.said)
		all = append(all, grade{
			g.exists, s.Said, s.Share, g.stated, s.Wrong, newInterval(s.WrongInterval), s.OfAbsent, newInterval(s.OfAbsentInterval),
		})
	}
	return all
}

// percentile is in milliseconds; sorted must be.
func percentile(sorted []time.Duration, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(share*float64(len(sorted)-1))].Microseconds()) / 1000
}

func (f figures) write(to io.Writer) error {
	fmt.Fprintf(to, "%d residents (%d with a value that could not be read), %d questions with an answer, %d without; P(on file) %.2f\n\n",
		f.Residents, f.Unread, f.Answerable, f.Unanswerable, f.OnFile)
	fmt.Fprintf(to, "hit@1 %s   hit@5 %s   R@1%% %s\n", percent(f.Hit1, f.Hit1Interval),
		percent(f.Hit5, f.Hit5Interval), percent(f.RecallAt1PercentFalse, f.RecallAt1PercentFalseInterval))
	fmt.Fprintf(to, "told exists: of those on file %s, of others %s; expected calibration error %.3f\n",
		percent(f.TrueExists, f.TrueExistsInterval), percent(f.FalseExists, f.FalseExistsInterval), f.ECE)
	fmt.Fprintf(to, "lost by retrieval %d, by scoring %d; degraded %d; median %.1f ms, p99 %.1f ms\n\n",
		f.LostByRetrieval, f.LostByScoring, f.Degraded, f.MedianMs, f.P99Ms)
	return errors.Join(f.writeGrades(to), f.writeKinds(to))
}

// writeGrades writes a table of how often each grade was wrong: of the times that
// it was said, as the rate is stated; and of the people not on file.
func (f figures) writeGrades(to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "answer\tsaid\tof all\twrong, of the times said\tat most\tsaid of people not on file")
	for _, g := range f.Grades {
		fmt.Fprintf(table, "%s\t%d\t%.1f %%\t%s\t%g %%\t%s\n",
			g.Exists, g.Said, 100*g.Share, finePercent(g.Wrong, g.WrongInterval), 100*g.Stated, finePercent(g.OfAbsent, g.OfAbsentInterval))
	}
	fmt.Fprintln(table)
	return table.Flush()
}

// percent is a share with its 95 % interval, as in "89.4 % [86.1, 91.9]".
func percent(share float64, within interval) string {
	return fmt.Sprintf("%.1f %% [%.1f, %.1f]", 100*share, 100*within[0], 100*within[1])
}

// finePercent is percent for shares of less than one in a hundred.
func finePercent(share float64, within interval) string {
	return fmt.Sprintf("%.2f %% [%.2f, %.2f]", 100*share, 100*within[0], 100*within[1])
}

func (f figures) writeKinds(to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "kind\tquestions\thit@1\thit@5\tat 1 %\ttold exists\tcertain\tlost by retrieval\tby scoring\t")
	for _, k := range f.Kinds {
		if k.Answerable {
			fmt.Fprintf(table, "%s\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%d\t%d\t\n",
				k.Kind, k.Questions, 100*k.Hit1, 100*k.Hit5, 100*k.Accepted, 100*k.Told, 100*k.Certain, k.LostByRetrieval, k.LostByScoring)
		}
	}
	for _, k := range f.Kinds {
		if !k.Answerable {
			fmt.Fprintf(table, "%s\t%d\t\t\t%.1f\t%.2f\t%.2f\t\t\t\n", k.Kind, k.Questions, 100*k.Accepted, 100*k.Told, 100*k.Certain)
		}
	}
	return table.Flush()
}

// writeRow writes the main figures as cells of a Markdown table: people on file,
// questions with and without an answer, hit@1, R@1%, told to exist of those not on
// file, wrong of the times told so (certain, and certain or probable), calibration
// error, lost by retrieval and by scoring, median.
func (f figures) writeRow(to io.Writer) error {
	certain, told := f.Grades[0], f.Grades[2]
	_, err := fmt.Fprintf(to, "| %d | %d / %d | %s | %s | %s | %s / %s | %.3f | %d / %d | %.1f ms |\n",
		f.Residents, f.Answerable, f.Unanswerable,
		percent(f.Hit1, f.Hit1Interval), percent(f.RecallAt1PercentFalse, f.RecallAt1PercentFalseInterval),
		percent(f.FalseExists, f.FalseExistsInterval),
		finePercent(certain.Wrong, certain.WrongInterval), finePercent(told.Wrong, told.WrongInterval),
		f.ECE, f.LostByRetrieval, f.LostByScoring, f.MedianMs)
	return err
}
