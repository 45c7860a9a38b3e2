-- subject_person_match reads what matching made of a person, as JSON.
select row_to_json(m)::text from person_match m where m.person_id = @person_id
