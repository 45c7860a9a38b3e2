package match

import (
	"time"

	"personindex/person"
)

// compareBirth compares dates of birth digit by digit and part by part, since
// that is how they go wrong. Measures for text, such as Jaro-Winkler, find
// unrelated dates alike and are not used.
func compareBirth(asked, found person.Date) outcome {
	if asked.IsZero() || found.IsZero() {
		return outcome{}
	}
	return outcome{level: birthLevel(asked, found), asked: asked.Iso(), found: found.Iso()}
}

func birthLevel(a, b person.Date) Level {
	switch {
	case !a.Full() || !b.Full():
		return partialBirthLevel(a, b)
	case a == b && IsDefaultDate(a):
		return BirthExactDefault
	case a == b:
		return BirthExact
	}
	if swapped, ok := swapDayMonth(a); ok && swapped == b {
		return BirthSwapped
	}
	if IsDefaultDate(a) && IsDefaultDate(b) {
		return BirthTwoDefaults
	}
	sameDay := a.Month == b.Month && a.Day == b.Day
	_, transposed, oneDigit := oneSlip(a.Iso(), b.Iso())
	apart := a.Year - b.Year
	switch {
	case transposed:
		return BirthTransposed
	case sameDay && (apart == 1 || apart == -1):
		return BirthYearOff1
	case sameDay && (apart == 10 || apart == -10):
		return BirthYearOff10
	case oneDigit && sameDay:
		return BirthOneDigitYear
	case oneDigit:
		return BirthOneDigit
	case apart == 0 && (IsDefaultDate(a) || IsDefaultDate(b)):
		return BirthDefaulted
	case a.Earliest().Sub(b.Earliest()).Abs() <= 3*24*time.Hour:
		return BirthDayNear
	case apart == 0 && a.Month == b.Month:
		return BirthMonthOfYear
	case sameDay:
		return BirthDayOfYear
	case digitsApart(a.Iso(), b.Iso()) == 2:
		return BirthTwoDigits
	case apart == 0:
		return BirthYear
	}
	return BirthDifferent
}

// partialBirthLevel compares dates of which one is known less precisely.
func partialBirthLevel(a, b person.Date) Level {
	switch {
	case a.Year != b.Year:
		return BirthDifferent
	case a.Month == 0 || b.Month == 0:
		return BirthPartialYear
	case a.Month == b.Month:
		return BirthPartial
	}
	return BirthYear
}

// digitsApart counts the characters that differ between two dates.
func digitsApart(a, b string) int {
	differ := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			differ++
		}
	}
	return differ
}
