-- subject_import_row reads what each system said last of a person, as JSON.
select row_to_json(r)::text from import_row r where r.person_id = @person_id order by r.system, r.reference
