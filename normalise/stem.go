package normalise

import "strings"

// SurnameStem returns a folded surname in the form that father, mother and
// children share: kowalska and kowalski are kowalski, ivanova is ivanov,
// dostoevskaya dostoevski, papadopoulou papadopoulos. Slavic, Lithuanian and Greek
// women's endings only; any other surname, and one too short to tell, is returned
// unchanged. Czech -ova is read as Russian, since nothing in the word tells them
// apart.
//
// SurnameStem is idempotent.
func SurnameStem(token string) string {
	if isOwnForm(token) {
		return token
	}
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
	{"skaya", "ski", 3}, {"skaja", "ski", 3}, {"skaia", "ski", 3},
	{"skyy", "ski", 3}, {"skiy", "ski", 3}, {"skij", "ski", 3}, {"skii", "ski", 3}, {"skyi", "ski", 3}, {"sky", "ski", 3},
	{"viciute", "vicius", 2}, {"viciene", "vicius", 2}, {"auskaite", "auskas", 2}, {"auskiene", "auskas", 2},
	{"poulou", "poulos", 3}, {"adou", "adis", 4}, {"idou", "idis", 4},
	{"ska", "ski", 3}, {"cka", "cki", 3}, {"dzka", "dzki", 2},
	{"ova", "ov", 3}, {"eva", "ev", 3}, {"ina", "in", 4}, {"yna", "yn", 4},
}

// isOwnForm reports a surname that only looks like a woman's form of another.
func isOwnForm(token string) bool {
	switch token {
	case "martina", "marina", "medina", "molina", "messina", "christina", "cristina", "villanueva", "casanova", "cordova", "genova":
		return true
	}
	return false
}
