-- subject_audit_session reads in which searches a person was shown that are no event yet, as JSON.
select row_to_json(s)::text
from (
    select caller, roles, areas, request_ids, route, session, began_at, last_at, flags,
        cardinality(persons) - 1 as other_people, cardinality(sealed) as sealed_statements
    from audit_session
    where persons @> array[@person_id]
    order by began_at
) s
