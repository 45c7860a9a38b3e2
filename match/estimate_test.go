package match

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"personindex/person"
)

// smallRegister makes families of four and, for one person in ten, a second
// record with a slip or two. It returns how many have one.
func smallRegister(families int) (register []Record, twice int) {
	rng := rand.New(rand.NewPCG(5, 5))
	for n := range families {
		surname, home := madeUp(rng, 3), fmt.Sprintf("%d Sedge Street", 1+n)
		postcode := fmt.Sprintf("E%d %d%c%c", 1+n%9, rng.IntN(10), "ABDEFGHJ"[rng.IntN(8)], "ABDEFGHJ"[rng.IntN(8)])
		for range 4 {
			p := person.Person{
				Forename: madeUp(rng, 2), Surname: surname, Gender: []string{"F", "M"}[rng.IntN(2)],
				DateOfBirth: person.Date{Year: 1940 + rng.IntN(80), Month: 1 + rng.IntN(12), Day: 1 + rng.IntN(28)},
				Addresses:   []person.Address{{Line1: home, Postcode: postcode}},
			}
			register = append(register, Standardise(p))
			if rng.IntN(10) == 0 {
				twice++
				register = append(register, Standardise(withSlips(p, rng)))
			}
		}
	}
	return register, twice
}

func madeUp(rng *rand.Rand, syllables int) string {
	name := ""
	for range syllables {
		name += string("bdfgklmnprst"[rng.IntN(12)]) + string("aeiou"[rng.IntN(5)])
	}
	return name + "n"
}

func withSlips(p person.Person, rng *rand.Rand) person.Person {
	switch rng.IntN(4) {
	case 0:
		p.Forename = p.Forename[:1] + p.Forename[2:]
	case 1:
		p.DateOfBirth.Day = 1 + p.DateOfBirth.Day%28
	case 2:
		p.Addresses = []person.Address{{Line1: "7 Reed Road", Postcode: "N1 1AA"}}
	}
	return p
}

func smallSample(families int) (*Sample, int) {
	register, twice := smallRegister(families)
	return TakeSample(slices.Values(register), 1, SampleSize{Random: 20_000}), twice
}

func TestAnEstimateFindsWhoIsTwiceOnFileAndNotTheFamilies(t *testing.T) {
	t.Parallel()
	sample, twice := smallSample(600) // 3,600 pairs of one family
	e := DefaultModel().Estimate(sample, nil)
	if math.Abs(e.Matches-float64(twice)) > 0.15*float64(twice) {
		t.Errorf("%.0f pairs are taken for one person, %d are", e.Matches, twice)
	}
	slips := 0.0
	for level := ForenameSlip; level <= ForenameCloseShort; level++ {
		slips += e.M["firstName"][level-1]
	}
	for _, c := range []struct {
		says     string
		got      float64
		min, max float64
	}{
		{"a person's first name is another's", e.M["firstName"][ForenameDifferent-1], 0, 0.05},
		{"a person's first name loses a letter one time in four", slips, 0.12, 0.35},
		{"a person's surname is the same", e.M["lastName"][SurnameExact-1], 0.8, 1},
		{"a person's date of birth is the same three times in four", e.M["dateOfBirth"][BirthExact-1], 0.6, 0.85},
		{"a person has moved one time in four", e.M["address"][AddressDifferent-1] + e.M["address"][AddressOutward-1], 0.1, 0.4},
		{"strangers have different dates of birth", e.U["dateOfBirth"][BirthDifferent-1], 0.9, 1},
		{"strangers' genders agree one time in two", e.U["gender"][GenderSame-1], 0.4, 0.6},
	} {
		if c.got < c.min || c.got > c.max {
			t.Errorf("%s: %.3f does not lie between %g and %g", c.says, c.got, c.min, c.max)
		}
	}
}

func TestASampleOfTheKeysStandsForTheRegister(t *testing.T) {
	t.Parallel()
	register, twice := smallRegister(600)
	sample := TakeSample(slices.Values(register), 1, SampleSize{Random: 20_000, Grouped: 1000, Pairs: 1000})
	e := EstimateM(DefaultModel(), sample, nil)
	if e.Pairs > len(sampledKeys)*1000 {
		t.Errorf("%d pairs compared, 1,000 of each kind allowed", e.Pairs)
	}
	if math.Abs(e.Matches-float64(twice)) > 0.3*float64(twice) {
		t.Errorf("%.0f pairs of the register are taken for one person, %d are", e.Matches, twice)
	}
}

func TestTheSameSampleGivesTheSameEstimate(t *testing.T) {
	t.Parallel()
	estimates := [2]Estimate{}
	for i := range estimates {
		sample, _ := smallSample(100)
		estimates[i] = DefaultModel().Estimate(sample, func(string, int, int) {})
	}
	if diff := cmp.Diff(estimates[0], estimates[1]); diff != "" {
		t.Errorf("first and second differ (-first +second):\n%s", diff)
	}
}

func TestEveryLevelStaysPossible(t *testing.T) {
	t.Parallel()
	for _, families := range []int{0, 1, 30} {
		sample, _ := smallSample(families)
		e := DefaultModel().Estimate(sample, nil)
		for name, p := range map[string]Probabilities{"m": e.M, "u": e.U} {
			for field := range Bearer {
				shares := p[field.String()]
				if len(shares) != len(levelNames[field]) {
					t.Fatalf("%d families: %s of %s has %d levels", families, name, field, len(shares))
				}
				for i, share := range shares {
					if !(share > 0 && share < 1) {
						t.Errorf("%d families: %s of %s %q is %v", families, name, field, levelNames[field][i], share)
					}
				}
			}
		}
	}
}

func TestACrowdWithOnePhoneDoesNotOutgrowTheSample(t *testing.T) {
	t.Parallel()
	register := make([]Record, 5000)
	for i := range register {
		register[i].Phones = []string{"+442079460000"}
	}
	sample := TakeSample(slices.Values(register), 1, SampleSize{Drawn: 100, Grouped: 500, Pairs: 2000})
	for kind, g := range sample.groups {
		if g.members > 500 || g.pairs > 2000 {
			t.Errorf("%s: %d members, %d pairs", sampledKeys[kind].kind, g.members, g.pairs)
		}
	}
	if len(sample.drawn) != 100 || sample.People != 5000 {
		t.Errorf("%d drawn of %d", len(sample.drawn), sample.People)
	}
}

func TestAQuestionContradictsNobodyItIsAbout(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	contradicts := map[Field]Level{
		Forename: ForenameDifferent, Surname: SurnameDifferent, MiddleName: MiddleDifferent, DateOfBirth: BirthDifferent,
		Gender: GenderDifferent, NINumber: NIDifferent, HomeAddress: AddressDifferent, Phone: ContactDifferent, Email: ContactDifferent,
	}
	rapid.Check(t, func(t *rapid.T) {
		r := Standardise(anyPerson().Draw(t, "person"))
		question := ask(r, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		score := m.Score(&question, &r)
		for field, level := range contradicts {
			if score.Level(field) == level {
				t.Errorf("%s: a question about %+v is %+v", field, r, question)
			}
		}
	})
}
