package generate

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func hardMix(t *testing.T) recipe {
	t.Helper()
	r, err := Options{}.recipe()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOnlyWhatMayBeAskedIsAsked also holds every question against every
// resident: without the other fields there are more people it could be about.
func TestOnlyWhatMayBeAskedIsAsked(t *testing.T) {
	t.Parallel()
	for _, mix := range []Mix{Hard, Everyday, Clumsy} {
		for _, c := range []struct {
			ask     []string
			allowed field
		}{
			{[]string{"name", "dob"}, byFirst | byLast | byBirth},
			{[]string{"name"}, byFirst | byLast},
			{[]string{"ni"}, byNI},
			{[]string{"address", "name"}, byFirst | byLast | byAddress | byPostcode},
		} {
			t.Run(string(mix)+" "+strings.Join(c.ask, " "), func(t *testing.T) {
				t.Parallel()
				o := Options{N: 2000, Seed: 5, Queries: 300, Mix: mix, Ask: c.ask}
				queries := lines[Query](t, filepath.Join(write(t, o), "queries.jsonl"))
				residents := slices.Collect(Residents(o))
				answerable := 0
				for _, q := range queries {
					if q.Expect != nil {
						answerable++
					}
					if fields := fieldsOf(q.Query); fields&^c.allowed != 0 || !fields.enough() {
						t.Errorf("%s asks %+v", q.Kind, q.Query)
					}
					for _, r := range residents {
						if says(r, q.Query) && !slices.Contains(q.ExpectAll, r.ID) {
							t.Errorf("%s %+v is also true of %s", q.Kind, q.Query, r.ID)
						}
					}
				}
				// Most clumsy mistakes are made in names and dates.
				if absent := len(queries) - answerable; mix != Clumsy && answerable < 200 || answerable < 30 || absent < answerable/4 {
					t.Errorf("%d questions, %d of them about people on file", len(queries), answerable)
				}
			})
		}
	}
}

// TestEverydayQuestionsAreMostlyPlain holds the everyday mix to what
// docs/generated-people.md states.
func TestEverydayQuestionsAreMostlyPlain(t *testing.T) {
	t.Parallel()
	o := Options{N: 5000, Seed: 5, Queries: 4000, Mix: Everyday}
	queries := lines[Query](t, filepath.Join(write(t, o), "queries.jsonl"))
	asked, answerable := map[string]int{}, 0
	for _, q := range queries {
		asked[q.Kind]++
		if q.Expect != nil {
			answerable++
		}
		if q.Query.Phone != "" {
			asked["by phone"]++
		}
	}
	absent := len(queries) - answerable
	for _, c := range []struct {
		kind      string
		of        int
		low, high int // per cent
	}{
		{"exact", answerable, 57, 63},
		{"none_stranger", absent, 70, 80},
		{"none_sibling_same_address", absent, 5, 11},
		{"none_new_occupant", absent, 2, 7},
		{"by phone", len(queries), 1, 3},
	} {
		if share := 100 * asked[c.kind] / c.of; share < c.low || share > c.high {
			t.Errorf("%s: %d %%, not %d to %d", c.kind, share, c.low, c.high)
		}
	}
	if answerable != 3000 || absent < 980 {
		t.Errorf("%d questions about people on file and %d about others, not 3,000 and 1,000", answerable, absent)
	}
}

// TestEverydayWeighsWhatThereIs: a misspelt kind would be left out unnoticed.
func TestEverydayWeighsWhatThereIs(t *testing.T) {
	t.Parallel()
	r := everydayRecipe()
	if got, want := len(r.kinds), len(everydayKinds()); got != want {
		t.Errorf("%d kinds are weighed, %d of them exist", want, got)
	}
	if got, want := len(r.lookAlikes), len(everydayLookAlikes()); got != want {
		t.Errorf("%d kinds of people not on file are weighed, %d of them exist", want, got)
	}
	if r.lookAlikes[0].asks != 0 {
		t.Error("the first kind of people not on file are no strangers: others are made from them")
	}
	total := 0
	for _, k := range r.kinds {
		total += k.weight
	}
	if total != 1000 {
		t.Errorf("the mistakes are %d thousandths", total)
	}
}

func TestEveryFieldNamedIsTheSameAsNone(t *testing.T) {
	t.Parallel()
	o := Options{N: 1000, Seed: 5, Queries: 200}
	before := snapshot(t, write(t, o))
	o.Mix, o.Ask = Hard, []string{"ni", "name", "address", "dob"}
	if after := snapshot(t, write(t, o)); after["queries.jsonl"] != before["queries.jsonl"] {
		t.Error("naming everything that is asked anyway changed the questions")
	}
}

func TestWhatNobodyCanAskIsRefused(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]Options{
		"gentle":        {N: 10, Mix: "gentle"},
		"shoe":          {N: 10, Ask: []string{"name", "shoe"}},
		"dob":           {N: 10, Ask: []string{"dob"}},
		"without a nam": {N: 10, Ask: []string{"dob", "address"}},
	} {
		if err := Write(t.Context(), t.TempDir(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, it does not say %q", err, want)
		}
	}
}
