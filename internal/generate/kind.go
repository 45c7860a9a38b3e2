package generate

// kind is one kind of question about somebody on file.
type kind struct {
	name   string
	weight int
	needs  facts // of the person
	asks   field // at least these fields
	slips  []slip
}

// kinds are all of them. Each is one mistake, none, or several at once.
func kinds() []kind {
	const both = byFirst | byLast
	return []kind{
		{"exact", 100, 0, 0, nil},
		{"typo_delete_forename", 40, 0, byFirst, []slip{onFirst(dropLetter)}},
		{"typo_delete_surname", 40, 0, byLast, []slip{onLast(dropLetter)}},
		{"typo_insert_forename", 35, 0, byFirst, []slip{onFirst(addLetter)}},
		{"typo_insert_surname", 35, 0, byLast, []slip{onLast(addLetter)}},
		{"typo_transpose_forename", 35, 0, byFirst, []slip{onFirst(swapLetters)}},
		{"typo_transpose_surname", 35, 0, byLast, []slip{onLast(swapLetters)}},
		{"typo_keyboard_forename", 35, 0, byFirst, []slip{onFirst(strikeNeighbour)}},
		{"typo_keyboard_surname", 35, 0, byLast, []slip{onLast(strikeNeighbour)}},
		{"typo_phonetic_forename", 45, 0, byFirst, []slip{onFirst(mishear)}},
		{"typo_phonetic_surname", 45, 0, byLast, []slip{onLast(mishear)}},
		{"typo_ocr_forename", 25, 0, byFirst, []slip{onFirst(misread)}},
		{"typo_ocr_surname", 25, 0, byLast, []slip{onLast(misread)}},
		{"nickname", 70, nicknamed, byFirst, []slip{nickname}},
		{"preferred_name", 35, preferred, byFirst, []slip{preferredForename}},
		{"preferred_surname", 35, preferredSurname, byLast, []slip{preferredLast}},
		{"transliteration", 80, spelt, both, []slip{respell}},
		{"names_swapped", 65, 0, both, []slip{swapNames}},
		{"initial_only", 40, 0, byFirst, []slip{initialOnly}},
		{"middle_used_as_first", 45, middleNamed, byFirst, []slip{middleAsFirst}},
		{"middle_used_as_last", 30, middleNamed, byLast, []slip{middleAsLast}},
		{"first_and_middle_together", 30, middleNamed, byFirst, []slip{firstAndMiddle}},
		{"given_name_joined_or_split", 40, spacedForename, byFirst, []slip{rejoin}},
		{"double_barrel_part", 45, doubled, byLast, []slip{halfOfSurname}},
		{"double_barrel_joined", 35, doubled, byLast, []slip{joinSurname}},
		{"married_or_maiden_name", 80, renamed, byLast, []slip{formerName}},
		{"gendered_surname", 30, gendered, byLast, []slip{otherSexForm}},
		{"diacritics_lost", 40, marked, both, []slip{dropMarks}},
		{"apostrophe_or_prefix", 35, punctuated, byLast, []slip{respacePrefix}},
		{"title_in_first_name", 25, 0, byFirst, []slip{titleBefore}},
		{"upper_case", 30, 0, both, []slip{capitals}},
		{"first_name_missing", 35, 0, both | byBirth, []slip{forget(byFirst)}},
		{"last_name_missing", 35, 0, both | byBirth | byPostcode, []slip{forget(byLast)}},
		{"dob_day_month_swap", 55, dated, byBirth, []slip{onDate(swapDayAndMonth)}},
		{"dob_one_digit", 60, dated, byBirth, []slip{onDate(anotherDigit)}},
		{"dob_digits_transposed", 35, dated, byBirth, []slip{onDate(swapDigits)}},
		{"dob_day_off_by_few", 30, dated, byBirth, []slip{onDate(oneDayOff)}},
		{"dob_year_off_by_one", 50, dated, byBirth, []slip{onDate(oneYearOff)}},
		{"dob_year_off_by_ten", 40, dated, byBirth, []slip{onDate(tenYearsOff)}},
		{"dob_defaulted_to_1_jan", 40, dated, byBirth, []slip{onDate(newYearsDay)}},
		{"dob_year_only", 30, dated, byBirth, []slip{yearOnly}},
		{"dob_year_and_month", 20, dated, byBirth, []slip{yearAndMonth}},
		{"dob_missing", 50, 0, both | byBirth, []slip{forget(byBirth)}},
		{"dob_absent_in_record", 55, undated, byBirth, nil},
		{"ni_only", 40, insured, byNI, []slip{onlyNI}},
		{"ni_one_digit", 45, insured, byNI, []slip{niDigit}},
		{"ni_digits_transposed", 45, insured, byNI, []slip{niSwap}},
		{"ni_suffix_missing", 35, insured, byNI, []slip{niNoSuffix}},
		{"ni_spaced_lower", 30, insured, byNI, []slip{niSpaced}},
		{"ni_letters_for_digits", 20, insured, byNI, []slip{niLookalike}},
		{"ni_of_someone_else", 35, numbered, byNI | byBirth, []slip{niOfAnother}},
		{"postcode_typo", 55, 0, byPostcode, []slip{postcodeSlip}},
		{"postcode_letters_transposed", 30, 0, byPostcode, []slip{postcodeSwap}},
		{"postcode_outward_only", 30, 0, byPostcode, []slip{outwardOnly}},
		{"postcode_unspaced", 25, 0, byPostcode, []slip{unspaced}},
		{"postcode_missing", 30, 0, byAddress | byPostcode, []slip{forget(byPostcode)}},
		{"address_moved", 70, 0, byAddress, []slip{formerAddress}},
		{"address_abbreviated", 50, 0, byAddress, []slip{abbreviate}},
		{"address_flat_lost", 40, flat, byAddress, []slip{flatLost}},
		{"address_flat_written_otherwise", 25, flat, byAddress, []slip{flatElsewhere}},
		{"address_line_typo", 35, 0, byAddress, []slip{streetSlip}},
		{"address_number_wrong", 25, 0, byAddress, []slip{neighboursNumber}},
		{"address_missing", 40, 0, both | byBirth | byAddress, []slip{forget(byAddress | byPostcode)}},
		{"multi_2", 170, 0, both | byBirth, []slip{several(2)}},
		{"multi_3", 90, 0, both | byBirth | byPostcode, []slip{several(3)}},
		{"hard_twin_in_index", 60, twin, byFirst | byBirth, nil},
		{"hard_parent_child_in_index", 40, junior, byBirth, nil},
		{"hard_same_name_in_index", 60, namesake, both, nil},
		{"hard_1_jan_in_index", 80, firstJan, both | byBirth, nil},
		{"household_member_in_index", 60, related, byLast | byAddress, []slip{forgetIfAsked(byBirth)}},
	}
}

// several makes n mistakes, each in another field.
func several(n int) slip {
	return func(t *telling) bool {
		turns := [][]slip{
			{onFirst(misspell), onFirst(misspell), onFirst(mishear), nickname, respell, initialOnly},
			{onLast(misspell), onLast(misspell), onLast(mishear), onLast(misread), formerName, otherSexForm},
			{onDate(swapDayAndMonth), onDate(anotherDigit), onDate(anotherDigit), onDate(oneYearOff), onDate(swapDigits), onDate(newYearsDay)},
			{postcodeSlip, postcodeSwap, outwardOnly, unspaced},
			{abbreviate, flatLost, streetSlip, formerAddress},
			{niDigit, niSwap, niNoSuffix},
		}
		shuffle(t.s, turns)
		made := 0
		for _, choices := range turns {
			if made < n && pick(t.s, choices)(t) {
				made++
			}
		}
		return made == n
	}
}

// forgetIfAsked leaves out fields that may not have been there.
func forgetIfAsked(fields field) slip {
	return func(t *telling) bool {
		t.keep(^fields)
		return t.enough()
	}
}
