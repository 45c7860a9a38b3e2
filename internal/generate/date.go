package generate

import "strconv"

// thisYear is the year the borough is in: nobody is born after its end. It is
// fixed, since a set that changed with the calendar could not be compared.
const thisYear = 2025

// date is a day of the Gregorian calendar.
type date struct{ year, month, day int }

func (d date) String() string {
	return string([]byte{
		digit(d.year / 1000), digit(d.year / 100), digit(d.year / 10), digit(d.year), '-',
		digit(d.month / 10), digit(d.month), '-', digit(d.day / 10), digit(d.day),
	})
}

func digit(n int) byte { return byte('0' + n%10) }

// parseDate reads the ISO form that String writes; ok is false for a date in
// part, for none, and for a day that never was.
func parseDate(s string) (d date, ok bool) {
	if len(s) != len("2006-01-02") {
		return date{}, false
	}
	year, err1 := strconv.Atoi(s[:4])
	month, err2 := strconv.Atoi(s[5:7])
	day, err3 := strconv.Atoi(s[8:])
	d = date{year, month, day}
	return d, err1 == nil && err2 == nil && err3 == nil && d.valid()
}

func (d date) valid() bool {
	return d.year >= 1900 && d.year <= thisYear && d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= daysIn(d.year, d.month)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// dayIn is any day of the year.
func dayIn(s *stream, year int) date {
	month := s.between(1, 12)
	return date{year, month, s.between(1, daysIn(year, month))}
}
