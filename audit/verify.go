package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// Chain is what Verify reads. *storage.Store is one.
type Chain interface {
	// Seals returns at most limit seals numbered after a number, in their order.
	Seals(ctx context.Context, after int64, limit int) ([]Seal, error)
	// SealedEvents returns the events of the seal's month whose ids it covers, in
	// the order of ids and times.
	SealedEvents(ctx context.Context, s Seal) ([]Event, error)
	// UnsealedEvents returns some events of a time up to before that no seal of
	// their month covers, the oldest first, without more than their ids and times.
	UnsealedEvents(ctx context.Context, before time.Time) ([]Event, error)
	// Dropped returns the months that are no longer kept.
	Dropped(ctx context.Context) ([]Dropped, error)
}

// Dropped says that the events of a month are no longer kept.
type Dropped struct {
	Month  time.Time
	At     time.Time
	Caller string
	Events int64 // how many there were
	Last   Head  // of the month's seals
}

// Event is how the audit tells of dropping the month: it says which, and what its
// chain ended with.
func (d Dropped) Event() Event {
	return Event{Caller: d.Caller, Action: Drop, Reason: d.Month.UTC().Format("2006-01") + " " + d.Last.String()}
}

// Report is what Verify found.
type Report struct {
	Seals   int64
	Events  int64 // whose hashes were computed again
	Dropped int64 // of months that are no longer kept, where only the chain was followed
	Head    Head  // of the chain: the zero one where there is none
	// Wrong is what is not as it was written, each in words that name the seal or
	// the event; empty for a chain that holds.
	Wrong []string
}

// maxWrong is how much that is wrong Verify gathers before it gives up.
const maxWrong = 100

// Verify follows the chain from its beginning, computes each hash again, and
// looks for events that are in none. noted is a head that was kept elsewhere,
// or the zero one. It tells progress after each seal how many it has done.
//
// It proves that no event of a seal up to a noted head was changed, removed or
// added since that head was noted. Without one it proves that whoever changed
// something did not write the chain anew from there. The last minute's events are
// in no seal yet, and of those that appear within [Late] nothing tells whether the
// service wrote them.
func Verify(ctx context.Context, chain Chain, noted Head, progress func(seals int64)) (Report, error) {
	v := verification{ctx: ctx, chain: chain, noted: noted, progress: progress, told: map[string]bool{}}
	dropped, err := chain.Dropped(ctx)
	if err != nil {
		return Report{}, err
	}
	v.dropped = dropped
	if err := v.follow(); err != nil {
		return Report{}, err
	}
	v.compareHead()
	v.compareDropped()
	if err := v.lookForOthers(); err != nil {
		return Report{}, err
	}
	return v.report, nil
}

// verification is one run of Verify.
type verification struct {
	ctx      context.Context
	chain    Chain
	noted    Head
	found    bool // the noted head's number
	dropped  []Dropped
	progress func(int64)
	told     map[string]bool // of dropped months, by the events that tell of them
	last     Seal
	report   Report
}

func (v *verification) wrong(format string, args ...any) {
	if len(v.report.Wrong) < maxWrong {
		v.report.Wrong = append(v.report.Wrong, fmt.Sprintf(format, args...))
	}
}

// sealPage is how many seals are read at once: two days of them.
const sealPage = 3000

