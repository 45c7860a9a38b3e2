-- subject_audit_event reads who changed a person, the first first, as JSON.
select row_to_json(e)::text from audit_event e where e.person_id = @person_id order by e.version
