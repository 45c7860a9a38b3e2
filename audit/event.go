// Package audit says what is recorded of every request, keeps it from being
// changed unseen, and keeps what was asked for auditors' eyes only.
//
// An [Event] is who did or saw what. Events are sealed into a chain of hashes,
// which [Verify] follows. What was asked is a [Statement], encrypted to the
// auditors' [PublicKey]: the service cannot read back what it wrote.
package audit

import (
	"slices"
	"time"

	"personindex/access"
	"personindex/person"
)

// Action is what somebody did, or tried to.
type Action string

// The actions of this program.
const (
	Read       Action = "read"   // somebody's record or past, or what was recorded of them
	Search     Action = "search" // whether a resident is on file
	Create     Action = "create"
	Update     Action = "update"
	Erase      Action = "erase"
	Merge      Action = "merge"
	BreakGlass Action = "break-glass" // took more clearance in an emergency
	Key        Action = "key"         // made or revoked an API key, or changed the keys that seal data
	Import     Action = "import"      // another system's file
	Export     Action = "export"      // everything about one person
	Drop       Action = "drop"        // a month of the audit itself
	Notice     Action = "notice"      // the program itself, of what is odd
)

// Event is one thing that a caller did or saw, or was refused. It holds names and
// ids, and of nobody a value.
type Event struct {
	ID         int64         `db:"id"` // 0 until it is written; later ones have higher ids
	At         time.Time     `db:"at"` // by the database's clock, when it was written
	Caller     string        `db:"caller"`
	Roles      []access.Role `db:"roles"`
	Areas      []access.Area `db:"areas"`
	From       string        `db:"from_address"` // network address
	RequestIDs []string      `db:"request_ids"`  // several of a session of searches
	Route      string        `db:"route"`        // the operation, as the API's document names it
	Action     Action        `db:"action"`
	Status     int           `db:"status"`  // as answered; 0 where nobody was
	Persons    []person.ID   `db:"persons"` // whom it was about, and who was shown
	Fields     []string      `db:"fields"`  // that changed: names, as in the JSON
	Reason     string        `db:"reason"`  // in the caller's words
	Sealed     [][]byte      `db:"sealed"`  // statements, for auditors only
	Session    string        `db:"session"` // of searches
	Since      *time.Time    `db:"since"`   // when the session began; nil of any other event
	Flags      []string      `db:"flags"`   // why somebody should look at it

	// Named are ids by which a caller of this clearance named people, or was shown
	// them. Whoever writes the event adds those whom they mean to Persons: an id can
	// be that of one person for who may know of them, and of another for others.
	Named     []person.ID        `db:"-"`
	Clearance person.Restriction `db:"-"`
}

// Show notes people whom the event is about or who were shown, each once.
func (e *Event) Show(ids ...person.ID) { e.Persons = withEach(e.Persons, ids) }

// Name notes people by the ids that the event's caller knows them by.
func (e *Event) Name(ids ...person.ID) { e.Named = withEach(e.Named, ids) }

func withEach(list, ids []person.ID) []person.ID {
	for _, id := range ids {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}
