package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// Version is what a person was from one change to the next.
type Version struct {
	Version   int64
	ChangedAt time.Time
	Actor     string
	Fields    []string // that this version changed, as in the JSON
	Person    person.Person
}

// History returns at most limit versions of a person older than before, the
// newest first; before 0 begins at the present one. It returns
// [person.ErrNotFound] or [person.ErrErased]: the values of the past go with the
// person.
//
// A caller of this clearance sees of each version what they may see of the person,
// or could have then if that is less; fields that are hidden from them are not named
// among those that changed.
func (s *Store) History(ctx context.Context, clearance person.Restriction, id person.ID, before int64, limit int) ([]Version, error) {
	present, err := s.Person(ctx, clearance, id)
	if err != nil {
		return nil, err
	}
	if before <= 0 || before > present.Version+1 {
		before = present.Version + 1
	}
	args := pgx.StrictNamedArgs{
		"person_id": id, "before": before, "limit": limit, "clearance": int(clearance), "hidden": person.HiddenFields(),
	}
	versions, err := list(ctx, s.db, historyBefore, args, func(row pgx.CollectableRow) (Version, error) {
		return scanVersion(row, present)
	})
	return versions, translate("read history", err)
}

// scanVersion takes the values of the present version from present: the history
// holds past ones only.
func scanVersion(row pgx.CollectableRow, present person.Person) (Version, error) {
	var v Version
	var body []byte
	if err := row.Scan(&v.Version, &v.ChangedAt, &v.Actor, &v.Fields, &body); err != nil {
		return Version{}, err
	}
	v.ChangedAt = v.ChangedAt.UTC()
	switch {
	case body != nil:
		if err := json.Unmarshal(body, &v.Person); err != nil {
			return Version{}, fmt.Errorf("read version: %w", err)
		}
		v.Person = v.Person.WithLists()
		v.Person.ID = present.ID // as the caller calls them
	case v.Version == present.Version:
		v.Person = present
	default:
		return Version{}, person.ErrErased // since present was read
	}
	return v, nil
}

// changeRow is a row of person_change.
type changeRow struct {
	Actor     string    `db:"actor"`
	Action    string    `db:"action"`
	PersonID  person.ID `db:"person_id"`
	Version   int64     `db:"version"`
	Fields    []string  `db:"fields"`
	Reason    string    `db:"reason"`
	RequestID string    `db:"request_id"`
	System    string    `db:"system"`
}

func newChangeRow(c Change, action string, fields []string, r person.Revision) changeRow {
	return changeRow{c.Actor, action, r.ID, r.Version, fields, c.Reason, c.RequestID, c.System}
}

// filledFields names the fields in which a person with lists says something.
func filledFields(p person.Person) []string {
	return changedFields(person.Person{}.WithLists(), p)
}

// changedFields names the fields in which two people with lists differ, as in
// the JSON and in its order. What the service sets by itself is not compared.
func changedFields(before, after person.Person) []string {
	fields := []string{}
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	for i, field := range fieldNames() {
		if field != "" && !reflect.DeepEqual(b.Field(i).Interface(), a.Field(i).Interface()) {
			fields = append(fields, field)
		}
	}
	return fields
}

// fieldNames are the names in the JSON of a person's fields, empty for those
// that the service sets by itself.
func fieldNames() []string {
	var names []string
	for field := range reflect.TypeFor[person.Person]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch name {
		case "id", "version", "restrictedBy", "restrictedAt", "createdAt", "updatedAt", "links", "unavailable", "provenance":
			name = ""
		}
		names = append(names, name)
	}
	return names
}
