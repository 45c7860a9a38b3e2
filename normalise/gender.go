package normalise

// Gender returns the gender that free text states: "F", "M", "other", or "" when
// it states none (empty, "unknown", "prefer not to say") or cannot be read. A
// title is no statement: see [TitleGender].
func Gender(s string) string {
	switch Fold(truncate(s, maxNameLength)) {
	case "f", "female", "woman", "girl", "w", "fem", "cis woman", "cis female", "trans woman", "transgender woman", "trans female":
		return "F"
	case "m", "male", "man", "boy", "cis man", "cis male", "trans man", "transgender man", "trans male":
		return "M"
	case "other", "x", "nb", "non binary", "nonbinary", "enby", "intersex", "genderqueer", "gender fluid", "genderfluid", "agender",
		"indeterminate", "self described", "another gender", "in another way", "o":
		return "other"
	}
	return ""
}

// TitleGender returns the gender a title implies: "M" for Mr, Master, Sir or
// Lord, "F" for Mrs, Ms, Miss, Lady or Dame, and "" for any other, Dr and Mx
// among them.
func TitleGender(title string) string {
	switch Fold(truncate(title, maxNameLength)) {
	case "mr", "mister", "master", "sir", "lord", "baron", "father", "brother", "senor", "alhaji":
		return "M"
	case "mrs", "ms", "miss", "lady", "dame", "madam", "mme", "mlle", "baroness", "sister", "senora", "sra", "srta", "alhaja", "hajia", "hajja":
		return "F"
	}
	return ""
}
