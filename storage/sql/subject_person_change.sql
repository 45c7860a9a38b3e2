-- subject_person_change reads who made which version of a person, the first first, as JSON.
select row_to_json(c)::text from person_change c where c.person_id = @person_id order by c.version
