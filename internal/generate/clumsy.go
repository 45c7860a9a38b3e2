package generate

import "fmt"

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
	return func(t *telling) bool {
		slips := []slip{
			onFirst(misspell), onFirst(misspell), onFirst(misspell), onFirst(mishear), onFirst(misread), forget(byFirst),
			onLast(misspell), onLast(misspell), onLast(misspell), onLast(mishear), onLast(misread), forget(byLast),
			onDate(anotherDigit), onDate(anotherDigit), onDate(swapDigits), onDate(swapDayAndMonth), onDate(anyDate), forget(byBirth),
			swapNames, streetSlip, postcodeSlip, abbreviate, formerAddress,
		}
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
