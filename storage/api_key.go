package storage

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
)

// apiKey is a row of api_key.
type apiKey struct {
	ID        string        `db:"id"`
	Name      string        `db:"name"`
	Hash      []byte        `db:"hash"`
	Roles     []access.Role `db:"roles"`
	Areas     []access.Area `db:"areas"`
	Clearance string        `db:"clearance"`
	CreatedAt time.Time     `db:"created_at"`
	ExpiresAt time.Time     `db:"expires_at"`
	RevokedAt *time.Time    `db:"revoked_at"`
	UsedOn    *time.Time    `db:"used_on"`
}

func (row apiKey) key() (access.Key, error) {
	clearance, err := person.ParseRestriction(row.Clearance)
	return access.Key{
		ID: row.ID, Name: row.Name, Hash: row.Hash, Roles: row.Roles, Areas: row.Areas, Clearance: clearance,
		CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, RevokedAt: row.RevokedAt, UsedOn: row.UsedOn,
	}, err
}

// AddAPIKey keeps a new key, valid for so long from now by the database's clock, at
// most [access.MaxKeyAge], and returns it with its times.
func (s *Store) AddAPIKey(ctx context.Context, c Change, k access.Key, lasting time.Duration) (access.Key, error) {
	err := s.write(ctx, func(tx pgx.Tx) error {
		c.begin()
		batch := &pgx.Batch{}
		batch.Queue(apiKeyInsert, pgx.StrictNamedArgs{
			"id": k.ID, "name": k.Name, "hash": k.Hash, "roles": orEmpty(k.Roles), "areas": orEmpty(k.Areas),
			"clearance": k.Clearance.String(), "lasting": lasting,
		}).QueryRow(func(row pgx.Row) error { return row.Scan(&k.CreatedAt, &k.ExpiresAt) })
		queueKeyEvent(batch, c, "made "+k.ID)
		return sendAll(ctx, tx, batch)
	})
	return k, translate("add API key", err)
}

// queueKeyEvent queues what the audit says of a key that is made or ends.
func queueKeyEvent(batch *pgx.Batch, c Change, what string) {
	c.Reason = what
	queueEvent(batch, c, audit.Key, nil)
}

// APIKey returns the key of an id, revoked and expired ones too, or nil.
func (s *Store) APIKey(ctx context.Context, id string) (*access.Key, error) {
	keys, err := s.apiKeys(ctx, apiKeyByID, pgx.StrictNamedArgs{"id": id})
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	return &keys[0], nil
}

// APIKeys returns all keys, the newest first.
func (s *Store) APIKeys(ctx context.Context) ([]access.Key, error) {
	return s.apiKeys(ctx, apiKeyList, nil)
}

func (s *Store) apiKeys(ctx context.Context, sql string, args pgx.StrictNamedArgs) ([]access.Key, error) {
	keys, err := list(ctx, s.db, sql, args, func(row pgx.CollectableRow) (access.Key, error) {
		read, err := pgx.RowToStructByName[apiKey](row)
		if err != nil {
			return access.Key{}, err
		}
		return read.key()
	})
	return keys, translate("read API keys", err)
}

// RevokeAPIKey ends a key at once, and reports whether there is one of this id.
// Revoking it again changes nothing.
func (s *Store) RevokeAPIKey(ctx context.Context, c Change, id string) (found bool, err error) {
	err = s.write(ctx, func(tx pgx.Tx) error {
		c.begin()
		tag, err := tx.Exec(ctx, apiKeyRevoke, pgx.StrictNamedArgs{"id": id})
		if found = tag.RowsAffected() > 0; err != nil || !found {
			return err
		}
		batch := &pgx.Batch{}
		queueKeyEvent(batch, c, "revoked "+id)
		return sendAll(ctx, tx, batch)
	})
	return found, translate("revoke API key", err)
}

// NoteAPIKeyUsed notes that a key was used on a day, of which the last is kept.
func (s *Store) NoteAPIKeyUsed(ctx context.Context, id string, day time.Time) error {
	_, err := s.affect(ctx, "note use of API key", apiKeyUsed, pgx.StrictNamedArgs{"id": id, "day": day})
	return err
}

// HasAPIKey reports whether any key may be used now.
func (s *Store) HasAPIKey(ctx context.Context) (bool, error) {
	return scalar[bool](ctx, s, "look for an API key", apiKeyLive, nil)
}
