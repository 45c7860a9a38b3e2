package match

import "personindex/person"

// Entry is a person as search and the index know them: the standardised form of
// one revision. Gone marks one who was erased or merged away: the record is then
// empty, and an index keeps the revision only so that no older write can bring
// the person back.
type Entry struct {
	person.Revision
	Record Record
	Gone   bool
}
