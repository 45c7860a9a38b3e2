// Package access says who a caller is and what they may do: roles, service areas
// and clearance, whatever proved them.
package access

import (
	"errors"
	"log/slog"
	"slices"

	"personindex/person"
)

// Errors of finding out who a caller is.
var (
	// ErrNobody means that a request bears no credential.
	ErrNobody = errors.New("no credential")
	// ErrRefused means that a credential is not, or no longer, valid. What wraps it
	// says why, for the log, and never quotes the credential.
	ErrRefused = errors.New("credential refused")
	// ErrUnavailable means that it cannot be judged now, since an issuer's keys or
	// the register cannot be read.
	ErrUnavailable = errors.New("credential cannot be judged")
)

// Role is what a caller may do, whatever the person.
type Role string

// The roles. They do not include one another: a caller has all that they need.
const (
	Reader  Role = "reader"  // search and read
	Writer  Role = "writer"  // create and change
	Steward Role = "steward" // settle potential duplicates, merge
	Analyst Role = "analyst" // masked analytics only
	Support Role = "support" // which queries ran, masked
	Auditor Role = "auditor" // who did and saw what
	Admin   Role = "admin"   // erase, and keep API keys
)

// Roles is every role, in the order of docs/access.md.
func Roles() []Role {
	return []Role{Reader, Writer, Steward, Analyst, Support, Auditor, Admin}
}

// Area is a service area, such as housing: a name that the configuration lists.
type Area string

// Caller is an authenticated person or program that sends requests. The zero
// value is nobody, who may do nothing.
type Caller struct {
	// Subject names the caller for ever and everywhere: the issuer's name and
	// subject, or an API key's id.
	Subject string
	Roles   []Role
	Areas   []Area
	// Clearance is the highest restriction that the caller sees through.
	Clearance person.Restriction
	// BreakGlass is the clearance that the caller may take in an emergency, by
	// giving a reason. It is no less than Clearance.
	BreakGlass person.Restriction
	// Of an officer, as their issuer says, to see when they look themselves or a
	// colleague up. Empty where it does not say.
	Forename, Surname, Postcode string
}

// Has reports whether the caller has one of the roles.
func (c Caller) Has(any ...Role) bool {
	return slices.ContainsFunc(any, func(r Role) bool { return slices.Contains(c.Roles, r) })
}

// In reports whether the caller works in the area.
func (c Caller) In(area Area) bool { return slices.Contains(c.Areas, area) }

// LogValue keeps an officer's data out of logs: only the subject is written.
func (c Caller) LogValue() slog.Value { return slog.StringValue(c.Subject) }
