-- subject_person reads the row of a person, every column, as JSON.
select row_to_json(p)::text from person p where p.id = @person_id
