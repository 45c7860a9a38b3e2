package person

import (
	"errors"
	"fmt"
	"strings"
)

// The ways in which keeping a record can fail. Each leaves everything as it was.
var (
	// ErrNotFound means that no person has, or ever had, this id, or that the
	// caller may not know of one.
	ErrNotFound = errors.New("no such person")
	// ErrErased means that the person was erased: the id stays taken for ever.
	ErrErased = errors.New("person erased")
	// ErrVersionConflict means that the person was changed after the caller read
	// it: read again, decide again, and send the new version.
	ErrVersionConflict = errors.New("person changed since it was read")
	// ErrNotCleared means that the caller may not change what is kept from them, or
	// lower a restriction that they do not see through.
	ErrNotCleared = errors.New("caller not cleared for this restriction")
	// ErrIDInUse means that the id asked for belongs, or belonged, to a person.
	ErrIDInUse = errors.New("id in use")
)

// CrossReferenceInUseError means that another person bears this system's
// reference already.
type CrossReferenceInUseError struct {
	CrossReference
	Owner ID
}

func (e *CrossReferenceInUseError) Error() string {
	return fmt.Sprintf("a cross-reference to %s belongs to person %s", e.System, e.Owner)
}

// FieldError is one thing wrong with one field. Its message is for the caller
// to act on and never repeats the value, which may be somebody's data.
type FieldError struct {
	Field   string // as in the JSON, such as `addresses[0].postcode`
	Message string
}

func (e FieldError) Error() string { return e.Field + ": " + e.Message }

// ValidationError is everything wrong with a record, in the order of its fields.
type ValidationError struct{ Fields []FieldError }

func (e *ValidationError) Error() string {
	texts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		texts[i] = f.Error()
	}
	return strings.Join(texts, "; ")
}
