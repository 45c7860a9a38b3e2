package generate

import (
	"fmt"
	"slices"
)

// clumsyKinds make from none to five mistakes, and ask name and date of birth
// at least, as far as these are allowed.
func clumsyKinds(allowed field) []kind {
	all := (byFirst | byLast | byBirth) & allowed
	list := []kind{{"clumsy_0", 30, 0, all, nil}}
	for mistakes := 1; mistakes <= 5; mistakes++ {
		list = append(list, kind{fmt.Sprintf("clumsy_%d", mistakes), 40, 0, all, []slip{clumsy(mistakes)}})
	}
	return list
}

// clumsy makes n mistakes, wherever they fall: a name may be misspelt twice.
func clumsy(n int) slip {
	common := []slip{
		onFirst(misspell), onFirst(misspell), onFirst(misspell), onFirst(mishear), onFirst(misread), forget(byFirst),
		onLast(misspell), onLast(misspell), onLast(misspell), onLast(mishear), onLast(misread), forget(byLast),
		onDate(anotherDigit), onDate(anotherDigit), onDate(swapDigits), onDate(swapDayAndMonth), onDate(anyDate), forget(byBirth),
		swapNames, streetSlip, postcodeSlip, abbreviate, formerAddress,
	}
	rare := []slip{
		onFirst(spaceIn), onLast(spaceIn), nickname, respell, initialOnly, anotherFirst, anotherLast,
		onDate(oneDayOff), onDate(oneYearOff), onDate(tenYearsOff), onDate(newYearsDay), yearOnly,
	}
	slips := slices.Concat(common, common, rare)
	return func(t *telling) bool {
		made := 0
		for range 10 * n {
			if made < n && pick(t.s, slips)(t) {
				made++
			}
		}
		return made > 0
	}
}

// anyDate is a date that has nothing to do with the true one: another person's,
// or the day of the call.
func anyDate(s *stream, d date) date {
	return date{d.year - 20 + s.below(40), 1 + s.below(12), 1 + s.below(28)}
}

// spaceIn breaks a name in two.
func spaceIn(s *stream, text string) string {
	r := []rune(text)
	if len(r) < 4 {
		return text
	}
	at := s.between(2, len(r)-2)
	return string(r[:at]) + " " + string(r[at:])
}

// anotherFirst and anotherLast give another name altogether, as people do who go
// by one that nobody wrote down.
func anotherFirst(t *telling) bool {
	return t.first != "" && alter(&t.first, t.p.community.forename(t.s, t.p.sex, t.p.born.year))
}

func anotherLast(t *telling) bool {
	return t.last != "" && alter(&t.last, t.p.community.family(t.s)[t.p.sex])
}
