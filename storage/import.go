package storage

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/jackc/pgx/v5"

	"personindex/person"
)

// Source is another system whose rows are imported.
type Source struct {
	System string
	// Fields are those that its rows speak of, as in the JSON. Of any other they
	// say nothing, which is not that it is empty.
	Fields []string
}

// ImportRow is what a source says of one of its references: a valid person, whose
// id and cross-references do not count.
type ImportRow struct {
	Reference string
	Person    person.Person
}

// Imported says what became of rows.
type Imported struct {
	Created, Changed int
	Unchanged        int // said what was said before, or what is on file
	Erased           int // skipped: whoever bore the reference was erased
	Refused          []Refusal
}

// Refusal is a row that would have made somebody invalid; nothing of it is kept.
type Refusal struct {
	Row int // its place among the rows, from 0
	Err *person.ValidationError
}

// Import applies what a source says of some of its references, each given once,
// in one transaction. Somebody whom the source has not named before is added,
// without asking whether they are on file under another reference. Of others only
// what the source changed since its last import is applied, by [person.Person.Follow].
// Somebody who was given the reference here is filled where they have nothing, by
// [person.Person.Fill].
//
// Rows that change nothing leave no trace but that they were verified. Everything
// may be repeated. One import of a system runs at a time: call it within
// [Store.WithImport]. There calls may run at once, for different references.
func (s *Store) Import(ctx context.Context, c Change, source Source, rows []ImportRow) (done Imported, err error) {
	c.System = source.System
	for range 2 {
		err = s.write(ctx, func(tx pgx.Tx) error {
			plan, err := s.planImport(ctx, tx, source, rows, false)
			if err != nil {
				return err
			}
			done = plan.outcome
			return plan.write(ctx, tx, c)
		})
		if !violates(err, "cross_reference_pkey") {
			break // else somebody has just been given one: look again
		}
	}
	if err != nil {
		return Imported{}, translate("import", err)
	}
	if done.Created+done.Changed > 0 {
		s.notifier.wake()
	}
	return done, nil
}

// TryImport tells what Import would do and does nothing.
func (s *Store) TryImport(ctx context.Context, source Source, rows []ImportRow) (Imported, error) {
	var plan *importPlan
	err := s.db.transact(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) (err error) {
		plan, err = s.planImport(ctx, tx, source, rows, true)
		return err
	})
	if err != nil {
		return Imported{}, translate("try import", err)
	}
	return plan.outcome, nil
}

// importPlan is what an import is about to write.
type importPlan struct {
	source   Source
	dry      bool // nothing will be written
	created  []person.Person
	changes  []revision
	said     []saying
	verified []string
	outcome  Imported
}

// revision is a person before and after.
type revision struct {
	fields      []string
	now, wanted person.Person
}

// saying is what the source is to be remembered to have said.
type saying struct {
	reference string
	person    person.ID
	said      string
}

// known is what the register knows of a reference.
type known struct {
	Bearer person.ID `db:"bearer"`
	Said   *string   `db:"said"`
	Erased bool      `db:"erased"`
}

func (s *Store) planImport(ctx context.Context, tx pgx.Tx, source Source, rows []ImportRow, dry bool) (*importPlan, error) {
	onFile, err := s.knownReferences(ctx, tx, source.System, rows)
	if err != nil {
		return nil, err
	}
	plan := &importPlan{source: source, dry: dry}
	var differing []int
	for i, row := range rows {
		said, err := encode(row.Person)
		if err != nil {
			return nil, err
		}
		switch known := onFile[i]; {
		case known.Bearer == "" && known.Erased:
			plan.outcome.Erased++
		case known.Bearer == "":
			if err := plan.create(row, said); err != nil {
				return nil, err
			}
		case known.Said != nil && *known.Said == string(said):
			plan.outcome.Unchanged++
			plan.verified = append(plan.verified, row.Reference)
		default:
			differing = append(differing, i)
		}
	}
	return plan, plan.follow(ctx, tx, rows, onFile, differing)
}

func (s *Store) knownReferences(ctx context.Context, tx pgx.Tx, system string, rows []ImportRow) ([]known, error) {
	references, hashes := make([]string, len(rows)), make([][]byte, len(rows))
	for i, row := range rows {
		references[i] = row.Reference
		hashes[i] = s.referenceHash(person.CrossReference{System: system, Reference: row.Reference})
	}
	found, err := tx.Query(ctx, importKnown, pgx.StrictNamedArgs{"system": system, "references": references, "hashes": hashes})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowToStructByName[known])
}

