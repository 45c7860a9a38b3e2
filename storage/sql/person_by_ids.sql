-- person_by_ids reads people by key, in the order asked, as a caller of some clearance may see them; erased ones are
-- among them. Whom that caller may not know of are left out like those who were never there.
-- What is asked is materialized: else Postgres takes a plan for just these ids to be worth making, each time, which takes
-- twice as long as reading one person.
with caller as materialized (
    select @ids::text[] as ids, @clearance::int as clearance
)
select asked.id as asked,
    coalesce((select a.id from person_alias a where a.person_id = p.id and caller.clearance < 2), p.id) as id, p.version, p.title, p.forename, p.preferred_forename, p.middle_name, p.surname, p.preferred_surname,
    p.previous_names, p.date_of_birth, p.place_of_birth, p.nationality, p.gender, p.ethnic_origin,
    p.identification, p.languages, case when seen.whole then p.communication else '[]' end as communication,
    p.communication_requirements, case when seen.whole then p.addresses else '[]' end as addresses,
    p.cross_references, p.person_types, case when p.relations = '[]' then p.relations else visible_relations(p.relations, caller.clearance) end as relations,
    p.date_of_death,
    p.restriction, case when seen.whole then p.restriction_reason else '' end as restriction_reason,
    case when seen.whole then p.restricted_by else '' end as restricted_by,
    case when seen.whole then p.restricted_at end as restricted_at,
    p.created_at, p.updated_at, p.erased_at,
    coalesce((
        select jsonb_agg(jsonb_build_object('system', x.system, 'reference', x.reference) order by x.position)
        from cross_reference x
        where x.person_id = p.id
    ), '[]') as bears
from caller
cross join lateral unnest(caller.ids) with ordinality as asked (id, place)
join person p on p.id = coalesce((select a.person_id from person_alias a where a.id = asked.id and caller.clearance < 2), asked.id)
cross join lateral (select p.restriction <= caller.clearance as whole) seen
where p.restriction <= greatest(caller.clearance, 1)
order by asked.place
