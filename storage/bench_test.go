package storage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"personindex/match"
	"personindex/person"
	"personindex/storage"
	"personindex/storage/storagetest"
)

// load adds people in batches, as an import does.
func load(tb testing.TB, s *storage.Store, people []person.Person) {
	tb.Helper()
	for len(people) > 0 {
		n := min(len(people), 1000)
		if _, err := s.Load(tb.Context(), clerk, people[:n]); err != nil {
			tb.Fatal(err)
		}
		people = people[n:]
	}
}

func BenchmarkLoad(b *testing.B) {
	s := storagetest.New(b)
	register(b, s, "people")
	people := storagetest.Residents(b, 1000*b.N)
	b.ResetTimer()
	load(b, s, people)
	b.ReportMetric(float64(len(people))/b.Elapsed().Seconds(), "people/s")
}

func BenchmarkCreate(b *testing.B) {
	s := storagetest.New(b)
	register(b, s, "people")
	people := storagetest.Residents(b, 5000)
	for i := 0; b.Loop(); i++ {
		p := people[i%len(people)]
		p.CrossReferences = nil
		create(b, s, p)
	}
}

// BenchmarkSearch reads from a register of 20,000, of whom none waits in the
// outbox, or some do.
func BenchmarkSearch(b *testing.B) {
	s := storagetest.New(b)
	people := storagetest.Residents(b, 20_000)
	load(b, s, people)
	ids := everybody(b, s)
	keys := make([][]match.BlockingKey, 100)
	for i := range keys {
		keys[i] = match.ProbeKeys(match.Standardise(people[i*97]))
	}
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("Entries of %d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				at := i * n % (len(ids) - n)
				if entries, err := s.Entries(b.Context(), person.Unrestricted, ids[at:at+n]); err != nil || len(entries) != n {
					b.Fatal(len(entries), err)
				}
			}
		})
	}
	for _, n := range []int{1, 10} {
		b.Run(fmt.Sprintf("People of %d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				at := i * n % (len(ids) - n)
				if people, err := s.People(b.Context(), person.Unrestricted, ids[at:at+n]); err != nil || len(people) != n {
					b.Fatal(len(people), err)
				}
			}
		})
	}
	b.Run("Candidates", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if entries, err := s.Candidates(b.Context(), person.Unrestricted, keys[i%len(keys)], 100); err != nil || len(entries) == 0 {
				b.Fatal(len(entries), err)
			}
		}
	})
	register(b, s, "people")
	for _, last := range []int{0, 10, 100, 300, 3000} {
		if _, err := s.Requeue(b.Context(), "people", ids[:last]); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("Overlay of %d", last), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, err := s.Overlay(b.Context(), person.Unrestricted, "people", keys[i%len(keys)], 100); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// restrictions are what the statements of a search do so that nobody is shown who
// is hidden, and what they would say instead.
var restrictions = map[string]map[string]string{
	"match_by_ids": {
		`case when restriction <= .* end as record`:    `record`,
		` and restriction <= greatest\(@clearance.*\)`: ``,
	},
	"person_by_ids": {
		`coalesce\(\(select a\.id from person_alias .*\), p\.id\) as id`:          `p.id`,
		`coalesce\(\(select a\.person_id from person_alias .*\), asked\.id\)`:     `asked.id`,
		`case when seen\.whole then (\S+) (?:else '\S*' )?end as \w+`:             `$1`,
		`case when p\.relations = .* end as relations`:                            `p.relations`,
		`(?s)\ncross join lateral \(select p\.restriction.*greatest\(caller.*?\)`: ``,
		`select @ids::text\[\] as ids, @clearance::int as clearance`:              `select @ids::text[] as ids`,
	},
}

// BenchmarkRestriction reads what one search reads of a register of 20,000, with
// the conditions that hide people and without, in turns, and prints medians.
func BenchmarkRestriction(b *testing.B) {
	config := storagetest.NewConfig(b)
	s, err := storage.Open(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	load(b, s, storagetest.Residents(b, 20_000))
	ids, conn := everybody(b, s), connect(b, config.URL)
	for _, read := range []struct {
		statement, stage string
		n                int
	}{{"match_by_ids", "records", 93}, {"person_by_ids", "people", 3}} {
		body, err := os.ReadFile(filepath.Join("sql", read.statement+".sql"))
		if err != nil {
			b.Fatal(err)
		}
		with := string(body)
		without := with
		for rule, instead := range restrictions[read.statement] {
			pattern := regexp.MustCompile(rule)
			if !pattern.MatchString(without) {
				b.Fatalf("%s says nothing like %s", read.statement, rule)
			}
			without = pattern.ReplaceAllString(without, instead)
		}
		var took [2][]time.Duration
		for i := range 4000 {
			at := i * read.n % (len(ids) - read.n)
			for side, sql := range []string{with, without} {
				start := time.Now()
				exec(b, conn, sql, pgx.NamedArgs{"ids": ids[at : at+read.n], "clearance": 0})
				if i >= 100 { // the first warm caches up
					took[side] = append(took[side], time.Since(start))
				}
			}
		}
		for side := range took {
			slices.Sort(took[side])
		}
		median := func(side int) float64 { return took[side][len(took[side])/2].Seconds() * 1000 }
		fmt.Printf("restriction, %s of %d people, median: %.3f ms (%.3f with, %.3f without)\n",
			read.stage, read.n, median(0)-median(1), median(0), median(1))
	}
}

func everybody(tb testing.TB, s *storage.Store) []person.ID {
	tb.Helper()
	var ids []person.ID
	for after := person.ID(""); ; {
		page, err := s.RevisionsAfter(tb.Context(), after, 5000)
		if err != nil {
			tb.Fatal(err)
		}
		if len(page) == 0 {
			return ids
		}
		for _, e := range page {
			ids = append(ids, e.ID)
		}
		after = page[len(page)-1].ID
	}
}

// BenchmarkFrequencies counts a register of 20,000, and reads the count as a
// service does when there is a new one.
func BenchmarkFrequencies(b *testing.B) {
	s := storagetest.New(b)
	load(b, s, storagetest.Residents(b, 20_000))
	b.Run("Refresh", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.RefreshFrequencies(b.Context(), func(int64, int64) {}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Read", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Frequencies(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
