package normalise

import "strings"

// Skeleton returns what is left of a folded token when its spelling is taken out:
// the first letter, then the consonants without h, w and y, each once in a row,
// those that transliterations interchange as one. Mohammed, Muhammad and Mohamad
// are one skeleton, and so are Hussein, Husain and Hossain.
//
// It is short for a short name: "ali" and "ella" are "al" and "el", so it is
// evidence only beside something else.
func Skeleton(token string) string {
	token = closeSounds.Replace(token)
	skeleton := make([]byte, 0, len(token))
	for i := 0; i < len(token); i++ {
		c := token[i]
		switch {
		case len(skeleton) == 0:
			skeleton = append(skeleton, c)
		case isVowel(c) || c == 'h' || c == 'w' || c == 'y':
		case skeleton[len(skeleton)-1] != c:
			skeleton = append(skeleton, c)
		}
	}
	return string(skeleton)
}

// closeSounds writes one letter for each group that transliterations of one name
// interchange. strings.Replacer tries them at each place in this order.
var closeSounds = strings.NewReplacer(
	"ph", "f", "tch", "c", "ch", "c", "kh", "k", "gh", "g", "sh", "s", "th", "t", "dh", "d", "ck", "k", "x", "ks",
	"c", "k", "q", "k", "z", "s", "v", "f", "j", "y",
)
