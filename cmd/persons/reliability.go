package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed reliability.svg
var reliabilityDrawing string

// The frame of the diagram, in its own units: a square of shares, with bars for
// the number of questions beneath.
const (
	frameLeft, frameTop, frameSide = 64, 64, 360
	barsBottom, barsHeight         = 484, 44
	barWidth                       = 22
)

// point is a bin as it is drawn.
type point struct {
	X, Y, Low, High, BarX, BarY, BarHeight float64
	Says                                   string
}

// tick is a share marked on both axes.
type tick struct {
	X, Y  float64
	Label string
}

// writeReliability draws the reliability diagram as SVG that stands by itself
// and follows the reader's preference for light or dark.
func (f figures) writeReliability(to io.Writer) error {
	drawing, err := template.New("reliability").Parse(reliabilityDrawing)
	if err != nil {
		return err
	}
	return drawing.Execute(to, struct {
		Questions   int
		OnFile, ECE float64
		Ticks       []tick
		Points      []point
	}{f.Answerable + f.Unanswerable, f.OnFile, f.ECE, ticks(), f.points()})
}

func across(share float64) float64 { return tenth(frameLeft + frameSide*share) }

func upward(share float64) float64 { return tenth(frameTop + frameSide*(1-share)) }

// tenth keeps the drawing free of digits that nobody can see.
func tenth(x float64) float64 { return float64(int(10*x+0.5)) / 10 }

func ticks() []tick {
	var marks []tick
	for i := range 6 {
		share := float64(i) / 5
		marks = append(marks, tick{across(share), upward(share), fmt.Sprintf("%d %%", 20*i)})
	}
	return marks
}

func (f figures) points() []point {
	largest := 0.0
	for _, b := range f.Reliability {
		largest = max(largest, b.Share)
	}
	var drawn []point
	for _, b := range f.Reliability {
		height := tenth(max(1, barsHeight*b.Share/largest))
		drawn = append(drawn, point{
			X: across(b.Answered), Y: upward(b.OnFile),
			Low: upward(b.OnFileInterval[0]), High: upward(b.OnFileInterval[1]),
			BarX: tenth(across((b.From+b.To)/2) - barWidth/2), BarY: tenth(barsBottom - height), BarHeight: height,
			Says: fmt.Sprintf("answered %.1f %%, on file %s, %d questions", 100*b.Answered, percent(b.OnFile, b.OnFileInterval), b.Questions),
		})
	}
	return drawn
}
