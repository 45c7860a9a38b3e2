package match

func compareGender(asked, found string) outcome {
	switch {
	case asked == "" || found == "":
		return outcome{}
	case asked == found:
		return outcome{level: GenderSame, asked: asked, found: found}
	case asked == "other" || found == "other":
		return outcome{} // recorded differently by different people: no evidence
	}
	return outcome{level: GenderDifferent, asked: asked, found: found}
}

func compareNI(asked, found []NI) outcome {
	var best outcome
	for i := range asked {
		for j := range found {
			if level := niLevel(asked[i], found[j]); best.level == NotCompared || level < best.level {
				best = outcome{level: level, asked: asked[i].Number + asked[i].Suffix, found: MaskNI(found[j].Number + found[j].Suffix)}
			}
		}
	}
	return best
}

func niLevel(a, b NI) Level {
	same, transposed, oneCharacter := oneSlip(a.Number, b.Number)
	switch {
	case same && a.Suffix == b.Suffix:
		return NIExact
	case same && (a.Suffix == "" || b.Suffix == ""):
		return NINoSuffix
	case same: // only the suffix differs, which is one character
		return NIOneCharacter
	case transposed:
		return NITransposed
	case oneCharacter:
		return NIOneCharacter
	}
	return NIDifferent
}

// MaskNI shows enough of an NI number to recognise one's own and too little to
// learn another's: else a search with a typo would reveal the right number.
func MaskNI(number string) string {
	runes := []rune(number)
	if len(runes) < 8 {
		return "****"
	}
	return string(runes[:2]) + "****" + string(runes[len(runes)-3:])
}

func compareContacts(asked, found []string) outcome {
	if len(asked) == 0 || len(found) == 0 {
		return outcome{}
	}
	for _, a := range asked {
		if contains(found, a) {
			return outcome{level: ContactSame, asked: a, found: a}
		}
	}
	return outcome{level: ContactDifferent, asked: asked[0], found: ""}
}
