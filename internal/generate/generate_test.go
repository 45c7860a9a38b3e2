package generate

import (
	"encoding/json"
	"iter"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// take is the first n residents of the borough of seed 1.
func take(n int) []Resident { return slices.Collect(Residents(Options{N: n, Seed: 1})) }

func TestShortRegisterIsTheBeginningOfALongerOne(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(take(3000)[:1200], take(1200)); diff != "" {
		t.Errorf("residents depend on how many there are (-long +short):\n%s", diff)
	}
}

func TestAnotherSeedIsAnotherBorough(t *testing.T) {
	t.Parallel()
	here, there := map[string]bool{}, 0
	for _, r := range take(1000) {
		here[r.Forename+r.Surname+r.DateOfBirth] = true
	}
	for r := range Residents(Options{N: 1000, Seed: 2}) {
		if here[r.Forename+r.Surname+r.DateOfBirth] {
			there++
		}
	}
	if there > 2 {
		t.Errorf("%d of 1,000 residents are in the borough of the next seed too", there)
	}
}

func TestResidentsCanBeLeftBeforeTheEnd(t *testing.T) {
	t.Parallel()
	next, stop := iter.Pull(Residents(Options{N: MostResidents, Seed: 1}))
	defer stop()
	if r, ok := next(); !ok || r.ID != "R00000001" {
		t.Errorf("first resident is %q, %v", r.ID, ok)
	}
}

func TestEveryRecordIsValidAndNobodyReal(t *testing.T) {
	t.Parallel()
	patterns := []struct {
		field    string
		read     func(Resident) string
		allowed  *regexp.Regexp
		optional bool
	}{
		{"id", func(r Resident) string { return r.ID }, regexp.MustCompile(`^R\d{8}$`), false},
		{"forename", func(r Resident) string { return r.Forename }, regexp.MustCompile(`^\p{L}[\p{L}\p{M}' -]*$`), false},
		{"surname", func(r Resident) string { return r.Surname }, regexp.MustCompile(`^\p{L}[\p{L}\p{M}'’ -]*$`), false},
		{"dateOfBirth", func(r Resident) string { return r.DateOfBirth }, regexp.MustCompile(`^(19|20)\d\d(-\d\d){0,2}$`), true},
		{"ni", func(r Resident) string { return r.NI }, regexp.MustCompile(`^QQ\d{6}[A-D]$`), true},
		{"phone", func(r Resident) string { return r.Phone }, regexp.MustCompile(`^(07700 900\d{3}|020 7946 0\d{3}|01632 960\d{3}|01(13|21|61) 496 0\d{3})$`), true},
		{"email", func(r Resident) string { return r.Email }, regexp.MustCompile(`^[a-z0-9.]+@example\.(org|com|net)$`), true},
		{"line1", func(r Resident) string { return r.Address.Line1 }, regexp.MustCompile(`^[A-Z0-9][\w ,']+$`), false},
		{"postcode", func(r Resident) string { return r.Address.Postcode }, regexp.MustCompile(`^(E|N|NW)\d\d? \d[ABD-HJLNP-UW-Z]{2}$`), false},
		{"uprn", func(r Resident) string { return r.Address.UPRN }, regexp.MustCompile(`^9999\d{8}$`), false},
	}
	for _, r := range take(20_000) {
		for _, p := range patterns {
			if value := p.read(r); !p.allowed.MatchString(value) && !(value == "" && p.optional) {
				t.Errorf("%s of %s is %q", p.field, r.ID, value)
			}
		}
		if _, ok := parseDate(r.DateOfBirth); len(r.DateOfBirth) == len("2006-01-02") && !ok {
			t.Errorf("%s was born on %s", r.ID, r.DateOfBirth)
		}
		if r.NI != "" && r.DateOfBirth > "2010" {
			t.Errorf("%s, born %s, is too young for an NI number", r.ID, r.DateOfBirth)
		}
	}
}

func TestWhatIsOnesOwnIsNotAnothers(t *testing.T) {
	t.Parallel()
	owner := map[string]string{}
	g := newGenerator(Options{N: 12_000, Seed: 1})
	for p := range g.people() {
		for _, own := range []string{p.file.ID + " as id of a record", p.ni, p.file.Email} {
			if other, taken := owner[own]; taken && own != "" && other != p.cluster {
				t.Errorf("%s belongs to %s and to %s", own, other, p.cluster)
			}
			owner[own] = p.cluster
		}
	}
}

// TestBorough holds the register to the estimates that
// docs/generated-people.md states.
func TestBorough(t *testing.T) {
	t.Parallel()
	const n = 20_000
	count := map[string]int{}
	surnames, postcodes, homes := map[string]int{}, map[string]int{}, map[Address]int{}
	note := func(fact string, holds bool) {
		if holds {
			count[fact]++
		}
	}
	for p := range newGenerator(Options{N: n, Seed: 1}).people() {
		r := p.file
		surnames[fold(r.Surname)]++
		postcodes[r.Address.Postcode]++
		homes[r.Address]++
		note("no date of birth", r.DateOfBirth == "")
		note("part of a date", r.DateOfBirth != "" && len(r.DateOfBirth) < len("2006-01-02"))
		note("born on 1 January", strings.HasSuffix(r.DateOfBirth, "-01-01"))
		note("no NI number", r.NI == "")
		note("under 18", p.age() < 18)
		note("65 or older", p.age() >= 65)
		note("a twin", p.is&twin != 0)
		note("a parent or child of the same name", p.is&junior != 0)
		note("second record", p.file.ID != p.cluster)
		note("no middle name", r.MiddleName == "")
		note("preferred forename", r.PreferredForename != "")
		note("preferred surname", r.PreferredSurname != "")
		note("diacritics", !isASCII(r.Forename+r.Surname))
		note("surname of two parts", p.is&doubled != 0)
		note("in a care home", strings.Contains(r.Address.Line1, " Home") || strings.Contains(r.Address.Line1, "Care"))
	}
	commonest := 0
	for _, k := range surnames {
		commonest = max(commonest, k)
	}
	largest := 0
	for _, k := range postcodes {
		largest = max(largest, k)
	}
	count["commonest surname"], count["different surnames"], count["at the fullest postcode"] = commonest, len(surnames), largest
	count["homes"] = len(homes)

	for _, want := range []struct {
		fact        string
		least, most int // per 10,000 records
	}{
		{"commonest surname", 60, 160}, {"different surnames", 1800, 3200},
		{"no date of birth", 140, 260}, {"part of a date", 50, 120}, {"born on 1 January", 150, 350},
		{"no NI number", 3600, 4500}, {"under 18", 2200, 3200}, {"65 or older", 800, 1600},
		{"a twin", 70, 250}, {"a parent or child of the same name", 30, 150}, {"second record", 220, 360},
		{"no middle name", 4000, 6500}, {"preferred forename", 200, 500}, {"preferred surname", 100, 350},
		{"diacritics", 300, 900}, {"surname of two parts", 200, 800}, {"in a care home", 10, 250},
		{"at the fullest postcode", 40, 120}, {"homes", 3100, 4200},
	} {
		if got := count[want.fact] * 10_000 / n; got < want.least || got > want.most {
			t.Errorf("%s: %d in 10,000, not %d to %d", want.fact, got, want.least, want.most)
		}
	}
}

func TestSurnamesGrowWithTheRegister(t *testing.T) {
	t.Parallel()
	different := func(n int) int {
		seen := map[string]bool{}
		for _, r := range take(n) {
			seen[fold(r.Surname)] = true
		}
		return len(seen)
	}
	few, many := different(5_000), different(40_000)
	if many < few*2 {
		t.Errorf("%d surnames among 5,000 and %d among 40,000: the tail is too short", few, many)
	}
}

func TestEmptyFieldsAreLeftOut(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(Resident{ID: "R1", Surname: "Example"})
	if want := `{"id":"R1","surname":"Example"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestTooFewOrTooManyResidentsAreNone(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 0, MostResidents + 1} {
		for r := range Residents(Options{N: n}) {
			t.Errorf("N %d gave %s", n, r.ID)
			break
		}
	}
}

// BenchmarkResidents gives the time for one resident.
func BenchmarkResidents(b *testing.B) {
	next, stop := iter.Pull(Residents(Options{N: MostResidents, Seed: 1}))
	defer stop()
	for b.Loop() {
		next()
	}
}

func TestNobodyAloneHasKinOnFile(t *testing.T) {
	t.Parallel()
	homes := map[string]bool{}
	for r := range Residents(Options{N: 2000, Seed: 5, Alone: true}) {
		home := r.Address.Line1 + r.Address.Line2 + r.Address.Postcode
		if homes[home] {
			t.Fatalf("%s lives with somebody", r.ID)
		}
		homes[home] = true
	}
	if len(homes) != 2000 {
		t.Errorf("%d people are on file", len(homes))
	}
}

func TestWhoIsAskedAboutAmongPeopleAloneIsOneOfThemOrAStranger(t *testing.T) {
	t.Parallel()
	dir := write(t, Options{N: 2000, Seed: 5, Alone: true, Mix: Clumsy, Queries: 800})
	answers := map[bool]int{}
	for _, q := range lines[Query](t, filepath.Join(dir, "queries.jsonl")) {
		answers[q.Expect != nil]++
		if q.Expect == nil && q.Kind != "none_stranger" {
			t.Errorf("%s is asked about", q.Kind)
		}
	}
	if answers[true] < 500 || answers[false] < 150 {
		t.Errorf("%d questions have an answer, %d have none", answers[true], answers[false])
	}
}
