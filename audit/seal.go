package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Late is how long after its time an event may become visible, since the
// transaction that writes it may take that long to commit. Whatever is older
// than the last seal by more, and in no seal, was not written by this service.
const Late = time.Hour

// maxSealed is how many events one seal holds at most: enough for a minute of a
// busy council, few enough to be held in memory.
const maxSealed = 5000

// Seal is a link of the chain over the events. Its hash is of the one before it
// and of all its events, so that none of them can change without every later
// hash changing.
type Seal struct {
	Number   int64     // from 1, without gaps
	Month    time.Time // of all its events: its first moment, in UTC
	Events   []Range   // their ids, ascending
	Count    int
	Through  time.Time // until when events were looked for
	Marks    []byte    // four bytes of each event's own hash, in the order of ids
	Previous []byte    // hash of the seal before; 32 zeros for the first
	Hash     []byte    // SHA-256
}

// Range is the ids from From to To, without To.
type Range struct{ From, To int64 }

// Head names a seal and what it holds: noted elsewhere, it proves that everything
// up to it is as it was.
type Head struct {
	Number int64
	Hash   []byte
}

// String is how a head is written: its number, a colon and its hash.
func (h Head) String() string {
	return strconv.FormatInt(h.Number, 10) + ":" + hex.EncodeToString(h.Hash)
}

// ParseHead reads what String wrote.
func ParseHead(text string) (Head, error) {
	number, hash, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(number, 10, 64)
	decoded, wrong := hex.DecodeString(hash)
	if err != nil || wrong != nil || n < 1 || len(decoded) != sha256.Size {
		return Head{}, fmt.Errorf("a head is NUMBER:HASH, as it was logged")
	}
	return Head{n, decoded}, nil
}

// Head names the seal.
func (s Seal) Head() Head { return Head{s.Number, s.Hash} }

// Next makes the seal after previous, which is the zero Seal for the first. Events
// are candidates in the order of their time, all that there were until looked;
// it takes those of the first month, and maxSealed of them at most. What it
// leaves is for the seal after it. There must be one.
func Next(previous Seal, events []Event, looked time.Time) Seal {
	month := MonthOf(events[0].At)
	n := 0
	for n < len(events) && n < maxSealed && MonthOf(events[n].At).Equal(month) {
		n++
	}
	through := looked
	if n < len(events) {
		through = events[n-1].At
	}
	if through.Before(previous.Through) {
		through = previous.Through
	}
	s := Seal{Number: previous.Number + 1, Month: month, Through: through.UTC(), Previous: previous.Hash}
	if s.Previous == nil {
		s.Previous = make([]byte, sha256.Size)
	}
	s.cover(events[:n])
	return s
}

// Batch is how many candidates Next is given at most: one more than it takes.
func Batch() int { return maxSealed + 1 }

// cover sets what follows from the events.
func (s *Seal) cover(events []Event) {
	events = slices.Clone(events)
	slices.SortFunc(events, func(a, b Event) int { return int(min(1, max(-1, a.ID-b.ID))) })
	s.Count = len(events)
	for _, e := range events {
		if last := len(s.Events) - 1; last >= 0 && s.Events[last].To == e.ID {
			s.Events[last].To++
		} else {
			s.Events = append(s.Events, Range{e.ID, e.ID + 1})
		}
		s.Marks = append(s.Marks, e.mark()...)
	}
	s.Hash = s.hash(events)
}

// hash is that of the seal with these events, in the order of their ids.
func (s Seal) hash(events []Event) []byte {
	hash := sha256.New()
	hash.Write([]byte("personindex audit seal 1\n"))
	hash.Write(s.Previous)
	head := binary.BigEndian.AppendUint64(nil, uint64(s.Number))
	head = append(head, s.Month.UTC().Format("2006-01")...)
	head = binary.BigEndian.AppendUint64(head, uint64(s.Through.UnixMicro()))
	head = binary.BigEndian.AppendUint64(head, uint64(len(events)))
	hash.Write(head)
	for _, e := range events {
		hash.Write(e.canonical())
	}
	return hash.Sum(nil)
}

// MonthOf is the first moment of a time's month, in UTC.
func MonthOf(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

const markSize = 4

func (e Event) mark() []byte {
	hash := sha256.Sum256(e.canonical())
	return hash[:markSize]
}

// marked reports whether the seal marks the event as the nth of its own.
func (s Seal) marked(n int, e Event) bool {
	return len(s.Marks) >= (n+1)*markSize && bytes.Equal(s.Marks[n*markSize:(n+1)*markSize], e.mark())
}

// canonical writes an event so that no two are written alike: each value after
// its length, each list after its number of values, in the order of the columns.
func (e Event) canonical() []byte {
	var c canon
	c.number(e.ID)
	c.number(e.At.UnixMicro())
	c.text(e.Caller)
	texts(&c, e.Roles)
	texts(&c, e.Areas)
	c.text(e.From)
	texts(&c, e.RequestIDs)
	c.text(e.Route)
	c.text(string(e.Action))
	c.number(int64(e.Status))
	texts(&c, e.Persons)
	texts(&c, e.Fields)
	c.text(e.Reason)
	texts(&c, e.Sealed)
	c.text(e.Session)
	if e.Since == nil {
		c.number(0)
	} else {
		c.number(1)
		c.number(e.Since.UnixMicro())
	}
	texts(&c, e.Flags)
	return c
}

type canon []byte

func (c *canon) number(n int64) { *c = binary.BigEndian.AppendUint64(*c, uint64(n)) }

func (c *canon) text(s string) {
	c.number(int64(len(s)))
	*c = append(*c, s...)
}

func texts[T ~string | ~[]byte](c *canon, list []T) {
	c.number(int64(len(list)))
	for _, s := range list {
		c.text(string(s))
	}
}