// follow checks every seal against the one before and against its events.
func (v *verification) follow() error {
	for {
		page, err := v.chain.Seals(v.ctx, v.last.Number, sealPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, s := range page {
			v.link(s)
			if err := v.contents(s); err != nil {
				return err
			}
			v.last = s
			v.report.Seals++
			v.progress(v.report.Seals)
		}
	}
}

// link checks that a seal follows the last one.
func (v *verification) link(s Seal) {
	previous := v.last.Hash
	if previous == nil {
		previous = make([]byte, sha256.Size)
	}
	switch {
	case s.Number > v.last.Number+1:
		v.wrong("%s missing", seals(v.last.Number+1, s.Number-1))
	case !bytes.Equal(s.Previous, previous):
		v.wrong("seal %d does not follow from seal %d: one of them was changed", s.Number, v.last.Number)
	}
	if s.Number == v.noted.Number {
		v.found = true
		if !bytes.Equal(s.Hash, v.noted.Hash) {
			v.wrong("seal %d is not the one that was noted: the chain was written anew", s.Number)
		}
	}
}

func seals(first, last int64) string {
	if first == last {
		return fmt.Sprintf("seal %d is", first)
	}
	return fmt.Sprintf("seals %d to %d are", first, last)
}

// contents checks a seal's events, unless they are no longer kept.
func (v *verification) contents(s Seal) error {
	if i := slices.IndexFunc(v.dropped, func(d Dropped) bool { return d.Month.Equal(s.Month) }); i >= 0 {
		v.report.Dropped += int64(s.Count)
		if d := v.dropped[i]; s.Number > d.Last.Number || s.Number == d.Last.Number && !bytes.Equal(d.Last.Hash, s.Hash) {
			v.wrong("seal %d is not the last one of %s that was noted when its events were dropped", s.Number, s.Month.Format("2006-01"))
		}
		return nil
	}
	events, err := v.chain.SealedEvents(v.ctx, s)
	if err != nil {
		return err
	}
	v.report.Events += int64(len(events))
	for _, e := range events {
		if e.Action == Drop {
			v.told[e.Reason] = true
		}
	}
	before := len(v.report.Wrong)
	v.compare(s, events)
	if len(v.report.Wrong) == before && !bytes.Equal(s.hash(events), s.Hash) {
		v.wrong("seal %d does not have the hash of its events: it was changed", s.Number)
	}
	return nil
}

// compare finds which events of a seal are not as they were.
func (v *verification) compare(s Seal, events []Event) {
	n := 0 // of the ids that the seal covers
	for _, r := range s.Events {
		for id := r.From; id < r.To; id++ {
			switch {
			case len(events) == 0 || events[0].ID != id:
				v.wrong("event %d of seal %d (%s) was removed", id, s.Number, s.Month.Format("2006-01"))
			case !s.marked(n, events[0]):
				v.wrong("event %d of seal %d was changed", id, s.Number)
				events = events[1:]
			default:
				events = events[1:]
			}
			for len(events) > 0 && events[0].ID == id {
				v.wrong("event %d of seal %d is there twice: one was inserted", id, s.Number)
				events = events[1:]
			}
			n++
		}
	}
	if n != s.Count || len(s.Marks) != n*markSize {
		v.wrong("seal %d covers %d events and should cover %d: it was changed", s.Number, n, s.Count)
	}
}

// compareHead checks that the chain goes as far as it once did.
func (v *verification) compareHead() {
	if v.last.Number > 0 {
		v.report.Head = v.last.Head()
	}
	if v.noted.Number > 0 && !v.found {
		v.wrong("seal %d, which was noted, is missing: the chain ends with seal %d", v.noted.Number, v.last.Number)
	}
}

// compareDropped checks that the audit tells of each month that is said to have
// been dropped, unless it was so lately that the event is in no seal yet, or the
// event's own month was dropped since.
func (v *verification) compareDropped() {
	for _, d := range v.dropped {
		late := !d.At.Before(v.last.Through.Add(-Late))
		gone := slices.ContainsFunc(v.dropped, func(other Dropped) bool { return other.Month.Equal(MonthOf(d.At)) })
		if !late && !gone && !v.told[d.Event().Reason] {
			v.wrong("%s is said to have been dropped, and no event tells of it", d.Month.UTC().Format("2006-01"))
		}
	}
}

// lookForOthers finds events that are too old not to be sealed.
func (v *verification) lookForOthers() error {
	if v.last.Number == 0 {
		return nil
	}
	events, err := v.chain.UnsealedEvents(v.ctx, v.last.Through.Add(-Late))
	for _, e := range events {
		v.wrong("event %d of %s is in no seal: it was inserted", e.ID, e.At.UTC().Format(time.RFC3339))
	}
	return err
}
