package match

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRefusingIsMeasuredOnTheUnanswerable(t *testing.T) {
	t.Parallel()
	var judged []Judged
	// 200 questions without an answer: two may lie above the threshold.
	for i := range 200 {
		judged = append(judged, Judged{Kind: "stranger", Probability: float64(i) / 1000, Told: i >= 190})
	}
	judged = append(judged,
		Judged{Kind: "exact", Answerable: true, Rank: 1, Probability: 0.9, Told: true},
		Judged{Kind: "exact", Answerable: true, Rank: 1, Probability: 0.197}, // a tie with the threshold counts against
		Judged{Kind: "swap", Answerable: true, Rank: 3, Probability: 0.9, Told: true},
		Judged{Kind: "swap", Answerable: true, Rank: 0, Probability: 0.1},
	)
	e := Evaluate(judged)
	if e.Threshold != 0.197 {
		t.Errorf("threshold is %v, not that of the third best refusal", e.Threshold)
	}
	want := Evaluation{
		Answerable: 4, Unanswerable: 200, Hit1: 0.5, Hit5: 0.75, RecallAt1PercentFalse: 0.25, Threshold: 0.197,
		FalseExists: 0.05, TrueExists: 0.5, LostByRetrieval: 1, LostByScoring: 1,
		Kinds: []KindEvaluation{
			{Kind: "exact", Answerable: true, Questions: 2, Hit1: 1, Hit5: 1, Accepted: 0.5, Told: 0.5},
			{Kind: "swap", Answerable: true, Questions: 2, Hit5: 0.5, Told: 0.5, LostByRetrieval: 1, LostByScoring: 1},
			{Kind: "stranger", Questions: 200, Accepted: 0.01, Told: 0.05},
		},
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEvaluatingNothingGivesNothing(t *testing.T) {
	t.Parallel()
	if e := Evaluate(nil); e.Hit1 != 0 || math.IsNaN(e.RecallAt1PercentFalse) {
		t.Errorf("evaluation is %+v", e)
	}
}

func TestAModelThatCannotWorkIsRefusedWithThePlace(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("published.json")
	if err != nil {
		t.Fatal(err)
	}
	model := string(data)
	if _, err := ParseModel(data); err != nil {
		t.Fatalf("the model that training begins with: %v", err)
	}
	tests := []struct{ name, from, to, want string }{
		{"another version", `"version": 6`, `"version": 7`, "version 7"},
		{"a probability of 1", `"m": 0.97`, `"m": 1`, "gender[0]"},
		{"a probability of 0", `"u": 0.5}`, `"u": 0}`, "gender[0]"},
		{"a weight beyond belief", `"u": 0.5}`, `"u": 0.5, "bits": 65}`, "gender[0]"},
		{"a weight among kin beyond belief", `"u": 0.5}`, `"u": 0.5, "kin": -65}`, "gender[0]"},
		{"a level missing", `{"level": "same", "says": "the same gender", "m": 0.97, "u": 0.5},`, "", "gender has 1 levels"},
		{"a level unknown", `"level": "joined"`, `"level": "joint"`, "firstName[1]"},
		{"an interaction with an unknown level", `"dateOfBirth": ["exact"]}`, `"dateOfBirth": ["exactly"]}`, "exactly"},
		{"a pair of one field", `"interactions": [`, `"pairs": [{"fields": ["ni", "ni"]}], "interactions": [`, "pairs[0]"},
		{"a pair with an unknown level", `"interactions": [`, `"pairs": [{"fields": ["ni", "phone"], "levels": {"exact": {"alike": {"bits": 1}}}}], "interactions": [`, "alike"},
		{"a rarity of no field", `"rarity": {`, `"rarity": {"name": {"same date": {"bits": 1}}, `, "rarity"},
		{"a rarity of no case", `"near name": {"bits": 0.5}`, `"far name": {"bits": 0.5}`, "rarity.firstName"},
		{"a name borne in no case", `"borne": {}`, `"borne": {"lastName": {"same name": {"bits": 1}}}`, "borne.lastName"},
		{"namesakes beyond belief", `"namesakes": {"bits": 0}`, `"namesakes": {"bits": -65}`, "namesakes"},
		{"a locality beyond belief", `"locality": {"bits": 1}`, `"locality": {"bits": 65}`, "locality"},
		{"a share of no number", `"phone": {"bits": -1}`, `"name": {"bits": -1}`, "model shared"},
		{"a tally of more fields than there are", `"interactions": [`, `"tally": {"3 agree, 3 nearly, 0 not": {"bits": 1}}, "interactions": [`, "3 agree, 3 nearly, 0 not"},
		{"a tally beyond belief", `"interactions": [`, `"tally": {"3 agree, 1 nearly, 0 not": {"bits": 65}}, "interactions": [`, "3 agree, 1 nearly, 0 not"},
		{"names and a date in no accord", `"interactions": [`, `"whole": {"the same; alike; another": {"bits": 1}}, "interactions": [`, "the same; alike; another"},
		{"not JSON", `{`, ``, "read model"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(model, test.from, test.to, 1)
			if changed == model {
				t.Fatal("the test changes nothing")
			}
			_, err := ParseModel([]byte(changed))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, it does not tell %q", err, test.want)
			}
		})
	}
}

func TestTheDefaultModelIsRead(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	for field := range Bearer {
		levels := m.levels[field]
		first, last := levels[1].Bits, levels[len(levels)-1].Bits
		if first <= 0 || last >= 0 {
			t.Errorf("%s: full agreement weighs %v bits, contradiction %v", field, first, last)
		}
	}
}
