package match

import "personindex/person"

// Entry is a person as search and the index know them: the standardised form of
// one revision. Gone marks one who was erased or merged away: the record is then
// empty, and an index keeps the revision only so that no older write can bring
// the person back.
//
// Of a restricted person the record is what its reader may know; an index is told
// all of it, and keeps what is not [Record.Open] apart.
type Entry struct {
	person.Revision
	Record      Record
	Gone        bool
	Restriction person.Restriction
}
