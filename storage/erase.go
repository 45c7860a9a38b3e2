package storage

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/audit"
	"personindex/person"
)

// Erase removes all that is known of a person at the expected version: values,
// cross-references, past values, what matching needs, what imports said, and
// idempotency keys. The id and the last version stay, so that neither is used
// again, and so does the audit; and of each reference a keyed hash, by which a
// later import of it is skipped. It returns the revision that says so to the
// indices.
//
// It returns [person.ErrNotFound], [person.ErrErased], [person.ErrVersionConflict],
// [person.ErrNotCleared] where something of theirs is kept from c's actor, or, for somebody whom an import knows while no key is configured, [ErrImportKey]:
// the next import would bring them back. Other people's relations to the id stay as they
// are: they hold nothing but the id.
func (s *Store) Erase(ctx context.Context, c Change, id person.ID, expected int64) (person.Revision, error) {
	var erased person.Revision
	err := s.write(ctx, func(tx pgx.Tx) error {
		c.begin()
		now, _, err := lockPerson(ctx, tx, c.Clearance, id)
		if err != nil {
			return err
		}
		switch {
		case c.Clearance < now.Restriction:
			return person.ErrNotCleared
		case now.Version != expected:
			return person.ErrVersionConflict
		}
		erased = person.Revision{ID: now.ID, Version: expected + 1}
		return s.erase(ctx, tx, c, now, erased.Version)
	})
	if err != nil {
		return person.Revision{}, translate("erase person", err)
	}
	s.notifier.wake()
	return erased, nil
}

// erase empties every table of a locked person, who is left at a version.
func (s *Store) erase(ctx context.Context, tx pgx.Tx, c Change, now person.Person, version int64) error {
	batch := &pgx.Batch{}
	if err := s.queueForgetting(ctx, tx, batch, now); err != nil {
		return err
	}
	for _, statement := range []string{
		crossReferenceDelete, historyDelete, matchDelete, idempotencyDelete, importDelete, extendedDelete,
		duplicateCheckDelete, duplicateDelete,
	} {
		batch.Queue(statement, pgx.StrictNamedArgs{"person_id": now.ID})
	}
	batch.Queue(personErase, pgx.StrictNamedArgs{"person_id": now.ID, "version": version})
	queueTrace(batch, c, "erased", filledFields(now), person.Revision{ID: now.ID, Version: version})
	queueEvent(batch, c, audit.Erase, filledFields(now), now.ID)
	return sendAll(ctx, tx, batch)
}

// EraseAgain erases somebody who was erased as the revision says, and whom a
// restore of an older copy of the database may have brought back, whatever their
// version is now. Their version becomes one that they had neither before the
// restore nor after it. Of somebody whom that copy does not know, the id is taken,
// so that nobody else gets it. It reports whether there was anything to do, and
// returns [ErrImportKey] as [Store.Erase] does.
func (s *Store) EraseAgain(ctx context.Context, c Change, erased person.Revision) (done bool, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		c.begin()
		now, _, err := lockPerson(ctx, tx, everybody, erased.ID)
		switch done = true; {
		case errors.Is(err, person.ErrErased):
			done = false
			return nil
		case errors.Is(err, person.ErrNotFound):
			return insertErased(ctx, tx, c, erased)
		case err != nil:
			return err
		}
		return s.erase(ctx, tx, c, now, max(now.Version+1, erased.Version))
	})
	if err != nil {
		return false, translate("erase person again", err)
	}
	s.notifier.wake()
	return done, nil
}

func insertErased(ctx context.Context, tx pgx.Tx, c Change, erased person.Revision) error {
	batch := &pgx.Batch{}
	batch.Queue(personInsertErased, pgx.StrictNamedArgs{"person_id": erased.ID, "version": erased.Version})
	queueTrace(batch, c, "erased", []string{}, erased)
	queueEvent(batch, c, audit.Erase, []string{}, erased.ID)
	return sendAll(ctx, tx, batch)
}

// Erasure says that somebody was erased, and by which revision.
type Erasure struct {
	ID      person.ID
	Version int64
	At      time.Time
}

// ErasuresSince lists who was erased since a time by the database's clock, the
// first first. An erasure is dated by the beginning of its transaction, so that
// one may appear some seconds later than its time says.
func (s *Store) ErasuresSince(ctx context.Context, since time.Time) ([]Erasure, error) {
	found, err := list(ctx, s.db, erasureSince, pgx.StrictNamedArgs{"since": since}, pgx.RowToStructByPos[Erasure])
	return found, translate("list erasures", err)
}

// ErasedReference is the keyed hash of a reference that somebody bore who is
// erased. It does not say who.
type ErasedReference struct {
	Hash []byte
	At   time.Time
}

// ErasedReferencesSince lists the hashes kept since a time, as ErasuresSince does.
func (s *Store) ErasedReferencesSince(ctx context.Context, since time.Time) ([]ErasedReference, error) {
	found, err := list(ctx, s.db, erasedReferenceSince, pgx.StrictNamedArgs{"since": since}, pgx.RowToStructByPos[ErasedReference])
	return found, translate("list erased references", err)
}

// KeepErasedReferences keeps hashes that an older copy of the database has not.
func (s *Store) KeepErasedReferences(ctx context.Context, hashes [][]byte) (added int, err error) {
	return s.affect(ctx, "keep erased references", erasedReferenceInsert, pgx.StrictNamedArgs{"hashes": hashes})
}

// StandingOf tells which of ids are people on file, and which are erased; the rest
// are unknown.
func (s *Store) StandingOf(ctx context.Context, ids []person.ID) (onFile, erased []person.ID, err error) {
	type standing struct {
		ID     person.ID
		Erased bool
	}
	found, err := list(ctx, s.db, erasureStanding, pgx.StrictNamedArgs{"ids": ids}, pgx.RowToStructByPos[standing])
	for _, p := range found {
		if p.Erased {
			erased = append(erased, p.ID)
		} else {
			onFile = append(onFile, p.ID)
		}
	}
	return onFile, erased, translate("look for people", err)
}
