-- subject_audit_event reads who did or saw what of a person, the first first, as JSON: of other people only how many there were.
select row_to_json(e)::text
from (
    select id, at, caller, roles, areas, request_ids, route, action, status, fields, reason, session, since, flags,
        cardinality(persons) - 1 as other_people, cardinality(sealed) as sealed_statements
    from audit_event
    where persons @> array[@person_id]
    order by at, id
) e
