package person

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Date is a calendar date that may be known only to the month or the year. Its
// zero value is unknown. Day is zero where only the month is known, and Month
// too where only the year is.
type Date struct {
	Year  int // 1000-9999
	Month int // 1-12
	Day   int // 1-31
}

// errDate is deliberately silent about the text, which is somebody's birthday.
var errDate = errors.New("must be a date such as 1989-10-11, 11/10/1989, 11 Oct 1989, 10/1989 or 1989")

var (
	isoDate    = regexp.MustCompile(`^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:t00:00:00(?:\.0+)?z?)?$`)
	ukDate     = regexp.MustCompile(`^(?:(\d{1,2})[/.\- ])?(\d{1,2})[/.\- ](\d{4})$`)
	compactUK  = regexp.MustCompile(`^(\d{2})(\d{2})(\d{4})$`)
	namedMonth = regexp.MustCompile(`^(?:(\d{1,2})(?:st|nd|rd|th)?[ \-/.]*(?:of )?)?([a-z]{3,9})[ \-/.,]*(\d{4})$`)
)

// ParseDate reads a date in the forms people in the UK write: 1989-10-11,
// 11/10/1989, 11-10-1989, 11.10.1989, 11 Oct 1989, 11th October 1989, 11101989,
// and the partial 10/1989, Oct 1989, 1989-10 and 1989. Day comes before month
// unless the year is first. Empty text is the unknown date. The error says what
// a date looks like and never repeats the text.
func ParseDate(text string) (Date, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return Date{}, nil
	}
	if len(text) > 40 {
		return Date{}, errDate
	}
	if isIsoDay(text) {
		return newDate(text[:4], text[5:7], text[8:])
	}
	var year, month, day string
	if m := isoDate.FindStringSubmatch(text); m != nil {
		year, month, day = m[1], m[2], m[3]
	} else if m := compactUK.FindStringSubmatch(text); m != nil {
		day, month, year = m[1], m[2], m[3]
	} else if m := ukDate.FindStringSubmatch(text); m != nil {
		day, month, year = m[1], m[2], m[3]
	} else if m := namedMonth.FindStringSubmatch(text); m != nil {
		day, month, year = m[1], monthNumber(m[2]), m[3]
	} else {
		return Date{}, errDate
	}
	return newDate(year, month, day)
}

// isIsoDay reports whether text is written as the register keeps days, of which a
// search reads a hundred: the expression took a sixth of the time a record does.
func isIsoDay(text string) bool {
	if len(text) != len(time.DateOnly) {
		return false
	}
	for i := range len(text) {
		if dash := i == 4 || i == 7; dash && text[i] != '-' || !dash && (text[i] < '0' || text[i] > '9') {
			return false
		}
	}
	return true
}

// newDate refuses what no calendar has, such as 31 February. A part given as
// zeros, as some systems write an unknown day, is unknown.
func newDate(year, month, day string) (Date, error) {
	d := Date{Year: atoi(year), Month: atoi(month), Day: atoi(day)}
	if d.Year < 1000 || d.Month < 0 || d.Month > 12 || (d.Month == 0 && month != "" && strings.Trim(month, "0") != "") {
		return Date{}, errDate
	}
	if d.Month == 0 && d.Day != 0 {
		return Date{}, errDate
	}
	if d.Day != 0 && time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Day() != d.Day {
		return Date{}, errors.New("is a day that this month does not have")
	}
	return d, nil
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// monthNumber is the number of an English month by its first three letters or
// whole name, or "13" for any other word, which no date has.
func monthNumber(word string) string {
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if len(word) >= 3 && (strings.HasPrefix(name, word) || word == "sept" && m == time.September) {
			return strconv.Itoa(int(m))
		}
	}
	return "13"
}

// IsZero reports whether nothing is known.
func (d Date) IsZero() bool { return d == Date{} }

// Full reports whether the day is known.
func (d Date) Full() bool { return d.Month != 0 && d.Day != 0 }

// Iso is the date in ISO 8601, as precise as known, and empty when unknown.
func (d Date) Iso() string {
	text := [10]byte{4: '-', 7: '-'}
	// By hand: a search compares a hundred dates, and fmt took half of its time.
	digits := func(at, width, n int) {
		for ; width > 0; width-- {
			text[at+width-1] = byte('0' + n%10)
			n /= 10
		}
	}
	digits(0, 4, d.Year)
	digits(5, 2, d.Month)
	digits(8, 2, d.Day)
	switch {
	case d.Year == 0:
		return ""
	case d.Month == 0:
		return string(text[:4])
	case d.Day == 0:
		return string(text[:7])
	}
	return string(text[:])
}

// Earliest is the first day that the date can mean, at midnight UTC. It is the
// zero time for an unknown date.
func (d Date) Earliest() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
}

// Format keeps a birthday out of formatted text, whatever the verb; Iso is the
// value.
func (d Date) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, "***") }

// LogValue keeps a birthday out of logs.
func (d Date) LogValue() slog.Value { return slog.StringValue("***") }

// MarshalText writes Iso.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.Iso()), nil }

// UnmarshalText reads what ParseDate reads.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
