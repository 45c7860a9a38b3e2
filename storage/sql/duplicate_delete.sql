-- duplicate_delete removes the pairs of a person.
delete from potential_duplicate where @person_id in (person_a, person_b)
