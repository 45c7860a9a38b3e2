package storage

import (
	"context"

	"github.com/jackc/pgx/v5"

	"personindex/match"
	"personindex/person"
)

// censusBatch is how many people RefreshFrequencies reads at once.
const censusBatch = 1000

// RefreshFrequencies counts the names, dates of birth and addresses of everybody who
// is not gone and replaces the last count by this one, whose version it returns. It
// tells progress after every batch how many people it has read of about how many.
//
// Whoever reads frequencies meanwhile reads the old ones. People who change
// meanwhile are counted as they were or as they are. If it is stopped, the old
// count stays.
func (s *Store) RefreshFrequencies(ctx context.Context, progress func(done, total int64)) (version int64, err error) {
	census, err := s.census(ctx, progress)
	if err != nil {
		return 0, err
	}
	tallies := census.Tallies()
	ctx = unbounded(ctx)
	err = s.write(ctx, func(tx pgx.Tx) error {
		version, err = replaceFrequencies(ctx, tx, tallies)
		return err
	})
	return version, translate("replace frequencies", err)
}

// census counts everybody, a batch after the other.
func (s *Store) census(ctx context.Context, progress func(done, total int64)) (*match.Census, error) {
	total, err := s.Size(ctx)
	if err != nil {
		return nil, err
	}
	census, done := match.NewCensus(), int64(0)
	for after := person.ID(""); ; {
		page, err := s.EntriesAfter(ctx, after, censusBatch)
		if err != nil || len(page) == 0 {
			return census, err
		}
		after = page[len(page)-1].ID
		for _, e := range living(page) {
			if e.Restriction < person.VeryRestricted { // no count tells of what is hidden
				open := e.Record.Open(e.Restriction)
				census.Add(&open)
			}
			done++
		}
		progress(done, max(done, total))
	}
}

// frequencyTotal is a row of frequency_total.
type frequencyTotal struct {
	Kind     string `db:"kind"`
	Version  int64  `db:"version"`
	People   int64  `db:"people"`
	Bearings int64  `db:"bearings"`
	Floor    int64  `db:"floor"`
	Rare     int64  `db:"rare"`
}

// frequencyRow is a kind as frequency_read reads it: the words, and how many bear
// each.
type frequencyRow struct {
	frequencyTotal
	Words  []string `db:"words"`
	Counts []int64  `db:"counts"`
}

func (r frequencyRow) tally() match.Tally {
	words := make(map[string]int64, len(r.Words))
	for i, word := range r.Words {
		words[word] = r.Counts[i]
	}
	return match.Tally{People: r.People, Bearings: r.Bearings, Floor: r.Floor, Rare: r.Rare, Words: words}
}

// frequency is a row of frequency.
type frequency struct {
	Kind   string `db:"kind"`
	Word   string `db:"word"`
	People int64  `db:"people"`
}

func replaceFrequencies(ctx context.Context, tx pgx.Tx, tallies match.Tallies) (version int64, err error) {
	for _, sql := range []string{statementUnbounded, frequencyLock} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return 0, err
		}
	}
	if err := tx.QueryRow(ctx, frequencyClear).Scan(&version); err != nil {
		return 0, err
	}
	var words []frequency
	for kind, t := range tallyOfKind(&tallies) {
		total := frequencyTotal{Kind: kind, Version: version, People: t.People, Bearings: t.Bearings, Floor: t.Floor, Rare: t.Rare}
		if _, err := tx.Exec(ctx, frequencyTotalInsert, pgx.StrictStructArgs(total)); err != nil {
			return 0, err
		}
		for word, people := range t.Words {
			words = append(words, frequency{kind, word, people})
		}
	}
	return version, copyRows(ctx, tx, "frequency", words, func(f frequency) frequency { return f })
}

// tallyOfKind names the tallies as the database does.
func tallyOfKind(t *match.Tallies) map[string]*match.Tally {
	return map[string]*match.Tally{
		"given": &t.Given, "surname": &t.Surname, "birth": &t.Birth, "form": &t.Forms, "home": &t.Homes, "day": &t.Days,
		"area": &t.Areas, "street": &t.Streets, "dwelling": &t.Dwellings, "word": &t.Words,
	}
}

// Frequencies returns the last count, or an empty one of version 0 if nobody has
// counted yet.
func (s *Store) Frequencies(ctx context.Context) (*match.Frequencies, error) {
	counted, err := list(ctx, s.db, frequencyRead, nil, pgx.RowToStructByName[frequencyRow])
	if err != nil {
		return nil, translate("read frequencies", err)
	}
	var version int64
	var tallies match.Tallies
	kinds := tallyOfKind(&tallies)
	for _, row := range counted {
		version = row.Version
		*kinds[row.Kind] = row.tally()
	}
	return match.NewFrequencies(version, tallies), nil
}
