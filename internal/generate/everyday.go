package generate

// everydayRecipe is what a contact centre and services ask all day, by our
// judgement: docs/generated-people.md says why these shares.
func everydayRecipe() recipe {
	r := recipe{patterns: everydayPatterns()}
	weights := everydayKinds()
	for _, k := range kinds() {
		if k.weight = weights[k.name]; k.weight > 0 {
			r.kinds = append(r.kinds, k)
		}
	}
	weights = everydayLookAlikes()
	for _, l := range lookAlikes() {
		if l.weight = weights[l.name]; l.weight > 0 {
			r.lookAlikes = append(r.lookAlikes, l)
		}
	}
	return r
}

// everydayPatterns are the fields that callers offer, in thousandths.
func everydayPatterns() *weighted[field] {
	const names = byFirst | byLast
	w := new(weighted[field])
	w.add(names|byBirth, 380)
	w.add(names|byBirth|byPostcode, 150)
	w.add(names|byBirth|byAddress|byPostcode, 120)
	w.add(names|byAddress|byPostcode, 110)
	w.add(names|byPostcode, 90)
	w.add(names, 50)
	w.add(names|byBirth|byNI, 40)
	w.add(names|byBirth|byPhone, 15)
	w.add(names|byPhone, 15)
	w.add(names|byNI, 10)
	w.add(byNI, 10)
	w.add(byLast|byBirth, 10)
	return w
}

// everydayKinds are the mistakes in questions about people on file, in
// thousandths. Nobody is chosen for having a double: whoever has one is asked
// about as often as anybody else.
func everydayKinds() map[string]int {
	return map[string]int{
		"exact": 600,

		"typo_delete_forename": 6, "typo_delete_surname": 8, "typo_insert_forename": 4, "typo_insert_surname": 5,
		"typo_transpose_forename": 4, "typo_transpose_surname": 6, "typo_keyboard_forename": 5, "typo_keyboard_surname": 6,
		"typo_phonetic_forename": 14, "typo_phonetic_surname": 20, "transliteration": 22, "upper_case": 12,
		"nickname": 35, "preferred_name": 12, "preferred_surname": 4, "married_or_maiden_name": 22,
		"names_swapped": 6, "initial_only": 10, "middle_used_as_first": 6, "middle_used_as_last": 1, "first_and_middle_together": 6,
		"given_name_joined_or_split": 4, "double_barrel_part": 5, "double_barrel_joined": 2, "gendered_surname": 2,
		"apostrophe_or_prefix": 4, "title_in_first_name": 3,

		"dob_one_digit": 10, "dob_day_month_swap": 7, "dob_year_off_by_one": 5, "dob_digits_transposed": 3, "dob_day_off_by_few": 3,
		"dob_year_only": 3, "dob_year_off_by_ten": 2, "dob_defaulted_to_1_jan": 1,

		"ni_suffix_missing": 3, "ni_spaced_lower": 3, "ni_one_digit": 2, "ni_digits_transposed": 1,

		"address_moved": 30, "address_abbreviated": 16, "address_flat_lost": 6, "address_flat_written_otherwise": 4,
		"address_line_typo": 5, "address_number_wrong": 3,
		"postcode_unspaced": 12, "postcode_typo": 5, "postcode_outward_only": 5, "postcode_letters_transposed": 2,

		"multi_2": 30, "multi_3": 5,
	}
}

// everydayLookAlikes are who is asked about without being on file, in
// thousandths. One who cannot show in what is asked is drawn again.
func everydayLookAlikes() map[string]int {
	return map[string]int{
		"none_stranger":               660,
		"none_new_occupant":           140,
		"none_sibling_same_address":   80,
		"none_spouse_same_address":    70,
		"none_same_name_other_dob":    30,
		"none_same_name_1_jan":        5,
		"none_parent_child_same_name": 10,
		"none_twin_not_in_index":      5,
	}
}
