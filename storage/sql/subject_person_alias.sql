-- subject_person_alias reads by which id of somebody else a person is called by who may not know of that one, as JSON.
select row_to_json(a)::text from person_alias a where @person_id in (a.id, a.person_id)
