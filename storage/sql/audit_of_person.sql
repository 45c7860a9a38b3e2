-- audit_of_person reads the events that are about a person or showed them, newest first, and before them open sessions.
with written as materialized ( -- else a plan may go through everything from its end
    select id, at, caller, roles, areas, from_address, request_ids, route, action, status, fields, reason, session, since, flags
    from audit_event
    where persons @> array[@person_id::text] and id < @before
), newest as (
    select * from written order by id desc limit @limit
), typing as (
    select 0::bigint as id, last_at as at, caller, roles, areas, from_address, request_ids, route, 'search' as action,
        200 as status, '{}'::text[] as fields, '' as reason, session, began_at as since, flags
    from audit_session
    where @open and persons @> array[@person_id::text]
)
select * from (select * from typing union all select * from newest) as events
order by id = 0 desc, id desc, at desc