// create plans to add somebody whom nobody is known to be.
func (plan *importPlan) create(row ImportRow, said []byte) error {
	p := row.Person
	p.ID, p.CrossReferences = "", []person.CrossReference{{System: plan.source.System, Reference: row.Reference}}
	p, err := newPerson(p)
	if err != nil {
		return err
	}
	plan.created = append(plan.created, p)
	plan.said = append(plan.said, saying{row.Reference, p.ID, string(said)})
	plan.outcome.Created++
	return nil
}

// follow plans what follows from the rows that say something new.
func (plan *importPlan) follow(ctx context.Context, tx pgx.Tx, rows []ImportRow, onFile []known, differing []int) error {
	before, err := plan.bearers(ctx, tx, onFile, differing)
	if err != nil {
		return err
	}
	after := map[person.ID]person.Person{}
	for _, i := range differing {
		now, there := before[onFile[i].Bearer]
		if !there {
			plan.outcome.Erased++ // in this very moment
			continue
		}
		if changed, ok := after[now.ID]; ok {
			now = changed
		}
		wanted, says, err := plan.followRow(now, rows[i], onFile[i].Said)
		if err != nil {
			return err
		}
		var invalid *person.ValidationError
		if errors.As(wanted.Validate(person.Rules{}, time.Now()), &invalid) {
			plan.outcome.Refused = append(plan.outcome.Refused, Refusal{i, invalid})
			continue
		}
		if wanted = wanted.WithLists(); len(changedFields(now, wanted)) == 0 {
			plan.outcome.Unchanged++
		} else {
			plan.outcome.Changed++
		}
		after[now.ID] = wanted
		plan.said = append(plan.said, saying{rows[i].Reference, now.ID, says})
	}
	plan.revise(before, after)
	return nil
}

// followRow is the person once they follow the row, and what is to be remembered
// of the row. said is what was remembered; nil means nothing.
func (plan *importPlan) followRow(now person.Person, row ImportRow, said *string) (wanted person.Person, says string, err error) {
	is := row.Person
	if said == nil {
		wanted = now.Fill(is)
	} else {
		var was person.Person
		if err := json.Unmarshal([]byte(*said), &was); err != nil {
			return person.Person{}, "", fmt.Errorf("read what was said: %w", err)
		}
		is = plan.covered(is, was)
		wanted = now.Follow(was, is)
	}
	text, err := encode(is)
	return wanted, string(text), err
}

// covered is p with the fields of before of which the source's rows do not speak.
func (plan *importPlan) covered(p, before person.Person) person.Person {
	is, was := reflect.ValueOf(&p).Elem(), reflect.ValueOf(before)
	for i, field := range fieldNames() {
		if field != "" && !slices.Contains(plan.source.Fields, field) {
			is.Field(i).Set(was.Field(i))
		}
	}
	return p
}

// revise plans one version for each person who is to change.
func (plan *importPlan) revise(before, after map[person.ID]person.Person) {
	for id, wanted := range after {
		r := revision{now: before[id], wanted: succeeding(before[id], wanted)}
		if r.fields = changedFields(r.now, r.wanted); len(r.fields) > 0 {
			plan.changes = append(plan.changes, r)
		}
	}
}

// bearers reads the people who bear the references and are not gone. Where the
// plan is to be written, nobody else can change them before the transaction ends.
func (plan *importPlan) bearers(ctx context.Context, tx pgx.Tx, onFile []known, differing []int) (map[person.ID]person.Person, error) {
	people := map[person.ID]person.Person{}
	if len(differing) == 0 {
		return people, nil
	}
	var ids []person.ID
	for _, i := range differing {
		ids = append(ids, onFile[i].Bearer)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if !plan.dry {
		if _, err := tx.Exec(ctx, personLockMany, pgx.StrictNamedArgs{"ids": ids}); err != nil {
			return nil, err
		}
	}
	rows, err := rowsByID(ctx, tx, everybody, ids...)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.ErasedAt != nil {
			continue
		}
		if people[row.ID], err = row.person(); err != nil {
			return nil, err
		}
	}
	return people, nil
}

// encode writes what a person says, and nothing of what they do not say.
func encode(p person.Person) ([]byte, error) {
	p.CrossReferences = nil
	text, err := json.Marshal(p, json.OmitZeroStructFields(true))
	if err != nil {
		return nil, errors.New("write what is said: " + kinds(err))
	}
	return text, nil
}
