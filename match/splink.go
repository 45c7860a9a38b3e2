package match

import (
	"encoding/json"
	"fmt"
	"math"
)

// SplinkSettings are the comparisons and weights of a model as settings for
// Splink 4 with DuckDB, with which analysts link whole tables. prior is the
// probability that two records picked at random are of one person; see
// [Estimate].
//
// Splink reads a table with the columns of splinkColumns. It knows neither
// families of nicknames nor phonetic codes, so that some conditions are only like
// the comparison they stand for; and its weights are a plain sum of log2(m/u):
// where a trained weight is another, m is moved until the ratio is the weight.
// What levels mean together (pairs and interactions) and what was asked have no
// place in it. The error names a level that has no condition.
func (m *Model) SplinkSettings(prior float64) ([]byte, error) {
	if !(prior > 0 && prior < 1) {
		return nil, fmt.Errorf("the probability that two records match must lie between 0 and 1, not %v", prior)
	}
	settings := splinkSettings{
		LinkType: "dedupe_only", UniqueID: "unique_id", Dialect: "duckdb",
		Prior: prior, RetainColumns: true, RetainWeights: true,
	}
	for _, sql := range splinkBlocking {
		settings.Blocking = append(settings.Blocking, splinkRule{sql})
	}
	for field := range Bearer {
		comparison, err := m.splinkComparison(field)
		if err != nil {
			return nil, err
		}
		settings.Comparisons = append(settings.Comparisons, comparison)
	}
	return json.MarshalIndent(settings, "", "  ")
}

// splinkSettings is the part of Splink's settings that is set here.
type splinkSettings struct {
	LinkType      string             `json:"link_type"`
	UniqueID      string             `json:"unique_id_column_name"`
	Prior         float64            `json:"probability_two_random_records_match"`
	RetainColumns bool               `json:"retain_matching_columns"`
	RetainWeights bool               `json:"retain_intermediate_calculation_columns"`
	Blocking      []splinkRule       `json:"blocking_rules_to_generate_predictions"`
	Comparisons   []splinkComparison `json:"comparisons"`
	Dialect       string             `json:"sql_dialect"`
}

type splinkRule struct {
	SQL string `json:"blocking_rule"`
}

type splinkComparison struct {
	Name        string        `json:"output_column_name"`
	Description string        `json:"comparison_description"`
	Levels      []splinkLevel `json:"comparison_levels"`
}

type splinkLevel struct {
	SQL   string  `json:"sql_condition"`
	Label string  `json:"label_for_charts"`
	Null  bool    `json:"is_null_level,omitempty"`
	M     float64 `json:"m_probability,omitempty"`
	U     float64 `json:"u_probability,omitempty"`
	// Values that fewer people share than most weigh more, in part of the way and
	// within bounds.
	Column   string  `json:"tf_adjustment_column,omitempty"`
	Part     float64 `json:"tf_adjustment_weight,omitempty"`
	MinimumU float64 `json:"tf_minimum_u_value,omitempty"`
	// OwnU makes the level's own u the average; else Splink looks for a condition
	// that is nothing but equality.
	OwnU bool `json:"disable_tf_exact_match_detection,omitempty"`
}

func (m *Model) splinkComparison(field Field) (splinkComparison, error) {
	form := splinkForms[field]
	comparison := splinkComparison{
		Name: form.name, Description: form.says,
		Levels: []splinkLevel{{SQL: form.null, Label: m.levels[field][NotCompared].Says, Null: true}},
	}
	for i, l := range m.levels[field][1:] {
		sql, ok := form.levels[l.Level]
		if !ok {
			return comparison, fmt.Errorf("Splink has no condition for level %q of %s", l.Level, field)
		}
		level := splinkLevel{SQL: sql, Label: l.Says}
		level.M, level.U = splinkProbabilities(l)
		if part := min(m.rarity[field][rareBeside].Bits, 1); part > 0 && Level(i+1) == nameExact && form.rare != "" {
			level.Column, level.Part, level.MinimumU, level.OwnU = form.rare, part, level.U/math.Exp2(maxRarity), true
		}
		comparison.Levels = append(comparison.Levels, level)
	}
	return comparison, nil
}

// splinkProbabilities are m and u whose ratio is the weight of the level.
func splinkProbabilities(l LevelWeight) (m, u float64) {
	const most = 0.9999
	ratio := math.Exp2(l.Bits)
	m, u = l.U*ratio, l.U
	if m > most {
		m, u = most, most/ratio
	}
	return m, u
}
