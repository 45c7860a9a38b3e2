-- subject_potential_duplicate reads who else a person may be, as JSON.
select row_to_json(d)::text from potential_duplicate d where @person_id in (d.person_a, d.person_b) order by d.person_a, d.person_b
