package normalise

// IsPlaceWord reports whether a folded word ends the name of a street or building,
// as road, close and house do.
func IsPlaceWord(token string) bool { return places[token].ends }
