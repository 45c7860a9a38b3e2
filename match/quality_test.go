package match

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"personindex/internal/layout"
	"personindex/person"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What search uses, by default.
const (
	sampleOnFile     = 0.5
	sampleProbable   = 0.9
	sampleCandidates = 100
)

func TestQuality(t *testing.T) {
	t.Parallel()
	register := readRegister(t)
	var judged []Judged
	eachSampleLine(t, "queries.jsonl.gz", func(line []byte) error {
		var q sampleQuestion
		err := json.Unmarshal(line, &q)
		judged = append(judged, register.judge(q))
		return err
	})
	got := qualityTable(len(register.records), judged)
	golden := filepath.Join("testdata", "quality.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := changedLines(string(want), got); diff != "" {
		t.Errorf("quality has changed; if that is meant, go test ./match -run TestQuality -update, and have the diff reviewed\n%s", diff)
	}
}

// changedLines is the lines that only one of two tables has, which is easier to
// read than what changed within each.
func changedLines(want, got string) string {
	var diff strings.Builder
	before, after := strings.Split(want, "\n"), strings.Split(got, "\n")
	for _, line := range before {
		if !slices.Contains(after, line) {
			fmt.Fprintf(&diff, "- %s\n", line)
		}
	}
	for _, line := range after {
		if !slices.Contains(before, line) {
			fmt.Fprintf(&diff, "+ %s\n", line)
		}
	}
	return diff.String()
}

// sampleRegister is a register in memory, searched as the index is: by blocking
// keys, the rarest first.
type sampleRegister struct {
	model      *Model
	records    []Record
	references []string
	holders    map[string][]int // of a key, by their place in records
}

func readRegister(t *testing.T) *sampleRegister {
	t.Helper()
	columns, census := layout.Flat(), NewCensus()
	r := &sampleRegister{holders: map[string][]int{}}
	eachSampleLine(t, "residents.jsonl.gz", func(line []byte) error {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		p, reference, err := columns.Person(row)
		record := Standardise(p)
		for _, key := range BlockingKeys(record) {
			r.holders[key.Value] = append(r.holders[key.Value], len(r.records))
		}
		r.records, r.references = append(r.records, record), append(r.references, reference)
		census.Add(&record)
		return err
	})
	r.model = DefaultModel().WithFrequencies(NewFrequencies(1, census.Tallies()))
	return r
}

func eachSampleLine(t *testing.T, name string, fn func([]byte) error) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		if err := fn(lines.Bytes()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

type sampleQuestion struct {
	Query struct {
		FirstName, LastName, DateOfBirth, NI string
		Address                              person.Address
	}
	ExpectAll []string
	Kind      string
}

func (q sampleQuestion) record() Record {
	asked := person.Person{
		Forename: q.Query.FirstName, Surname: q.Query.LastName, DateOfBirth: layout.Digits(q.Query.DateOfBirth),
		Addresses: []person.Address{q.Query.Address},
	}
	if q.Query.NI != "" {
		asked.Identification = []person.Identifier{{Type: "NI", Value: q.Query.NI}}
	}
	return Standardise(asked)
}

// candidates returns the places of those who share most and rarest keys with
// what is asked, weighed by inverse document frequency as Elasticsearch does.
func (r *sampleRegister) candidates(asked Record) []int {
	weights := map[int]float64{}
	for _, key := range ProbeKeys(asked) {
		holders := r.holders[key.Value]
		n := float64(len(holders))
		rarity := math.Log(1 + (float64(len(r.records))-n+0.5)/(n+0.5))
		for _, i := range holders {
			weights[i] += rarity
		}
	}
	var places []int
	for i := range weights {
		places = append(places, i)
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Or(cmp.Compare(weights[b], weights[a]), cmp.Compare(a, b)) })
	return places[:min(len(places), sampleCandidates)]
}

func (r *sampleRegister) judge(q sampleQuestion) Judged {
	asked := q.record()
	places := r.candidates(asked)
	prior := Prior(sampleOnFile, int64(len(r.records))) + r.model.Asked(&asked)
	weights, right := make([]float64, len(places)), math.Inf(-1)
	scores := make([]*Score, len(places))
	for i, place := range places {
		score := r.model.Score(&asked, &r.records[place])
		scores[i] = &score
	}
	r.model.CountOthers(scores)
	for i, place := range places {
		weights[i] = prior + scores[i].Bits
		if slices.Contains(q.ExpectAll, r.references[place]) {
			right = max(right, weights[i])
		}
	}
	_, nobody := Posterior(weights)
	j := Judged{Kind: q.Kind, Answerable: len(q.ExpectAll) > 0, Probability: 1 - nobody, Told: 1-nobody >= sampleProbable}
	if math.IsInf(right, -1) {
		return j
	}
	j.Rank = 1
	for i, place := range places {
		if weights[i] >= right && !slices.Contains(q.ExpectAll, r.references[place]) {
			j.Rank++
		}
	}
	return j
}

// qualityTable writes an evaluation in figures coarse enough to be the same on
// every machine.
func qualityTable(residents int, judged []Judged) string {
	e := Evaluate(judged)
	var text strings.Builder
	fmt.Fprintf(&text, "%d residents, %d questions with an answer, %d without; P(on file) %.1f\n",
		residents, e.Answerable, e.Unanswerable, sampleOnFile)
	fmt.Fprintf(&text, "hit@1 %.1f %%, hit@5 %.1f %%, R@1%% %.1f %%\n", 100*e.Hit1, 100*e.Hit5, 100*e.RecallAt1PercentFalse)
	fmt.Fprintf(&text, "told exists: rightly %.1f %%, wrongly %.1f %%; expected calibration error %.2f\n",
		100*e.TrueExists, 100*e.FalseExists, Calibrate(judged, sampleOnFile).Error)
	fmt.Fprintf(&text, "lost by retrieval %d, by scoring %d\n\nQuestions:\n", e.LostByRetrieval, e.LostByScoring)
	slices.SortStableFunc(e.Kinds, func(a, b KindEvaluation) int { return strings.Compare(a.Kind, b.Kind) })
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "kind\tasked\tfirst\tat 1 %\ttold exists\tlost by retrieval\tby scoring\t")
	for _, k := range e.Kinds {
		of := func(share float64) int { return int(math.Round(share * float64(k.Questions))) }
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n",
			k.Kind, k.Questions, of(k.Hit1), of(k.Accepted), of(k.Told), k.LostByRetrieval, k.LostByScoring)
	}
	_ = table.Flush()
	return text.String()
}
