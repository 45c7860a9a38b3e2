-- subject_outbox reads which indices are still to be told of a person, as JSON.
select row_to_json(o)::text from outbox o where o.person_id = @person_id order by o.alias
