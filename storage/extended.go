package storage

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/access"
	"personindex/audit"
	"personindex/encryption"
	"personindex/person"
)

// Extended is one version of what a service area holds about a person: a JSON
// document that only the area may see, and the database cannot read.
type Extended struct {
	Version   int64 // from 1; 0 where the area never held anything
	ChangedAt time.Time
	Actor     string
	Document  []byte // nil where there is none, or no longer
}

// Extended returns what an area holds about a person now, which may be nothing.
// A person who is restricted above the clearance is not found. It returns [person.ErrNotFound] or [person.ErrErased], [encryption.ErrNoKeys]
// or [encryption.ErrCannotOpen].
func (s *Store) Extended(ctx context.Context, clearance person.Restriction, id person.ID, area access.Area) (Extended, error) {
	now, err := read(s.db, func(q querier) (Extended, error) { return s.extendedNow(ctx, q, clearance, id, area) })
	return now, translate("read extended data", err)
}

// ExtendedHistory returns at most limit versions older than before, the newest
// first; before 0 begins at the present one. Its errors are those of Extended.
func (s *Store) ExtendedHistory(ctx context.Context, clearance person.Restriction, id person.ID, area access.Area, before int64, limit int) ([]Extended, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	versions, err := read(s.db, func(q querier) ([]Extended, error) {
		return s.extendedVersions(ctx, q, clearance, id, area, before, limit)
	})
	return versions, translate("read extended data", err)
}

// ReviseExtended adds a version to what an area holds about a person, provided
// that the present one is the expected one, 0 where there is none; a nil document
// deletes what there is. Its errors are those of Extended and
// [person.ErrVersionConflict].
func (s *Store) ReviseExtended(ctx context.Context, c Change, id person.ID, area access.Area, expected int64, document []byte) (Extended, error) {
	var revised Extended
	err := s.write(ctx, func(tx pgx.Tx) error {
		c.begin()
		var meant person.ID
		err := tx.QueryRow(ctx, personLock, pgx.StrictNamedArgs{"id": id, "clearance": int(c.Clearance)}).Scan(&meant)
		if err != nil {
			return noneIs(err, person.ErrNotFound)
		}
		now, err := s.extendedNow(ctx, tx, c.Clearance, meant, area)
		if err != nil {
			return err
		}
		if now.Version != expected {
			return person.ErrVersionConflict
		}
		revised = Extended{Version: now.Version + 1, Actor: c.Actor, Document: document}
		return s.insertExtended(ctx, tx, c, meant, area, &revised)
	})
	if err != nil {
		return Extended{}, translate("write extended data", err)
	}
	return revised, nil
}

func (s *Store) insertExtended(ctx context.Context, tx pgx.Tx, c Change, id person.ID, area access.Area, e *Extended) error {
	row := extendedRow{PersonID: id, Area: area, Version: e.Version}
	if err := row.seal(s.keys, e.Document); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	batch.Queue(extendedInsert, pgx.StrictNamedArgs{
		"person_id": id, "area": area, "version": e.Version, "key_id": row.KeyID, "sealed": row.Sealed, "actor": e.Actor,
	}).QueryRow(func(row pgx.Row) error { return row.Scan(&e.ChangedAt) })
	queueEvent(batch, c, audit.Update, []string{"extended." + string(area)}, id)
	err := sendAll(ctx, tx, batch)
	e.ChangedAt = e.ChangedAt.UTC()
	return err
}

func (s *Store) extendedNow(ctx context.Context, q querier, clearance person.Restriction, id person.ID, area access.Area) (Extended, error) {
	versions, err := s.extendedVersions(ctx, q, clearance, id, area, math.MaxInt64, 1)
	if err != nil || len(versions) == 0 {
		return Extended{}, err
	}
	return versions[0], nil
}

func (s *Store) extendedVersions(ctx context.Context, q querier, clearance person.Restriction, id person.ID, area access.Area, before int64, limit int) ([]Extended, error) {
	rows, err := q.Query(ctx, extendedRead, pgx.StrictNamedArgs{
		"person_id": id, "area": area, "before": before, "limit": limit, "clearance": int(clearance),
	})
	if err != nil {
		return nil, err
	}
	found := false
	versions, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Extended, error) {
		found = true
		return s.scanExtended(row, area)
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, person.ErrNotFound
	case versions[0].Version == 0:
		return nil, nil
	}
	return versions, nil
}

