package match

// maxDistanceLength bounds the words whose distance is worth computing.
const maxDistanceLength = 40

// editDistance is the optimal string alignment distance of two ASCII words: the
// letters to add, drop, change or exchange with a neighbour to make one from the
// other. It gives limit+1 as soon as the distance must exceed limit.
func editDistance(a, b string, limit int) int {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > limit || len(a) > maxDistanceLength {
		return limit + 1
	}
	var rows [3][maxDistanceLength + 1]int
	before, previous, current := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		smallest := i
		for j := 1; j <= len(b); j++ {
			change := previous[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			current[j] = min(previous[j]+1, current[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
			smallest = min(smallest, current[j])
		}
		if smallest > limit {
			return limit + 1
		}
		before, previous, current = previous, current, before
	}
	return min(previous[len(b)], limit+1)
}

// oneSlip reports how two equally long codes differ: not at all, by one pair of
// neighbours exchanged, by one character, or by more.
func oneSlip(a, b string) (same, transposed, oneCharacter bool) {
	if len(a) != len(b) {
		return false, false, false
	}
	first, differing := -1, 0
	for i := range len(a) {
		if a[i] != b[i] {
			if differing == 0 {
				first = i
			}
			differing++
		}
	}
	transposed = differing == 2 && a[first] == b[first+1] && a[first+1] == b[first]
	return differing == 0, transposed, differing == 1
}
