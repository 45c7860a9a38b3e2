package normalise

import "strings"

// SurnameStem returns a folded surname in the form that father, mother and
// children share: kowalska and kowalski are kowalski, ivanova is ivanov,
// dostoevskaya dostoevski. Slavic and Lithuanian women's endings only; any other
// surname, and one too short to tell, is returned unchanged.
//
// SurnameStem is idempotent.
func SurnameStem(token string) string {
	for _, e := range genderedEndings {
		if stem, ok := strings.CutSuffix(token, e.ending); ok && len(stem) >= e.least {
			return stem + e.common
		}
	}
	return token
}

// genderedEnding is one ending, what stands for it in the common form, and how
// many letters must come before. The longer are tried first.
type genderedEnding struct {
	ending, common string
	least          int
}

var genderedEndings = []genderedEnding{
	{"skaya", "ski", 3}, {"skaja", "ski", 3}, {"skaia", "ski", 3}, {"tskaya", "tski", 2},
	{"skyy", "ski", 3}, {"skiy", "ski", 3}, {"skij", "ski", 3}, {"skii", "ski", 3}, {"sky", "ski", 3}, {"skyi", "ski", 3},
	{"aviciute", "avicius", 2}, {"eviciute", "evicius", 2}, {"aviciene", "avicius", 2}, {"eviciene", "evicius", 2},
	{"auskaite", "auskas", 2}, {"auskiene", "auskas", 2},
	{"ovova", "ovov", 2},
	{"ska", "ski", 3}, {"cka", "cki", 3}, {"dzka", "dzki", 2},
	{"ova", "ov", 3}, {"eva", "ev", 3}, {"ina", "in", 4}, {"yna", "yn", 4},
}
