package api

import (
	"reflect"
	"strings"
)

// maxName is the longest name that is repeated to the caller who sent it.
const maxName = 40

// printable is a name as an error may show it: a name is not data, unless a
// hostile or confused caller puts data where names belong.
func printable(name string) string {
	if len(name) > maxName || name == "" || strings.ContainsFunc(name, outsideNames) {
		return "(unprintable)"
	}
	return name
}

func outsideNames(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("_-.$", r)
}

// nearest is the known name that the caller most likely meant, or empty where
// none is near: at most a third of the letters may differ.
func nearest(name string, fields map[string]reflect.StructField) string {
	if len(name) > maxName {
		return ""
	}
	best, least := "", len(name)/3+1
	for known, field := range fields {
		if field.Tag.Get("readOnly") == "true" {
			continue
		}
		d := distance(strings.ToLower(name), strings.ToLower(known))
		if d < least || d == least && best != "" && known < best {
			best, least = known, d
		}
	}
	return best
}

// distance is Levenshtein's: how many letters must be put in, taken out or
// replaced to make a of b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
