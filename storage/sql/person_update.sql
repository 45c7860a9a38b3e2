-- person_update replaces the values of a locked person, one version on.
update person set
    version = version + 1, updated_at = now(),
    title = @title, forename = @forename, preferred_forename = @preferred_forename, middle_name = @middle_name,
    surname = @surname, preferred_surname = @preferred_surname, previous_names = @previous_names,
    date_of_birth = @date_of_birth, place_of_birth = @place_of_birth, nationality = @nationality,
    gender = @gender, ethnic_origin = @ethnic_origin, identification = @identification, languages = @languages,
    communication = @communication, communication_requirements = @communication_requirements,
    addresses = @addresses, cross_references = @cross_references, person_types = @person_types,
    relations = @relations, date_of_death = @date_of_death, restriction = @restriction,
    restriction_reason = @restriction_reason, restricted_by = @restricted_by
where id = @id
returning updated_at, restricted_at
