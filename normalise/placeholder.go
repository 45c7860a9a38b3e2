package normalise

// Placeholder says what a folded word of a name is if it is no name, but stands
// where one is not known: "Baby", "Male Child", "Not Known", "The Occupier". Such
// words are borne as names too (Guest is a surname, Baby a given name in Kerala),
// so what they say of somebody is for the caller to judge.
type Placeholder uint8

// What a word may be.
const (
	// NoPlaceholder is a name.
	NoPlaceholder Placeholder = iota
	// Filler is a word that makes no placeholder alone, and does with others of
	// its kind: no, name.
	Filler
	// GivenPlaceholder stands for a given name, and may be a surname.
	GivenPlaceholder
	// AnyPlaceholder stands for a given name or a surname.
	AnyPlaceholder
)

// PlaceholderOf returns what token is.
func PlaceholderOf(token string) Placeholder {
	switch token {
	case "unknown", "unk", "known", "anonymous", "unnamed", "nameless", "unspecified", "undisclosed", "withheld", "none",
		"occupier", "occupant", "householder", "nfn", "fnu", "lnu", "tbc", "tba", "xx", "xxx":
		return AnyPlaceholder
	case "baby", "babyboy", "babygirl", "infant", "newborn", "unborn", "foetus", "fetus", "boy", "girl", "male", "female", "child",
		"adult", "twin", "triplet", "man", "woman", "lady", "gentleman", "mother", "mum", "father", "dad", "husband", "wife", "partner",
		"daughter", "brother", "sister", "grandchild", "grandson", "granddaughter", "nephew", "niece", "uncle", "aunt", "friend",
		"guest", "lodger", "tenant", "resident", "patient", "client", "inmate":
		return GivenPlaceholder
	case "no", "not", "the", "of", "to", "be", "a", "given", "provided", "supplied", "stated", "available", "applicable", "recorded",
		"name", "forename", "surname", "first", "last", "house", "one", "two", "three", "i", "ii", "iii", "1", "2", "3", "b", "c":
		return Filler
	}
	return NoPlaceholder
}
