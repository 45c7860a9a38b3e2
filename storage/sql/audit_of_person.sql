-- audit_of_person reads the events that are about a person or showed them, newest first, and before them open sessions.
-- Of somebody of whom a caller of this clearance may not know there are those there would be of nobody: of who asked for
-- the id and was told that there is no such person, and of auditors who looked. Names of fields
-- that are kept from the caller are left out.
with known as materialized (
    select coalesce(max(restriction), 0) <= greatest(@clearance::int, 1) as at_all, coalesce(max(restriction), 0) <= @clearance::int as wholly
    from person where id = @person_id
), written as materialized ( -- else a plan may go through everything from its end
    select id, at, caller, roles, areas, from_address, request_ids, route, action, status, reason, session, since, flags,
        case when known.wholly then fields
        else array(select field from unnest(fields) with ordinality as f (field, place) where field <> all (@hidden::text[]) order by place)
        end as fields
    from audit_event
    cross join known
    where persons @> array[@person_id::text] and id < @before and (known.at_all or status = 404 or route = 'read-audit')
), newest as (
    select * from written order by id desc limit @limit
), typing as (
    select 0::bigint as id, last_at as at, caller, roles, areas, from_address, request_ids, route, 'search' as action,
        200 as status, '' as reason, session, began_at as since, flags, '{}'::text[] as fields
    from audit_session
    cross join known
    where @open and persons @> array[@person_id::text] and known.at_all
)
select * from (select * from typing union all select * from newest) as events
order by id = 0 desc, id desc, at desc
