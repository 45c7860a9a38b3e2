package normalise

import (
	"slices"
	"strings"
)

const (
	soundexLength   = 6
	soundexBranches = 8
)

// DaitchMokotoff returns the Daitch–Mokotoff codes of a folded token: how a Slavic,
// Yiddish, German or Hungarian surname may sound, whoever wrote it down (Moskowitz
// and Moskovitz are 645740). Letters such as ch and rz are spoken in two ways, so
// there are up to eight codes, each of six figures, sorted and without repetition;
// where a word could be read in more ways, those of its first letters count. A
// token without letters has none.
//
// The table is the one Randy Daitch and Gary Mokotoff published (Avotaynu, 1985).
func DaitchMokotoff(token string) []string {
	word := lettersOnly(token)
	if word == "" {
		return nil
	}
	branches := []soundexBranch{{}}
	for i := 0; i < len(word); {
		sound := soundAt(word[i:])
		codes := sound.codes(i == 0, i+len(sound.letters) < len(word) && isVowel(word[i+len(sound.letters)]))
		branches = extend(branches, codes)
		i += len(sound.letters)
	}
	codes := make([]string, len(branches))
	for i, b := range branches {
		codes[i] = b.padded()
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// soundexBranch is one way of reading a word so far. last is the code of the
// sound before, "" for one that has none.
type soundexBranch struct {
	code, last string
}

// extend adds a sound to every branch, and a branch for each second reading as
// long as there is room.
func extend(branches []soundexBranch, codes string) []soundexBranch {
	first, second, forks := strings.Cut(codes, "|")
	if !forks && len(branches) == 1 {
		branches[0] = branches[0].with(first)
		return branches
	}
	extended := make([]soundexBranch, 0, 2*len(branches))
	for _, b := range branches {
		extended = appendBranch(extended, b.with(first))
		if forks {
			extended = appendBranch(extended, b.with(second))
		}
	}
	return extended
}

func appendBranch(branches []soundexBranch, b soundexBranch) []soundexBranch {
	if len(branches) == soundexBranches || slices.Contains(branches, b) {
		return branches
	}
	return append(branches, b)
}

// with adds one code, unless it only repeats the sound before.
func (b soundexBranch) with(code string) soundexBranch {
	if b.last == "" || !strings.HasSuffix(b.last, code) {
		b.code = truncate(b.code+code, soundexLength)
	}
	b.last = code
	return b
}

func (b soundexBranch) padded() string { return b.code + "000000"[len(b.code):] }

// soundexSound is one line of the table: the code at the start of a word, before
// a vowel, and elsewhere. "" is no code, and a bar parts two readings.
type soundexSound struct {
	letters                    string
	start, beforeVowel, others string
}

func (s soundexSound) codes(start, beforeVowel bool) string {
	switch {
	case start:
		return s.start
	case beforeVowel:
		return s.beforeVowel
	}
	return s.others
}

// soundAt returns the longest sound at the front of word, which has one for each
// single letter.
func soundAt(word string) soundexSound {
	var longest soundexSound
	for _, s := range soundexTable[word[0]-'a'] {
		if len(s.letters) > len(longest.letters) && strings.HasPrefix(word, s.letters) {
			longest = s
		}
	}
	return longest
}

// soundexTable holds the sounds by their first letter.
var soundexTable = [26][]soundexSound{
	'a' - 'a': {{"ai", "0", "1", ""}, {"aj", "0", "1", ""}, {"ay", "0", "1", ""}, {"au", "0", "7", ""}, {"a", "0", "", ""}},
	'b' - 'a': same("7", "b"),
	'c' - 'a': append(append(append(same("4", "cz", "cs", "csz", "czs"), same("5|4", "ch", "c")...), same("5|45", "ck")...),
		soundexSound{"chs", "5", "54", "54"}),
	'd' - 'a': append(same("4", "drz", "drs", "ds", "dsh", "dsz", "dz", "dzh", "dzs"), same("3", "d", "dt")...),
	'e' - 'a': {{"ei", "0", "1", ""}, {"ej", "0", "1", ""}, {"ey", "0", "1", ""}, {"eu", "1", "1", ""}, {"e", "0", "", ""}},
	'f' - 'a': same("7", "fb", "f"),
	'g' - 'a': same("5", "g"),
	'h' - 'a': {{"h", "5", "5", ""}},
	'i' - 'a': {{"ia", "1", "", ""}, {"ie", "1", "", ""}, {"io", "1", "", ""}, {"iu", "1", "", ""}, {"i", "0", "", ""}},
	'j' - 'a': {{"j", "1|4", "|4", "|4"}},
	'k' - 'a': append(same("5", "kh", "k"), soundexSound{"ks", "5", "54", "54"}),
	'l' - 'a': same("8", "l"),
	'm' - 'a': append(same("6", "m"), same("66", "mn")...),
	'n' - 'a': append(same("6", "n"), same("66", "nm")...),
	'o' - 'a': {{"oi", "0", "1", ""}, {"oj", "0", "1", ""}, {"oy", "0", "1", ""}, {"o", "0", "", ""}},
	'p' - 'a': same("7", "pf", "ph", "p"),
	'q' - 'a': same("5", "q"),
	'r' - 'a': append(same("94|4", "rz", "rs"), same("9", "r")...),
	's' - 'a': append(append(same("4", "sch", "sh", "sz", "s"),
		leading("4", "schtsch", "schtsh", "schtch", "shtch", "shch", "shtsh", "stch", "stsch", "sc", "strz", "strs", "stsh", "szcz", "szcs")...),
		leading("43", "sht", "scht", "schd", "st", "szt", "shd", "szd", "sd")...),
	't' - 'a': append(same("4", "tch", "ttch", "ttsch", "trz", "trs", "tsch", "tsh", "ts", "tts", "ttsz", "tc", "tz", "ttz", "tzs", "tsz"),
		same("3", "th", "t")...),
	'u' - 'a': {{"ui", "0", "1", ""}, {"uj", "0", "1", ""}, {"uy", "0", "1", ""}, {"ue", "0", "", ""}, {"u", "0", "", ""}},
	'v' - 'a': same("7", "v"),
	'w' - 'a': same("7", "w"),
	'x' - 'a': {{"x", "5", "54", "54"}},
	'y' - 'a': {{"y", "1", "", ""}},
	'z' - 'a': append(append(same("4", "zh", "zs", "zsch", "zsh", "z"), leading("4", "zdz", "zdzh", "zhdzh")...), leading("43", "zd", "zhd")...),
}

// same returns sounds with one code wherever they stand.
func same(code string, letters ...string) []soundexSound {
	sounds := make([]soundexSound, len(letters))
	for i, l := range letters {
		sounds[i] = soundexSound{l, code, code, code}
	}
	return sounds
}

// leading returns sounds that are 2 at the start of a word.
func leading(code string, letters ...string) []soundexSound {
	sounds := same(code, letters...)
	for i := range sounds {
		sounds[i].start = "2"
	}
	return sounds
}
