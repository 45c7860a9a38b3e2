package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
)

//go:embed reliability.svg
var reliabilityDrawing string

// The frame of the diagram, in its own units: a square of shares, with bars for
// the number of questions beneath.
const (
	frameLeft, frameTop, frameSide = 72, 64, 360
	barsBottom, barsHeight         = 548, 56
	barWidth                       = 22
	largestRadius, smallestRadius  = 9, 1.5
)

// point is a bin as it is drawn: a dot whose area is its questions, so that few
// do not look as weighty as many, and a bar of their number.
type point struct {
	X, Y, Radius, Low, High          float64
	BarX, BarMiddle, BarY, BarHeight float64
	Count, Says                      string
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
	largest := 1
	for _, b := range f.Reliability {
		largest = max(largest, b.Questions)
	}
	var drawn []point
	for _, b := range f.Reliability {
		part := float64(b.Questions) / float64(largest)
		middle, height := across((b.From+b.To)/2), tenth(max(1, barsHeight*part))
		drawn = append(drawn, point{
			X: across(b.Answered), Y: upward(b.OnFile), Radius: tenth(max(smallestRadius, largestRadius*math.Sqrt(part))),
			Low: upward(b.OnFileInterval[0]), High: upward(b.OnFileInterval[1]),
			BarX: tenth(middle - barWidth/2), BarMiddle: middle, BarY: tenth(barsBottom - height), BarHeight: height,
			Count: short(b.Questions),
			Says:  fmt.Sprintf("answered %.1f %%, on file %s, %d questions", 100*b.Answered, percent(b.OnFile, b.OnFileInterval), b.Questions),
		})
	}
	return drawn
}

// short is a number that fits over a bar, as in "940", "1.2k" and "18k".
func short(n int) string {
	switch thousands := float64(n) / 1000; {
	case n < 1000:
		return strconv.Itoa(n)
	case n < 9950:
		return fmt.Sprintf("%.1fk", thousands)
	default:
		return fmt.Sprintf("%.0fk", thousands)
	}
}
