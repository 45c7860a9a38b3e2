-- person_insert adds a person at version 1.
insert into person (
    id, version, title, forename, preferred_forename, middle_name, surname, preferred_surname,
    previous_names, date_of_birth, place_of_birth, nationality, gender, ethnic_origin,
    identification, languages, communication, communication_requirements, addresses,
    cross_references, person_types, relations, date_of_death, restriction, restriction_reason, restricted_by)
values (
    @id, 1, @title, @forename, @preferred_forename, @middle_name, @surname, @preferred_surname,
    @previous_names, @date_of_birth, @place_of_birth, @nationality, @gender, @ethnic_origin,
    @identification, @languages, @communication, @communication_requirements, @addresses,
    @cross_references, @person_types, @relations, @date_of_death, @restriction, @restriction_reason, @restricted_by)
returning created_at, updated_at, restricted_at
