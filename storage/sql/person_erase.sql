-- person_erase empties a locked person for ever.
update person set
    version = @version, updated_at = now(), erased_at = now(),
    title = '', forename = '', preferred_forename = '', middle_name = '', surname = '', preferred_surname = '',
    previous_names = '[]', date_of_birth = '', place_of_birth = '', nationality = '', gender = '',
    ethnic_origin = '', identification = '[]', languages = '[]', communication = '[]',
    communication_requirements = '[]', addresses = '[]', cross_references = 0, person_types = '[]',
    relations = '[]', date_of_death = '', restriction_reason = '', restricted_by = '', restricted_at = null
where id = @person_id
