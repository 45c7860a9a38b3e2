-- audit_session_close makes one event of each session of searches that is over. One that another closes or adds to at
-- this moment is passed over: two that wait for each other's sessions would be a deadlock.
with over as (
    delete from audit_session
    where ctid = any (array(
        select ctid from audit_session
        where last_at <= clock_timestamp() - @idle::interval or began_at <= clock_timestamp() - @age::interval
            or cardinality(request_ids) >= @searches
        for update skip locked))
    returning *
)
insert into audit_event (
    caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, since, flags)
select caller, roles, areas, from_address, request_ids, route, 'search', 200, persons, '{}', '', sealed, session, began_at, flags
from over
