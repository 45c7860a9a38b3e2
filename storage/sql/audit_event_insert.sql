-- audit_event_insert adds an event to the audit: with those whom a caller of some clearance means by the ids that they named.
-- What is named is materialized, for the reason that person_by_ids gives.
with named as materialized (select @named::text[] as ids)
insert into audit_event (
    caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, since, flags)
values (
    @caller, @roles, @areas, @from_address, @request_ids, @route, @action, @status,
    @persons::text[] || array(
        select coalesce((select a.person_id from person_alias a where a.id = n.id and @clearance::int < 2), n.id)
        from named, unnest(named.ids) n (id)
        except select unnest(@persons::text[])),
    @fields, @reason, @sealed,
    @session, @since, @flags)
returning id
