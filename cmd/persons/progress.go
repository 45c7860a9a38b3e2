package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"personindex/indexer"
)

// progress is told how far a step of long work is; a total of 0 is unknown.
type progress func(step string, done, total int64)

// newProgress shows progress to people: as bars on a terminal, and elsewhere as a
// line now and then. finish ends the bars; nothing may be reported after it.
func newProgress(to io.Writer) (report progress, finish func()) {
	if file, ok := to.(*os.File); ok && isatty.IsTerminal(file.Fd()) {
		return barProgress(file)
	}
	return lineProgress(to), func() {}
}

func barProgress(to io.Writer) (progress, func()) {
	container := mpb.New(mpb.WithOutput(to), mpb.WithWidth(60))
	bars := map[string]*mpb.Bar{}
	report := func(step string, done, total int64) {
		bar, ok := bars[step]
		if !ok {
			bar = container.AddBar(total,
				mpb.PrependDecorators(decor.Name(step, decor.WC{W: 12, C: decor.DindentRight}), decor.CountersNoUnit("%d of %d ")),
				mpb.AppendDecorators(decor.Percentage(), decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace)))
			bars[step] = bar
		}
		bar.SetTotal(total, false)
		bar.SetCurrent(done)
	}
	return report, func() {
		for _, bar := range bars {
			bar.SetTotal(-1, true) // what is current counts as all
		}
		container.Wait()
	}
}

// lineEvery is the least time between two lines of one step.
const lineEvery = 5 * time.Second

func lineProgress(to io.Writer) progress {
	last := map[string]time.Time{}
	return func(step string, done, total int64) {
		finished := total > 0 && done >= total
		if at, begun := last[step]; !finished && begun && time.Since(at) < lineEvery {
			return
		}
		last[step] = time.Now()
		if total > 0 {
			fmt.Fprintf(to, "%s: %d of %d\n", step, done, total)
		} else {
			fmt.Fprintf(to, "%s: %d\n", step, done)
		}
	}
}

// counting is report for one step that counts in ints.
func (p progress) counting(step string) func(done, total int) {
	return func(done, total int) { p(step, int64(done), int64(total)) }
}

// indexing is p as the indexer reports to it.
func (p progress) indexing() indexer.Progress {
	return func(step string, done, total int64) { p(step, done, total) }
}
