-- subject_person_history reads the values that a person had before, the newest first, as JSON.
select row_to_json(h)::text from person_history h where h.person_id = @person_id order by h.version desc
