package storage

import (
	"context"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/match"
	"personindex/person"
)

// values are a person's own values as columns of the table person.
type values struct {
	ID                        person.ID             `db:"id"`
	Title                     string                `db:"title"`
	Forename                  string                `db:"forename"`
	PreferredForename         string                `db:"preferred_forename"`
	MiddleName                string                `db:"middle_name"`
	Surname                   string                `db:"surname"`
	PreferredSurname          string                `db:"preferred_surname"`
	PreviousNames             []person.PreviousName `db:"previous_names"`
	DateOfBirth               string                `db:"date_of_birth"`
	PlaceOfBirth              string                `db:"place_of_birth"`
	Nationality               string                `db:"nationality"`
	Gender                    string                `db:"gender"`
	EthnicOrigin              string                `db:"ethnic_origin"`
	Identification            []person.Identifier   `db:"identification"`
	Languages                 []person.Language     `db:"languages"`
	Communication             []person.Contact      `db:"communication"`
	CommunicationRequirements []string              `db:"communication_requirements"`
	Addresses                 []person.Address      `db:"addresses"`
	CrossReferences           int                   `db:"cross_references"`
	PersonTypes               []string              `db:"person_types"`
	Relations                 []person.Relation     `db:"relations"`
	DateOfDeath               string                `db:"date_of_death"`
	Restriction               int16                 `db:"restriction"`
	RestrictionReason         string                `db:"restriction_reason"`
	RestrictedBy              string                `db:"restricted_by"`
}

// stored is a row of person and what is kept beside it.
type stored struct {
	values
	Asked        person.ID               `db:"asked"` // the id by which the caller asked
	Version      int64                   `db:"version"`
	RestrictedAt *time.Time              `db:"restricted_at"`
	CreatedAt    time.Time               `db:"created_at"`
	UpdatedAt    time.Time               `db:"updated_at"`
	ErasedAt     *time.Time              `db:"erased_at"`
	Bears        []person.CrossReference `db:"bears"`
}

// newValues expects p with lists, see [person.Person.WithLists].
func newValues(p person.Person) values {
	return values{
		ID:                        p.ID,
		Title:                     p.Title,
		Forename:                  p.Forename,
		PreferredForename:         p.PreferredForename,
		MiddleName:                p.MiddleName,
		Surname:                   p.Surname,
		PreferredSurname:          p.PreferredSurname,
		PreviousNames:             p.PreviousNames,
		DateOfBirth:               p.DateOfBirth.Iso(),
		PlaceOfBirth:              p.PlaceOfBirth,
		Nationality:               p.Nationality,
		Gender:                    p.Gender,
		EthnicOrigin:              p.EthnicOrigin,
		Identification:            p.Identification,
		Languages:                 p.Languages,
		Communication:             p.Communication,
		CommunicationRequirements: p.CommunicationRequirements,
		Addresses:                 p.Addresses,
		CrossReferences:           len(p.CrossReferences),
		PersonTypes:               p.PersonTypes,
		Relations:                 p.Relations,
		DateOfDeath:               p.DateOfDeath.Iso(),
		Restriction:               int16(p.Restriction),
		RestrictionReason:         p.RestrictionReason,
		RestrictedBy:              p.RestrictedBy,
	}
}

