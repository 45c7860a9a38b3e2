package normalise

import "strings"

// Confusable returns a folded token in which letters and figures that a scanner
// or a hurried reader takes for one another are one: rn and m, cl and d, vv and
// w, 0 and o, 1, l and i, 5 and s, 8 and b, 6 and g, 2 and z. Two tokens with
// the same result may be one word misread; it is no word to show anybody.
//
// Confusable is idempotent.
func Confusable(token string) string { return lookalikes.Replace(token) }

var lookalikes = strings.NewReplacer(
	"rn", "m", "rri", "m", "cl", "d", "c1", "d", "vv", "w",
	"0", "o", "1", "i", "l", "i", "j", "i", "5", "s", "8", "b", "6", "g", "9", "g", "q", "g", "2", "z", "4", "a",
)
