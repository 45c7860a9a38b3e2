package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"personindex/configs"
	"personindex/match"
)

// someFigures are those of 300 questions, of which one in four has no answer.
func someFigures() figures {
	var a answered
	for i := range 300 {
		j := match.Judged{Kind: "exact", Answerable: i%4 > 0, Rank: 1, Probability: 0.99, Told: true, Certain: i%2 > 0}
		if !j.Answerable {
			j = match.Judged{Kind: "none_stranger", Probability: float64(i) / 1000}
		}
		a.judged = append(a.judged, j)
		a.took = append(a.took, 3*time.Millisecond)
	}
	return summarise(someConfig(), loaded{}, a)
}

func someConfig() configs.Config {
	return configs.Config{Matching: configs.Matching{OnFile: 0.5, Wrong: configs.ErrorRates{Certain: 0.001, Probable: 0.02, Possible: 0.98}}}
}

func TestFiguresAreWrittenWithTheirIntervals(t *testing.T) {
	t.Parallel()
	f := someFigures()
	f.RecallAt1PercentFalse, f.RecallAt1PercentFalseInterval = 0.8941, interval{0.8612, 0.9188}
	var text, row strings.Builder
	if err := errors.Join(f.write(&text), f.writeRow(&row)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"hit@1 100.0 % [100.0, 100.0]", "R@1% 89.4 % [86.1, 91.9]", "expected calibration error 0.0",
		"certain              150   33.3 %  0.00 % [0.00, 7", " 0.1 %", "certain or probable  225   50.0 %", " 2 %",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is missing in\n%s", want, text.String())
		}
	}
	if want := "| 0 | 225 / 75 | 100.0 % [100.0, 100.0] | 89.4 % [86.1, 91.9] | 0.0 % [0.0, 0.0] | 0.00 % [0.00, 7"; !strings.HasPrefix(row.String(), want) || !strings.HasSuffix(row.String(), " | 0 / 0 | 3.0 ms |\n") {
		t.Errorf("the row is %q", row.String())
	}
}

func TestTheDiagramStandsByItselfAndShowsEveryBin(t *testing.T) {
	t.Parallel()
	f := someFigures()
	var drawing bytes.Buffer
	if err := f.writeReliability(&drawing); err != nil {
		t.Fatal(err)
	}
	if text := drawing.String(); strings.Contains(text, "href") || strings.Contains(text, "NaN") || !strings.Contains(text, "prefers-color-scheme: dark") {
		t.Errorf("the drawing refers elsewhere, has no place for a point or no dark form:\n%s", text)
	}
	circles := 0
	for decoder := xml.NewDecoder(&drawing); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "circle" {
			circles++
		}
	}
	if len(f.Reliability) < 3 || circles != len(f.Reliability) {
		t.Errorf("%d points are drawn for %d bins", circles, len(f.Reliability))
	}
}

func TestEachGradeIsHeldAgainstItsRate(t *testing.T) {
	t.Parallel()
	var a answered
	say := func(answerable, told, certain bool, times int) {
		for range times {
			a.judged = append(a.judged, match.Judged{Answerable: answerable, Told: told, Certain: certain})
		}
	}
	say(true, true, true, 60)
	say(true, true, false, 20)
	say(true, false, false, 20)
	say(false, true, true, 1)
	say(false, true, false, 5)
	say(false, false, false, 94)
	want := []grade{
		{Exists: "certain", Said: 61, Stated: 0.001, Wrong: 1. / 61, OfAbsent: 0.01},
		{Exists: "probable", Said: 25, Stated: 0.02, Wrong: 5. / 25, OfAbsent: 0.05},
		{Exists: "certain or probable", Said: 86, Stated: 0.02, Wrong: 6. / 86, OfAbsent: 0.06},
	}
	got := summarise(someConfig(), loaded{}, a).Grades
	rough := cmp.Options{cmpopts.EquateApprox(0, 1e-9), cmpopts.IgnoreFields(grade{}, "Share", "WrongInterval", "OfAbsentInterval")}
	if diff := cmp.Diff(want, got, rough); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A dot of a hundredth of the questions must not look as weighty as one of most.
func TestFewQuestionsMakeASmallDot(t *testing.T) {
	t.Parallel()
	drawn := figures{Reliability: []bin{{Questions: 90_000}, {Questions: 10_000}, {Questions: 12}}}.points()
	most, some, few := drawn[0], drawn[1], drawn[2]
	if ratio := most.Radius / some.Radius; ratio < 2.8 || ratio > 3.2 {
		t.Errorf("nine times the questions make a dot of %v times the radius, not three", ratio)
	}
	if few.Radius <= 0 || few.Radius > some.Radius/1.5 || few.Count != "12" || some.Count != "10k" {
		t.Errorf("twelve questions are drawn as %+v beside %+v", few, some)
	}
}

func TestNothingAskedCanBeReported(t *testing.T) {
	t.Parallel()
	f := summarise(someConfig(), loaded{}, answered{})
	if err := errors.Join(f.write(io.Discard), f.writeRow(io.Discard), f.writeReliability(io.Discard)); err != nil {
		t.Error(err)
	}
}
