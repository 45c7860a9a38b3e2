package match

import (
	"personindex/person"
)

// IsDefaultDate reports whether d is a date that systems and officers enter when
// the true one is unknown: 1 January of any year. Many people born abroad bear it
// too, so that it is weak evidence rather than none.
func IsDefaultDate(d person.Date) bool { return d.Month == 1 && d.Day == 1 }

// swapDayMonth exchanges day and month, and reports whether that gives another
// date that exists.
func swapDayMonth(d person.Date) (person.Date, bool) {
	if !d.Full() || d.Day > 12 || d.Day == d.Month {
		return d, false
	}
	return person.Date{Year: d.Year, Month: d.Day, Day: d.Month}, true
}
