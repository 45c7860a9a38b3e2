package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"personindex/configs"
	"personindex/match"
)

// someFigures are those of 300 questions, of which one in four has no answer.
func someFigures() figures {
	var a answered
	for i := range 300 {
		j := match.Judged{Kind: "exact", Answerable: i%4 > 0, Rank: 1, Probability: 0.99, Told: true}
		if !j.Answerable {
			j = match.Judged{Kind: "none_stranger", Probability: float64(i) / 1000}
		}
		a.judged = append(a.judged, j)
		a.took = append(a.took, 3*time.Millisecond)
	}
	return summarise(configs.Config{Matching: configs.Matching{OnFile: 0.5}}, loaded{}, a)
}

func TestFiguresAreWrittenWithTheirIntervals(t *testing.T) {
	t.Parallel()
	f := someFigures()
	f.RecallAt1PercentFalse, f.RecallAt1PercentFalseInterval = 0.8941, interval{0.8612, 0.9188}
	var text, row strings.Builder
	if err := errors.Join(f.write(&text), f.writeRow(&row)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"hit@1 100.0 % [100.0, 100.0]", "R@1% 89.4 % [86.1, 91.9]", "expected calibration error 0.0"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is missing in\n%s", want, text.String())
		}
	}
	if want := "| 0 | 225 / 75 | 100.0 % [100.0, 100.0] | 89.4 % [86.1, 91.9] | 0.0 % [0.0, 0.0] | "; !strings.HasPrefix(row.String(), want) || !strings.HasSuffix(row.String(), " | 0 / 0 | 3.0 ms |\n") {
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

func TestNothingAskedCanBeReported(t *testing.T) {
	t.Parallel()
	f := summarise(configs.Config{Matching: configs.Matching{OnFile: 0.5}}, loaded{}, answered{})
	if err := errors.Join(f.write(io.Discard), f.writeRow(io.Discard), f.writeReliability(io.Discard)); err != nil {
		t.Error(err)
	}
}
