package storage_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/match"
	"personindex/person"
	"personindex/storage/storagetest"
)

// Ensures that a count is of those who are on file, read back as it was counted,
// and holds no word by which somebody could be known.
func TestFrequencies(t *testing.T) {
	t.Parallel()
	c := storagetest.NewConfig(t)
	s, conn := open(t, c), connect(t, c.URL)
	none, err := s.Frequencies(t.Context())
	if err != nil || none.Version != 0 || none.Given("ada") != none.MeanGiven() {
		t.Fatalf("before any count: %+v, error %v", none, err)
	}
	people := storagetest.Residents(t, 1200)
	load(t, s, people)
	gone := create(t, s, named("Mary", "Smith"))
	if _, err := s.Erase(t.Context(), clerk, gone.ID, 1); err != nil {
		t.Fatal(err)
	}
	// Some were keyed by other rules: they count by the present ones.
	exec(t, conn, "update person_match set match_version = 0, record = '{}' where person_id in (select person_id from person_match limit 50)")

	var reports []int64
	version, err := s.RefreshFrequencies(t.Context(), func(done, total int64) { reports = append(reports, done, total) })
	if err != nil || version != 1 {
		t.Fatalf("version %d, error %v", version, err)
	}
	if reports[len(reports)-2] != 1200 || reports[len(reports)-1] != 1200 {
		t.Errorf("progress %v", reports)
	}
	got, err := s.Frequencies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := tallies(people)
	if d := cmp.Diff(sharesOf(match.NewFrequencies(1, want), want), sharesOf(got, want)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if n := count(t, conn, "select count(*) from frequency"); n < 100 {
		t.Errorf("%d words are kept", n)
	}
	if n := count(t, conn, "select count(*) from frequency where people < 3"); n != 0 {
		t.Errorf("%d words are rare", n)
	}
}

// sharesOf asks frequencies for the share of every word of a count.
func sharesOf(f *match.Frequencies, counted match.Tallies) map[string]float64 {
	shares := map[string]float64{
		"the mean of given names": f.MeanGiven(), "the mean of surnames": f.MeanSurname(), "the mean of births": f.MeanBirth(),
		"a rare given name": f.Given("-"), "a rare surname": f.Surname("-"),
	}
	for word := range counted.Given.Words {
		shares["given "+word] = f.Given(word)
	}
	for word := range counted.Surname.Words {
		shares["surname "+word] = f.Surname(word)
	}
	for day := range counted.Birth.Words {
		shares["born "+day] = f.Birth(date(day))
	}
	for form := range counted.Forms.Words {
		if given, called, _ := strings.Cut(form, " "); f.Form(given, called) {
			shares["the form "+form] = 1
		}
	}
	return shares
}

// tallies are the count of people, made without a database.
func tallies(people []person.Person) match.Tallies {
	census := match.NewCensus()
	for _, p := range people {
		r := match.Standardise(p)
		census.Add(&r)
	}
	return census.Tallies()
}

// Ensures that a new count replaces the old one whole.
func TestRefreshFrequenciesAgain(t *testing.T) {
	t.Parallel()
	s := storagetest.New(t)
	for range 4 {
		create(t, s, named("Ada", "Example"))
	}
	refresh := func() (int64, error) { return s.RefreshFrequencies(t.Context(), func(int64, int64) {}) }
	if version, err := refresh(); version != 1 || err != nil {
		t.Fatalf("version %d, error %v", version, err)
	}
	before, err := s.Frequencies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		create(t, s, named("Ada", "Sample"))
	}
	// Two at once: one waits for the other, and neither is half of a count.
	versions := make([]int64, 2)
	for _, err := range together(2, func(i int) (err error) { versions[i], err = refresh(); return err }) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if versions[0]+versions[1] != 2+3 {
		t.Errorf("versions %v", versions)
	}
	after, err := s.Frequencies(t.Context())
	if err != nil || after.Version != 3 {
		t.Fatalf("version %d, error %v", after.Version, err)
	}
	if before.Surname("example") != 1 || after.Surname("example") != 0.5 || after.Given("ada") != 1 {
		t.Errorf("the share went from %v to %v, of the name they share it is %v", before.Surname("example"), after.Surname("example"), after.Given("ada"))
	}
}
