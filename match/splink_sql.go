package match

// splinkColumns are the columns that the conditions read, all text, unknown
// values NULL. Names are in lower case without accents; a date of birth is as
// precise as known (1989-10-11, 1989-10 or 1989); an NI number has no spaces, a
// postcode one.
var splinkColumns = []string{
	"unique_id", "forename", "middle_name", "surname", "date_of_birth", "gender", "ni_number",
	"uprn", "house_number", "street", "postcode", "phone", "email",
}

// splinkBlocking are the blocking keys that find most: see BlockingKeys.
var splinkBlocking = []string{
	"l.ni_number = r.ni_number",
	"l.date_of_birth = r.date_of_birth AND substr(l.date_of_birth, 6) <> '01-01'",
	"l.forename = r.forename AND l.surname = r.surname",
	"l.forename = r.surname AND l.surname = r.forename",
	"l.surname = r.surname AND substr(l.date_of_birth, 1, 4) = substr(r.date_of_birth, 1, 4)",
	"l.forename = r.forename AND substr(l.date_of_birth, 1, 4) = substr(r.date_of_birth, 1, 4)",
	"l.postcode = r.postcode AND l.house_number = r.house_number",
	"l.phone = r.phone",
	"l.email = r.email",
}

// splinkForm is how a field is compared in SQL. Conditions are tried in the order
// of the levels; the last is for whatever is left.
type splinkForm struct {
	name, says, null string
	rare             string // the column whose frequencies count when it is equal
	levels           map[string]string
}

const splinkElse = "ELSE"

