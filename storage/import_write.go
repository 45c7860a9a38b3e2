package storage

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// write does what was planned, by the same code as other writes.
func (plan *importPlan) write(ctx context.Context, tx pgx.Tx, c Change) error {
	if len(plan.created) > 0 {
		if err := load(ctx, tx, c, plan.created); err != nil {
			return err
		}
	}
	batch := &pgx.Batch{}
	for i := range plan.changes {
		r := &plan.changes[i]
		queueReplace(batch, c, r.fields, r.now, &r.wanted)
	}
	queueImported(batch, c, plan.created, plan.changes)
	if len(plan.said) > 0 {
		batch.Queue(importUpsert, plan.sayings())
	}
	if len(plan.verified) > 0 {
		batch.Queue(importVerify, pgx.StrictNamedArgs{"system": plan.source.System, "references": plan.verified})
	}
	return sendAll(ctx, tx, batch)
}

// sayings are the arguments that keep what the source says.
func (plan *importPlan) sayings() pgx.StrictNamedArgs {
	var references, said []string
	var people []person.ID
	for _, saying := range plan.said {
		references, people, said = append(references, saying.reference), append(people, saying.person), append(said, saying.said)
	}
	return pgx.StrictNamedArgs{"system": plan.source.System, "references": references, "people": people, "said": said}
}

// WithImport runs fn while no other import of the system runs, on any machine. It
// returns [ErrImportBusy] when one does and does not end within the statement
// timeout, and [ErrImportKey] unless the key is the one that imports began with;
// the first import begins with whichever key is configured.
func (s *Store) WithImport(ctx context.Context, system string, fn func(context.Context) error) error {
	if len(s.importKey) == 0 {
		return ErrImportKey
	}
	args := pgx.StrictNamedArgs{"system": system}
	conn, err := s.db.lock(ctx, importLock, args)
	switch {
	case timedOut(err):
		return ErrImportBusy
	case err != nil:
		return translate("lock import", err)
	}
	defer release(ctx, conn, importUnlock, args)
	if _, err := s.db.exec(ctx, importKeyInsert, pgx.StrictNamedArgs{"fingerprint": s.fingerprint()}); err != nil {
		return translate("begin with import key", err)
	}
	if err := s.CheckImportKey(ctx); err != nil {
		return err
	}
	return fn(ctx)
}

// CheckImportKey returns [ErrImportKey] when imports began with another key than
// the one configured. Where nothing was imported yet any will do, and none.
func (s *Store) CheckImportKey(ctx context.Context) error {
	begun, err := list(ctx, s.db, importKeyRead, nil, pgx.RowTo[[]byte])
	if err != nil {
		return translate("read import key", err)
	}
	if len(begun) > 0 && (len(s.importKey) == 0 || !hmac.Equal(begun[0], s.fingerprint())) {
		return ErrImportKey
	}
	return nil
}

// queueForgetting queues that references of a person who is being erased are
// remembered as hashes: those they bear, and those that imports named them by.
func (s *Store) queueForgetting(ctx context.Context, tx pgx.Tx, batch *pgx.Batch, p person.Person) error {
	rows, err := importRows(ctx, tx, everybody, p.ID)
	switch {
	case err != nil:
		return err
	case len(s.importKey) == 0 && len(rows) > 0:
		return ErrImportKey
	case len(s.importKey) == 0:
		return nil
	}
	var hashes [][]byte
	for _, x := range p.CrossReferences {
		hashes = append(hashes, s.referenceHash(x))
	}
	for _, row := range rows {
		hashes = append(hashes, s.referenceHash(person.CrossReference{System: row.System, Reference: row.Reference}))
	}
	batch.Queue(erasedReferenceInsert, pgx.StrictNamedArgs{"hashes": hashes})
	return nil
}

// referenceHash is what is kept of an erased person's reference. The length tells
// two pairs apart that have the same characters.
func (s *Store) referenceHash(x person.CrossReference) []byte {
	mac := hmac.New(sha256.New, s.importKey)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(x.System))))
	mac.Write([]byte(x.System + x.Reference))
	return mac.Sum(nil)
}

// fingerprint tells the key from any other. No reference has the length that it
// begins with.
func (s *Store) fingerprint() []byte {
	mac := hmac.New(sha256.New, s.importKey)
	mac.Write(binary.BigEndian.AppendUint64(nil, ^uint64(0)))
	return mac.Sum(nil)
}