// person is the record that a row holds.
func (r stored) person() (person.Person, error) {
	birth, err := person.ParseDate(r.DateOfBirth)
	if err != nil {
		return person.Person{}, fmt.Errorf("date of birth of person %s: %w", r.ID, err)
	}
	death, err := person.ParseDate(r.DateOfDeath)
	if err != nil {
		return person.Person{}, fmt.Errorf("date of death of person %s: %w", r.ID, err)
	}
	return person.Person{
		ID:                        r.ID,
		Title:                     r.Title,
		Forename:                  r.Forename,
		PreferredForename:         r.PreferredForename,
		MiddleName:                r.MiddleName,
		Surname:                   r.Surname,
		PreferredSurname:          r.PreferredSurname,
		PreviousNames:             r.PreviousNames,
		DateOfBirth:               birth,
		PlaceOfBirth:              r.PlaceOfBirth,
		Nationality:               r.Nationality,
		Gender:                    r.Gender,
		EthnicOrigin:              r.EthnicOrigin,
		Identification:            r.Identification,
		Languages:                 r.Languages,
		Communication:             r.Communication,
		CommunicationRequirements: r.CommunicationRequirements,
		Addresses:                 r.Addresses,
		CrossReferences:           r.Bears,
		PersonTypes:               r.PersonTypes,
		Relations:                 r.Relations,
		DateOfDeath:               death,
		Restriction:               person.Restriction(r.Restriction),
		RestrictionReason:         r.RestrictionReason,
		RestrictedBy:              r.RestrictedBy,
		RestrictedAt:              orZero(r.RestrictedAt),
		Version:                   r.Version,
		CreatedAt:                 r.CreatedAt.UTC(),
		UpdatedAt:                 r.UpdatedAt.UTC(),
	}.WithLists(), nil
}

// orZero is a time that may be missing, in UTC.
func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// everybody is the clearance of the service's own work, which sees all people.
const everybody = person.VeryRestricted

// rowsByID reads the rows of ids, in the order of ids, as a caller of this
// clearance may see them; what was never there, for all that they may know, is
// left out, what was erased is not.
func rowsByID(ctx context.Context, q querier, clearance person.Restriction, ids ...person.ID) ([]stored, error) {
	args := pgx.StrictNamedArgs{"ids": ids, "clearance": int(clearance)}
	return collect(ctx, q, personByIDs, args, pgx.RowToStructByName[stored])
}

// columns names the columns of a row struct, for COPY.
func columns[T any]() []string {
	var names []string
	for field := range reflect.TypeFor[T]().Fields() {
		names = append(names, field.Tag.Get("db"))
	}
	return names
}

// cells are the fields of a row struct, in the order of its columns.
func cells(row any) []any {
	v := reflect.ValueOf(row)
	list := make([]any, v.NumField())
	for i := range list {
		list[i] = v.Field(i).Interface()
	}
	return list
}

// matchRow is what matching needs of a person, as columns of person_match. The
// record and keys are those that every caller may search by.
type matchRow struct {
	PersonID         person.ID     `db:"person_id"`
	Version          int64         `db:"version"`
	MatchVersion     int           `db:"match_version"`
	Record           match.Record  `db:"record"`
	Keys             []int64       `db:"keys"`
	Restriction      int16         `db:"restriction"`
	RestrictedRecord *match.Record `db:"restricted_record"` // the whole one of somebody restricted
	RestrictedKeys   []int64       `db:"restricted_keys"`   // those of the whole record that Keys lacks
}

func newMatchRow(p person.Person) matchRow {
	whole := match.Standardise(p)
	row := matchRow{
		PersonID:       p.ID,
		Version:        p.Version,
		MatchVersion:   match.Version,
		Record:         whole.Open(p.Restriction),
		Restriction:    int16(p.Restriction),
		RestrictedKeys: []int64{},
	}
	row.Keys = sortedKeys(row.Record)
	if p.Restriction > person.Unrestricted {
		row.RestrictedRecord = &whole
		row.RestrictedKeys = slices.DeleteFunc(sortedKeys(whole), func(key int64) bool {
			_, open := slices.BinarySearch(row.Keys, key)
			return open
		})
	}
	return row
}

// sortedKeys are the blocking keys of a record as they are stored, each once.
func sortedKeys(r match.Record) []int64 {
	keys, _ := hashKeys(match.BlockingKeys(r))
	slices.Sort(keys)
	return slices.Compact(keys)
}

// hashKeys returns the keys as they are stored, and their weights. Two keys with
// one hash would cost a needless comparison, no wrong answer.
func hashKeys(keys []match.BlockingKey) (hashes []int64, weights []float64) {
	hashes, weights = make([]int64, len(keys)), make([]float64, len(keys))
	for i, key := range keys {
		hash := fnv.New64a()
		hash.Write([]byte(key.Value))
		hashes[i], weights[i] = int64(hash.Sum64()), key.Weight
	}
	return hashes, weights
}
