package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"personindex/encryption"
	"personindex/internal/breaker"
	"personindex/person"
)

// What can keep the register from answering. Package person has the errors that
// say what is wrong with a request.
var (
	// ErrUnavailable means that Postgres cannot be reached, is shutting down, or
	// gave a statement up because it took too long. Nothing was changed, unless
	// the connection broke in the very moment of the commit.
	ErrUnavailable = errors.New("database unavailable")
	// ErrSchemaBehind means that the database lacks migrations that this program
	// needs: run `persons migrate up`.
	ErrSchemaBehind = errors.New("database schema is behind")
	// ErrIdempotencyMismatch means that the caller used this key before, for
	// another request.
	ErrIdempotencyMismatch = errors.New("idempotency key used for another request")
	// ErrIdempotencyBusy means that a request with this key is under way.
	ErrIdempotencyBusy = errors.New("a request with this idempotency key is under way")
	// ErrImportKey means that the key under which erased references are kept is
	// not configured, or is not the one that this register began with: what was
	// erased could not be told from what is new.
	ErrImportKey = errors.New("import.key is missing, or is not the key that this register's imports began with")
	// ErrNoRight means that the role that the register was opened with has no right to
	// this: it is for the role that migrates.
	ErrNoRight = errors.New("the database role of postgres.url has no right to this: run it as the owner of the tables, or have `persons migrate grant` repeated")
	// ErrImportBusy means that another import of the same system is under way.
	ErrImportBusy = errors.New("another import of this system is under way")
)

// refusals are the errors that may go to the caller as they are.
var refusals = [...]error{
	person.ErrNotFound, person.ErrErased, person.ErrVersionConflict, person.ErrIDInUse, person.ErrNotCleared,
	ErrUnavailable, ErrSchemaBehind, ErrIdempotencyMismatch, ErrIdempotencyBusy,
	ErrImportKey, ErrImportBusy, ErrNoRight, ErrMonthUnsealed, encryption.ErrNoKeys, encryption.ErrCannotOpen,
	context.Canceled, context.DeadlineExceeded,
}

// SQLSTATE codes told apart here; the classes are their first two characters.
const (
	uniqueViolation   = "23505"
	queryCanceled     = "57014" // by the statement timeout
	tooManyConns      = "53300"
	deadlockDetected  = "40P01"
	serializationFail = "40001"
	lockNotAvailable  = "55P03"
	noPrivilege       = "42501"
	classConnection   = "08"
	classIntervention = "57" // shutdown, starting up, killed by an operator
)

// translate turns what pgx returns into what this package promises, saying what
// was being done. It is the only place that knows, and it lets no text through
// that may hold a value: Postgres quotes rows, and pgx arguments, in theirs.
func translate(what string, err error) error {
	if err == nil {
		return nil
	}
	var inUse *person.CrossReferenceInUseError
	var invalid *person.ValidationError
	if errors.As(err, &inUse) || errors.As(err, &invalid) {
		return err
	}
	for _, refusal := range refusals {
		if errors.Is(err, refusal) {
			return fmt.Errorf("%s: %w", what, refusal)
		}
	}
	if errors.Is(err, breaker.ErrOpen) {
		return fmt.Errorf("%s: %w: %w", what, ErrUnavailable, breaker.ErrOpen)
	}
	if reason := unavailability(err); reason != "" {
		return fmt.Errorf("%s: %w: %s", what, ErrUnavailable, reason)
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == noPrivilege {
		return fmt.Errorf("%s: %w", what, ErrNoRight)
	}
	if refused != nil {
		return fmt.Errorf("%s: postgres refused it with SQLSTATE %s %s", what, refused.Code, refused.ConstraintName)
	}
	return fmt.Errorf("%s: %s", what, kinds(err))
}

// unavailability says why the database cannot answer, or is empty when it can.
func unavailability(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch {
		case refused.Code == queryCanceled:
			return "the statement took too long"
		case refused.Code == tooManyConns, refused.Code == lockNotAvailable,
			endedDeadlock(err), strings.HasPrefix(refused.Code, classConnection),
			strings.HasPrefix(refused.Code, classIntervention):
			return "SQLSTATE " + refused.Code
		}
		return ""
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return "cannot connect"
	}
	var network net.Error
	if errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err) {
		return "connection lost"
	}
	return ""
}

// unanswered reports whether Postgres did not do what it was asked for a reason
// that the next call will meet too, whatever it asks. What was ended to free
// another transaction, or will not wait for it, is no such reason.
func unanswered(err error) bool {
	var refused *pgconn.PgError
	waited := errors.As(err, &refused) && refused.Code == lockNotAvailable
	return errors.Is(err, context.DeadlineExceeded) || unavailability(err) != "" && !endedDeadlock(err) && !waited
}

// kinds names the types of an error and of what it wraps.
func kinds(err error) string {
	var names []string
	for ; err != nil; err = errors.Unwrap(err) {
		names = append(names, fmt.Sprintf("%T", err))
	}
	return strings.Join(names, " of ")
}

// violates reports whether Postgres refused a row by the named constraint.
func violates(err error, constraint string) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == uniqueViolation && refused.ConstraintName == constraint
}

// endedDeadlock reports whether Postgres ended a transaction that had done
// nothing wrong, so that the same one may succeed at once.
func endedDeadlock(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == deadlockDetected || refused.Code == serializationFail)
}

// noneIs turns the answer of no rows into a domain error.
func noneIs(err, meaning error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return meaning
	}
	return err
}

// ignoring is err unless it is the one named.
func ignoring(err, named error) error {
	if errors.Is(err, named) {
		return nil
	}
	return err
}