var splinkForms = [...]splinkForm{
	Forename: {
		name: "forename", says: "First name; nicknames only where one name begins the other, sounds by Jaro-Winkler",
		null: "forename_l IS NULL OR forename_r IS NULL",
		rare: "forename",
		levels: map[string]string{
			"exact":          "forename_l = forename_r",
			"joined":         "regexp_replace(forename_l, '[^a-z]', '', 'g') = regexp_replace(forename_r, '[^a-z]', '', 'g')",
			"part":           "list_has_all(string_split(forename_l, ' '), string_split(forename_r, ' ')) OR list_has_all(string_split(forename_r, ' '), string_split(forename_l, ' '))",
			"nickname":       "least(length(forename_l), length(forename_r)) = 3 AND (starts_with(forename_l, forename_r) OR starts_with(forename_r, forename_l))",
			"swapped":        "forename_l = surname_r AND surname_l = forename_r",
			"nearly swapped": "jaro_winkler_similarity(forename_l, surname_r) >= 0.85 AND jaro_winkler_similarity(surname_l, forename_r) >= 0.85",
			"middle":         "forename_l = middle_name_r OR middle_name_l = forename_r",
			"slip":           "damerau_levenshtein(forename_l, forename_r) = 1 AND list_sort(string_split(forename_l, '')) = list_sort(string_split(forename_r, ''))",
			"close":          "least(length(forename_l), length(forename_r)) >= 5 AND damerau_levenshtein(forename_l, forename_r) <= 1",
			"near":           "least(length(forename_l), length(forename_r)) >= 5 AND damerau_levenshtein(forename_l, forename_r) <= 2 AND jaro_winkler_similarity(forename_l, forename_r) >= 0.9",
			"begins":         "least(length(forename_l), length(forename_r)) >= 3 AND (starts_with(forename_l, forename_r) OR starts_with(forename_r, forename_l))",
			"close short":    "least(length(forename_l), length(forename_r)) >= 3 AND damerau_levenshtein(forename_l, forename_r) <= 1",
			"partly":         "list_has_any(string_split(forename_l, ' '), string_split(forename_r, ' '))",
			"sounds alike":   "jaro_winkler_similarity(forename_l, forename_r) >= 0.9",
			"initial":        "least(length(forename_l), length(forename_r)) = 1 AND substr(forename_l, 1, 1) = substr(forename_r, 1, 1)",
			"far":            "least(length(forename_l), length(forename_r)) >= 5 AND damerau_levenshtein(forename_l, forename_r) <= 2",
			"distant":        "least(length(forename_l), length(forename_r)) >= 6 AND damerau_levenshtein(forename_l, forename_r) <= 3",
			"different":      splinkElse,
		},
	},
	Surname: {
		name: "surname", says: "Last name; variants only by the endings that say the bearer's gender, sounds by Jaro-Winkler",
		null: "surname_l IS NULL OR surname_r IS NULL",
		rare: "surname",
		levels: map[string]string{
			"exact":          "surname_l = surname_r",
			"joined":         "regexp_replace(surname_l, '[^a-z]', '', 'g') = regexp_replace(surname_r, '[^a-z]', '', 'g')",
			"part":           "list_has_all(string_split(replace(surname_l, '-', ' '), ' '), string_split(replace(surname_r, '-', ' '), ' ')) OR list_has_all(string_split(replace(surname_r, '-', ' '), ' '), string_split(replace(surname_l, '-', ' '), ' '))",
			"variant":        "regexp_replace(surname_l, '(ov|ev|in|sk|ck)(a|i|y)$', '\\1') = regexp_replace(surname_r, '(ov|ev|in|sk|ck)(a|i|y)$', '\\1')",
			"swapped":        "forename_l = surname_r AND surname_l = forename_r",
			"nearly swapped": "jaro_winkler_similarity(surname_l, forename_r) >= 0.85 AND jaro_winkler_similarity(forename_l, surname_r) >= 0.85",
			"middle":         "surname_l IN (forename_r, middle_name_r) OR surname_r IN (forename_l, middle_name_l)",
			"slip":           "damerau_levenshtein(surname_l, surname_r) = 1 AND list_sort(string_split(surname_l, '')) = list_sort(string_split(surname_r, ''))",
			"close":          "least(length(surname_l), length(surname_r)) >= 5 AND damerau_levenshtein(surname_l, surname_r) <= 1",
			"near":           "least(length(surname_l), length(surname_r)) >= 5 AND damerau_levenshtein(surname_l, surname_r) <= 2 AND jaro_winkler_similarity(surname_l, surname_r) >= 0.9",
			"begins":         "least(length(surname_l), length(surname_r)) >= 3 AND (starts_with(surname_l, surname_r) OR starts_with(surname_r, surname_l))",
			"close short":    "least(length(surname_l), length(surname_r)) >= 3 AND damerau_levenshtein(surname_l, surname_r) <= 1",
			"partly":         "list_has_any(string_split(replace(surname_l, '-', ' '), ' '), string_split(replace(surname_r, '-', ' '), ' '))",
			"sounds alike":   "jaro_winkler_similarity(surname_l, surname_r) >= 0.9",
			"initial":        "least(length(surname_l), length(surname_r)) = 1 AND substr(surname_l, 1, 1) = substr(surname_r, 1, 1)",
			"far":            "least(length(surname_l), length(surname_r)) >= 5 AND damerau_levenshtein(surname_l, surname_r) <= 2",
			"distant":        "least(length(surname_l), length(surname_r)) >= 6 AND damerau_levenshtein(surname_l, surname_r) <= 3",
			"different":      splinkElse,
		},
	},
	MiddleName: {
		name: "middle_name", says: "Middle name",
		null: "middle_name_l IS NULL OR middle_name_r IS NULL",
		levels: map[string]string{
			"exact":     "list_has_any(string_split(middle_name_l, ' '), string_split(middle_name_r, ' '))",
			"initial":   "least(length(middle_name_l), length(middle_name_r)) = 1 AND substr(middle_name_l, 1, 1) = substr(middle_name_r, 1, 1)",
			"close":     "damerau_levenshtein(middle_name_l, middle_name_r) <= 1",
			"different": splinkElse,
		},
	},
	DateOfBirth: {
		name: "date_of_birth", says: "Date of birth, part by part and digit by digit",
		null: "date_of_birth_l IS NULL OR date_of_birth_r IS NULL",
		rare: "date_of_birth",
		levels: map[string]string{
			"exact":                 "date_of_birth_l = date_of_birth_r AND length(date_of_birth_l) = 10 AND substr(date_of_birth_l, 6) <> '01-01'",
			"exact default":         "date_of_birth_l = date_of_birth_r AND length(date_of_birth_l) = 10",
			"swapped":               "length(date_of_birth_l) = 10 AND length(date_of_birth_r) = 10 AND date_of_birth_l = substr(date_of_birth_r, 1, 5) || substr(date_of_birth_r, 9, 2) || '-' || substr(date_of_birth_r, 6, 2)",
			"transposed":            "length(date_of_birth_l) = 10 AND length(date_of_birth_r) = 10 AND damerau_levenshtein(date_of_birth_l, date_of_birth_r) = 1 AND levenshtein(date_of_birth_l, date_of_birth_r) = 2 AND NOT (substr(date_of_birth_l, 6) = '01-01' AND substr(date_of_birth_r, 6) = '01-01')",
			"one digit":             "length(date_of_birth_l) = 10 AND length(date_of_birth_r) = 10 AND levenshtein(date_of_birth_l, date_of_birth_r) = 1 AND substr(date_of_birth_l, 6) <> substr(date_of_birth_r, 6)",
			"one digit of the year": "length(date_of_birth_l) = 10 AND length(date_of_birth_r) = 10 AND levenshtein(date_of_birth_l, date_of_birth_r) = 1 AND substr(date_of_birth_l, 6) <> '01-01' AND abs(CAST(substr(date_of_birth_l, 1, 4) AS INTEGER) - CAST(substr(date_of_birth_r, 1, 4) AS INTEGER)) NOT IN (1, 10)",
			"defaulted":             "length(date_of_birth_l) = 10 AND length(date_of_birth_r) = 10 AND substr(date_of_birth_l, 1, 4) = substr(date_of_birth_r, 1, 4) AND (substr(date_of_birth_l, 6) = '01-01' OR substr(date_of_birth_r, 6) = '01-01')",
			"year off by one":       "substr(date_of_birth_l, 6) = substr(date_of_birth_r, 6) AND substr(date_of_birth_l, 6) <> '01-01' AND length(date_of_birth_l) = 10 AND abs(CAST(substr(date_of_birth_l, 1, 4) AS INTEGER) - CAST(substr(date_of_birth_r, 1, 4) AS INTEGER)) = 1",
			"year off by ten":       "substr(date_of_birth_l, 6) = substr(date_of_birth_r, 6) AND substr(date_of_birth_l, 6) <> '01-01' AND length(date_of_birth_l) = 10 AND abs(CAST(substr(date_of_birth_l, 1, 4) AS INTEGER) - CAST(substr(date_of_birth_r, 1, 4) AS INTEGER)) = 10",
			"day near":              "length(date_of_birth_l) = 10 AND length(date_of_birth_r) = 10 AND abs(TRY_CAST(date_of_birth_l AS DATE) - TRY_CAST(date_of_birth_r AS DATE)) <= 3",
			"partial":               "least(length(date_of_birth_l), length(date_of_birth_r)) = 7 AND substr(date_of_birth_l, 1, 7) = substr(date_of_birth_r, 1, 7)",
			"partial year":          "least(length(date_of_birth_l), length(date_of_birth_r)) = 4 AND substr(date_of_birth_l, 1, 4) = substr(date_of_birth_r, 1, 4)",
			"month of year":         "substr(date_of_birth_l, 1, 7) = substr(date_of_birth_r, 1, 7)",
			"day of year":           "substr(date_of_birth_l, 6) = substr(date_of_birth_r, 6) AND length(date_of_birth_l) = 10 AND substr(date_of_birth_l, 6) <> '01-01'",
			"two defaults":          "substr(date_of_birth_l, 6) = '01-01' AND substr(date_of_birth_r, 6) = '01-01'",
			"two digits":            "length(date_of_birth_l) = 10 AND length(date_of_birth_r) = 10 AND list_sum(list_transform(range(1, 11), i -> CASE WHEN substr(date_of_birth_l, i, 1) <> substr(date_of_birth_r, i, 1) THEN 1 ELSE 0 END)) = 2",
			"year":                  "substr(date_of_birth_l, 1, 4) = substr(date_of_birth_r, 1, 4)",
			"different":             splinkElse,
		},
	},
	Gender: {
		name: "gender", says: "Gender (F or M)",
		null:   "gender_l IS NULL OR gender_r IS NULL OR gender_l NOT IN ('F', 'M') OR gender_r NOT IN ('F', 'M')",
		levels: map[string]string{"same": "gender_l = gender_r", "different": splinkElse},
	},
	NINumber: {
		name: "ni_number", says: "National Insurance number",
		null: "ni_number_l IS NULL OR ni_number_r IS NULL",
		levels: map[string]string{
			"exact":         "ni_number_l = ni_number_r",
			"no suffix":     "substr(ni_number_l, 1, 8) = substr(ni_number_r, 1, 8) AND least(length(ni_number_l), length(ni_number_r)) = 8",
			"transposed":    "damerau_levenshtein(substr(ni_number_l, 1, 8), substr(ni_number_r, 1, 8)) = 1 AND levenshtein(substr(ni_number_l, 1, 8), substr(ni_number_r, 1, 8)) = 2",
			"one character": "levenshtein(substr(ni_number_l, 1, 8), substr(ni_number_r, 1, 8)) <= 1",
			"different":     splinkElse,
		},
	},
	HomeAddress: {
		name: "address", says: "Address: property, house number, street and postcode",
		null: "coalesce(uprn_l, postcode_l, street_l) IS NULL OR coalesce(uprn_r, postcode_r, street_r) IS NULL",
		levels: map[string]string{
			"property":          "uprn_l = uprn_r",
			"home":              "postcode_l = postcode_r AND house_number_l = house_number_r",
			"street and number": "street_l = street_r AND house_number_l = house_number_r AND coalesce(levenshtein(postcode_l, postcode_r) > 2, TRUE)",
			"postcode":          "postcode_l = postcode_r AND (house_number_l IS NULL OR house_number_r IS NULL)",
			"near home":         "street_l = street_r AND house_number_l = house_number_r AND levenshtein(postcode_l, postcode_r) <= 2",
			"near postcode":     "damerau_levenshtein(postcode_l, postcode_r) = 1 AND (house_number_l IS NULL OR house_number_r IS NULL)",
			"neighbour":         "postcode_l = postcode_r OR (street_l = street_r AND house_number_l <> house_number_r)",
			"street":            "street_l = street_r",
			"outward":           "split_part(postcode_l, ' ', 1) = split_part(postcode_r, ' ', 1)",
			"different":         splinkElse,
		},
	},
	Phone: {
		name: "phone", says: "Phone number",
		null:   "phone_l IS NULL OR phone_r IS NULL",
		levels: map[string]string{"same": "phone_l = phone_r", "different": splinkElse},
	},
	Email: {
		name: "email", says: "E-mail address",
		null:   "email_l IS NULL OR email_r IS NULL",
		levels: map[string]string{"same": "email_l = email_r", "different": splinkElse},
	},
}
