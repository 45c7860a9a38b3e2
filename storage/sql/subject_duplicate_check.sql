-- subject_duplicate_check reads whether it is still to be found out who else a person may be, as JSON.
select row_to_json(d)::text from duplicate_check d where d.person_id = @person_id
