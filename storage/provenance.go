package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// importedRow is a row of import_row.
type importedRow struct {
	System     string    `db:"system"`
	Reference  string    `db:"reference"`
	Said       string    `db:"said"`
	VerifiedAt time.Time `db:"verified_at"`
}

// importRows reads what imports said last of a person, the latest first.
func importRows(ctx context.Context, q querier, clearance person.Restriction, id person.ID) ([]importedRow, error) {
	args := pgx.StrictNamedArgs{"person_id": id, "clearance": int(clearance)}
	return collect(ctx, q, importByPerson, args, pgx.RowToStructByName[importedRow])
}

// fieldChange is the last change of a field.
type fieldChange struct {
	Field  string    `db:"field"`
	System string    `db:"system"`
	At     time.Time `db:"at"`
}

// Provenance tells where the values of p, as a caller of this clearance has read
// them from here, come from, by the names of fields in the JSON. Fields that say nothing in p are left out, and so
// are those that were hidden from that caller.
//
// A value is that of the system whose import changed the field last, or of
// [person.Service] where somebody changed it here; it was verified when an import
// of that system last said the same.
func (s *Store) Provenance(ctx context.Context, clearance person.Restriction, p person.Person) (map[string]person.Provenance, error) {
	args := pgx.StrictNamedArgs{"person_id": p.ID, "version": p.Version, "clearance": int(clearance)}
	changes, err := list(ctx, s.db, provenanceChanges, args, pgx.RowToStructByName[fieldChange])
	if err != nil {
		return nil, translate("read provenance", err)
	}
	imported, err := read(s.db, func(q querier) ([]importedRow, error) { return importRows(ctx, q, clearance, p.ID) })
	if err != nil {
		return nil, translate("read provenance", err)
	}
	verified, err := verifications(p, imported)
	if err != nil {
		return nil, err
	}
	filled := filledFields(p)
	provenance := map[string]person.Provenance{}
	for _, c := range changes {
		if slices.Contains(filled, c.Field) {
			provenance[c.Field] = person.Provenance{
				System: cmp.Or(c.System, person.Service), ChangedAt: c.At.UTC(), VerifiedAt: verified[fieldOf{c.System, c.Field}],
			}
		}
	}
	return provenance, nil
}

// fieldOf is a field as one system has it.
type fieldOf struct{ system, field string }

// verifications tells when each system last said of which fields of p what p says.
func verifications(p person.Person, imported []importedRow) (map[fieldOf]time.Time, error) {
	verified := map[fieldOf]time.Time{}
	for _, row := range imported {
		var said person.Person
		if err := json.Unmarshal([]byte(row.Said), &said); err != nil {
			return nil, fmt.Errorf("read what %s said: %s", row.System, kinds(err))
		}
		// What would change if p followed it now is not what p says.
		wrong := changedFields(p, p.Follow(person.Person{}, said).WithLists())
		said.CrossReferences = p.CrossReferences // the row names one of them
		for _, field := range filledFields(said.WithLists()) {
			at := fieldOf{row.System, field}
			if verified[at].IsZero() && !slices.Contains(wrong, field) {
				verified[at] = row.VerifiedAt.UTC()
			}
		}
	}
	return verified, nil
}
