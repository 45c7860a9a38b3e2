package person

// Revision is one version of one person. Versions begin at 1, grow by one with
// each change and never go back, not even by erasure.
type Revision struct {
	ID      ID
	Version int64
}
