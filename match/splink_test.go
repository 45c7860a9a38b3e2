package match

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func splinkOf(t *testing.T, m *Model) splinkSettings {
	t.Helper()
	data, err := m.SplinkSettings(3e-6)
	if err != nil {
		t.Fatal(err)
	}
	var settings splinkSettings
	if err := json.Unmarshal(data, &settings); err != nil {
		t.Fatal(err)
	}
	return settings
}

func TestSplinkWeighsEveryLevelAsTheModelDoes(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	m.levels[Gender][GenderDifferent].Bits = -9.5 // a trained weight, other than log2(m/u)
	m.levels[NINumber][NIExact].Bits = 30
	settings := splinkOf(t, m)
	for field := range Bearer {
		given := settings.Comparisons[field].Levels
		if !given[0].Null {
			t.Errorf("%s: the first level is not for values that are unknown", field)
		}
		for i, level := range given[1:] {
			want := m.levels[field][i+1]
			if level.Label != want.Says {
				t.Errorf("%s level %d says %q, not %q", field, i, level.Label, want.Says)
			}
			if !(level.M > 0 && level.M < 1 && level.U > 0 && level.U < 1) {
				t.Errorf("%s %q has m %v and u %v", field, level.Label, level.M, level.U)
			}
			if bits := math.Log2(level.M / level.U); math.Abs(bits-want.Bits) > 1e-9 {
				t.Errorf("%s %q weighs %.3f bits, not %.3f", field, level.Label, bits, want.Bits)
			}
		}
		if last := given[len(given)-1]; last.SQL != splinkElse {
			t.Errorf("%s: the last level has the condition %q", field, last.SQL)
		}
	}
}

func TestSplinkReadsOnlyTheColumnsItIsPromised(t *testing.T) {
	t.Parallel()
	column := regexp.MustCompile(`\b(?:([a-z_]+)_[lr]|[lr]\.([a-z_]+))\b`)
	used := map[string]bool{"unique_id": true}
	read := func(sql string) {
		for _, found := range column.FindAllStringSubmatch(sql, -1) {
			used[found[1]+found[2]] = true
		}
	}
	settings := splinkOf(t, DefaultModel())
	for _, comparison := range settings.Comparisons {
		for _, level := range comparison.Levels {
			read(level.SQL)
		}
	}
	for _, rule := range settings.Blocking {
		read(rule.SQL)
	}
	var names []string
	for name := range used {
		names = append(names, name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(slices.Sorted(slices.Values(splinkColumns)), names); diff != "" {
		t.Errorf("columns (-promised +read):\n%s", diff)
	}
}

func TestSplinkAdjustsEqualNamesByHowManyBearThem(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	m.rarity[Forename][rareBeside].Bits, m.rarity[Surname][rareBeside].Bits = 0.5, 0
	settings := splinkOf(t, m)
	exact := settings.Comparisons[Forename].Levels[ForenameExact]
	if exact.Column != "forename" || exact.Part != 0.5 || exact.MinimumU >= exact.U {
		t.Errorf("an equal first name is adjusted by %+v", exact)
	}
	for _, level := range settings.Comparisons[Surname].Levels {
		if level.Column != "" {
			t.Errorf("surnames are adjusted, though the model does not: %+v", level)
		}
	}
}

func TestSplinkSettingsRefuseAPriorThatIsNoProbability(t *testing.T) {
	t.Parallel()
	for _, prior := range []float64{0, 1, -1, math.NaN(), math.Inf(1)} {
		if _, err := DefaultModel().SplinkSettings(prior); err == nil {
			t.Errorf("a prior of %v is taken", prior)
		}
	}
}
