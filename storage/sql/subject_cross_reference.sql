-- subject_cross_reference reads what other systems call a person, as JSON.
select row_to_json(x)::text from cross_reference x where x.person_id = @person_id order by x.position
