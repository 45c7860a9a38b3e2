-- person_by_ids reads people by key, in the order asked; erased ones are among them.
select p.id, p.version, p.title, p.forename, p.preferred_forename, p.middle_name, p.surname, p.preferred_surname,
    p.previous_names, p.date_of_birth, p.place_of_birth, p.nationality, p.gender, p.ethnic_origin,
    p.identification, p.languages, p.communication, p.communication_requirements, p.addresses,
    p.cross_references, p.person_types, p.relations, p.date_of_death, p.created_at, p.updated_at, p.erased_at,
    coalesce((
        select jsonb_agg(jsonb_build_object('system', x.system, 'reference', x.reference) order by x.position)
        from cross_reference x
        where x.person_id = p.id
    ), '[]') as bears
from unnest(@ids::text[]) with ordinality as asked (id, place)
join person p on p.id = asked.id
order by asked.place
