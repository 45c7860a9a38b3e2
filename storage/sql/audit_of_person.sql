-- audit_of_person reads the events that are about a person or showed them, newest first, and before them open sessions.
-- It is about whom a caller of this clearance means by the id. Of somebody of whom they may not know there are those there
-- would be of nobody: of who asked for the id and was told that there is no such person, and of auditors who looked. Those
-- there are too of somebody who has that id as an alias, since they were for who asked. Names of fields that are kept from
-- the caller are left out.
with meant as materialized (select person_meant(@person_id, @clearance::int) as id),
known as materialized (
    select coalesce(max(restriction), 0) <= greatest(@clearance::int, 1) as at_all, coalesce(max(restriction), 0) <= @clearance::int as wholly
    from person where id = (select id from meant)
), written as materialized ( -- else a plan may go through everything from its end
    select id, at, caller, roles, areas, from_address, request_ids, route, action, status, reason, session, since, flags,
        case when known.wholly then fields
        else array(select field from unnest(fields) with ordinality as f (field, place) where field <> all (@hidden::text[]) order by place)
        end as fields
    from audit_event
    cross join known
    where id < @before and (persons @> array[(select m.id from meant m)] and known.at_all
        or persons && array[@person_id::text, (select m.id from meant m)] and (status = 404 or route = 'read-audit'))
), newest as (
    select * from written order by id desc limit @limit
), typing as (
    select 0::bigint as id, last_at as at, caller, roles, areas, from_address, request_ids, route, 'search' as action,
        200 as status, '' as reason, session, began_at as since, flags, '{}'::text[] as fields
    from audit_session
    cross join known
    where @open and persons @> array[(select m.id from meant m)] and known.at_all
)
select * from (select * from typing union all select * from newest) as events
order by id = 0 desc, id desc, at desc