func (s *Store) scanExtended(row pgx.CollectableRow, area access.Area) (Extended, error) {
	var e Extended
	var id person.ID
	var erased bool
	var sealed []byte
	var changed *time.Time
	if err := row.Scan(&id, &erased, &e.Version, &sealed, &changed, &e.Actor); err != nil {
		return e, err
	}
	if erased {
		return e, person.ErrErased
	}
	if changed != nil {
		e.ChangedAt = changed.UTC()
	}
	if sealed == nil {
		return e, nil
	}
	var err error
	e.Document, err = extendedRow{PersonID: id, Area: area, Version: e.Version, Sealed: sealed}.open(s.keys)
	return e, err
}

// extendedRow is a row of extended_data, as far as its seal goes.
type extendedRow struct {
	PersonID person.ID        `db:"person_id"`
	Area     access.Area      `db:"area"`
	Version  int64            `db:"version"`
	KeyID    encryption.KeyID `db:"key_id"`
	Sealed   []byte           `db:"sealed"`
}

// place is what the seal is bound to: a row copied to another person, area or
// version does not open.
func (r extendedRow) place() []byte {
	return encryption.Place("extended", string(r.PersonID), string(r.Area), strconv.FormatInt(r.Version, 10))
}

func (r *extendedRow) seal(keys *encryption.Keys, document []byte) error {
	if document == nil {
		r.Sealed = nil
		return nil
	}
	sealed, err := keys.Seal(document, r.place())
	r.KeyID, r.Sealed = sealed.Key, sealed.Data
	return err
}

func (r extendedRow) open(keys *encryption.Keys) ([]byte, error) {
	return keys.Open(r.Sealed, r.place())
}

// resealBatch is some 6 MB of the largest documents.
const resealBatch = 100

// MayReseal returns [ErrNoRight] where Reseal would, also while there is nothing to
// seal again, so that nobody makes a key that they cannot use.
func (s *Store) MayReseal(ctx context.Context) error {
	_, err := s.affect(ctx, "seal data again", extendedReseal, pgx.StrictNamedArgs{
		"person_id": "", "area": "", "version": 0, "key_id": 0, "sealed": []byte{}, "old_key_id": 0, // nobody's
	})
	return err
}

// Reseal seals with the present key whatever another one sealed, and reports how
// much is done, of how much. It may be interrupted and called again, and others
// may read and write meanwhile. It returns [encryption.ErrCannotOpen] where a key
// is missing.
func (s *Store) Reseal(ctx context.Context, report func(done, total int64)) (resealed int64, err error) {
	total, err := s.sealedByOthers(ctx)
	if err != nil {
		return 0, err
	}
	for {
		n, err := s.resealSome(ctx)
		resealed += int64(n)
		if err != nil {
			return resealed, translate("seal data again", err)
		}
		if n == 0 {
			return resealed, nil
		}
		report(resealed, max(total, resealed))
	}
}

func (s *Store) sealedByOthers(ctx context.Context) (total int64, err error) {
	key, err := s.keys.Primary()
	if err != nil {
		return 0, err
	}
	used, err := s.SealedBy(ctx)
	for id, n := range used {
		if id != key {
			total += n
		}
	}
	return total, err
}

func (s *Store) resealSome(ctx context.Context) (int, error) {
	key, err := s.keys.Primary() // each time: it may be promoted meanwhile
	if err != nil {
		return 0, err
	}
	args := pgx.StrictNamedArgs{"key_id": key, "limit": resealBatch}
	stale, err := list(ctx, s.db, extendedStale, args, pgx.RowToStructByName[extendedRow])
	if err != nil || len(stale) == 0 {
		return 0, err
	}
	batch := &pgx.Batch{}
	for _, row := range stale {
		old := row.KeyID
		document, err := row.open(s.keys)
		if err == nil {
			err = row.seal(s.keys, document)
		}
		if err != nil {
			return 0, err
		}
		batch.Queue(extendedReseal, pgx.StrictNamedArgs{
			"person_id": row.PersonID, "area": row.Area, "version": row.Version,
			"key_id": row.KeyID, "sealed": row.Sealed, "old_key_id": old,
		})
	}
	return len(stale), s.write(ctx, func(tx pgx.Tx) error { return sendAll(ctx, tx, batch) })
}

// SealedBy counts what each key sealed. A key that is not among them is needed by
// nobody.
func (s *Store) SealedBy(ctx context.Context) (map[encryption.KeyID]int64, error) {
	rows, err := list(ctx, s.db, extendedKeys, nil, pgx.RowToStructByPos[sealedBy])
	used := map[encryption.KeyID]int64{}
	for _, row := range rows {
		used[row.Key] = row.Documents
	}
	return used, translate("count sealed data", err)
}

// sealedBy is how much one key sealed.
type sealedBy struct {
	Key       encryption.KeyID
	Documents int64
}
