package normalise

// Confusable returns a token as the strokes it is written with, so that letters a
// scanner or a hurried reader takes for one another come out alike: rn and m, ri
// and n, cl and d, vv and w, ii and u, c and e, h and b, and the figures 0, 1, 2,
// 5, 6, 8 and 9 for o, i, z, s, g, b and g. Two tokens with the same result may be
// one word misread. It is for folded tokens and is not to be shown to anybody.
//
// a and o are told apart though they are misread too, since Maria and Mario or
// Paula and Paulo are not misreadings; so are j and i, for Jan and Ian.
//
// Confusable is idempotent.
func Confusable(token string) string {
	written := make([]byte, 0, 2*len(token))
	for i := 0; i < len(token); i++ {
		if s := strokes[token[i]]; s != "" {
			written = append(written, s...)
		} else {
			written = append(written, token[i])
		}
	}
	return string(written)
}

// strokes holds the characters that are written with the strokes of others. No
// stroke is itself in the table, which makes Confusable idempotent.
var strokes = [256]string{
	'm': "rri", 'n': "ri", 'd': "ci", 'w': "vv", 'u': "ii", 'l': "i", 'e': "c", 'h': "b", 'q': "g",
	'0': "o", '1': "i", '2': "z", '5': "s", '6': "g", '8': "b", '9': "g",
}
