package storage

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// Idempotency names one request of one caller, so that repeating it does nothing
// twice. It is kept for 24 hours, or until the person it made is erased.
type Idempotency struct {
	Caller string // at most 255 characters
	Key    string // 1-255 characters
	Digest []byte // of the body and of the headers that change what it does
	Status int    // that success is answered with; 0 means 201
}

// Remembered is what an earlier request did.
type Remembered struct {
	Revision person.Revision
	Status   int
}

// remembered is a row of idempotency_key.
type remembered struct {
	Salt     []byte    `db:"salt"`
	BodyHMAC []byte    `db:"body_hmac"`
	PersonID person.ID `db:"person_id"`
	Version  int64     `db:"version"`
	Status   int       `db:"status"`
}

// Recall returns what the request did when it was first made, nil when it is
// new, or [ErrIdempotencyMismatch] when the key was used for another request.
func (s *Store) Recall(ctx context.Context, key *Idempotency) (*Remembered, error) {
	earlier, err := read(s.db, func(q querier) (*Remembered, error) { return recall(ctx, q, key) })
	return earlier, translate("recall request", err)
}

func recall(ctx context.Context, q querier, key *Idempotency) (*Remembered, error) {
	rows, err := q.Query(ctx, idempotencyRecall, pgx.StrictNamedArgs{"caller": key.Caller, "key": key.Key})
	if err != nil {
		return nil, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[remembered])
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	case !hmac.Equal(row.BodyHMAC, key.hmac(row.Salt)):
		return nil, ErrIdempotencyMismatch
	}
	return &Remembered{person.Revision{ID: row.PersonID, Version: row.Version}, row.Status}, nil
}

func (k *Idempotency) hmac(salt []byte) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(k.Digest)
	return mac.Sum(nil)
}

// claimKey keeps other requests with the key away until the transaction ends, and
// returns what an earlier one did. Without a key it does nothing.
func claimKey(ctx context.Context, tx pgx.Tx, key *Idempotency) (*Remembered, error) {
	if key == nil {
		return nil, nil
	}
	var free bool
	err := tx.QueryRow(ctx, idempotencyLock, pgx.StrictNamedArgs{"caller": key.Caller, "key": key.Key}).Scan(&free)
	if err != nil {
		return nil, err
	}
	if !free {
		return nil, ErrIdempotencyBusy
	}
	return recall(ctx, tx, key)
}

// queueRemember queues what a request did, and forgets some that are too old.
func queueRemember(batch *pgx.Batch, key *Idempotency, p person.Person) error {
	salt := make([]byte, sha256.Size)
	if _, err := rand.Read(salt); err != nil {
		return err
	}
	batch.Queue(idempotencyExpire, pgx.StrictNamedArgs{})
	batch.Queue(idempotencyRemember, pgx.StrictNamedArgs{
		"caller": key.Caller, "key": key.Key, "salt": salt, "body_hmac": key.hmac(salt),
		"person_id": p.ID, "version": p.Version, "status": cmp.Or(key.Status, 201),
	})
	return nil
}
