-- audit_event_insert adds an event to the audit: with those whom a caller of some clearance means by the ids that they named.
insert into audit_event (
    caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, since, flags)
values (
    @caller, @roles, @areas, @from_address, @request_ids, @route, @action, @status,
    @persons::text[] || array(
        select distinct n.meant from (select person_meant(id, @clearance::int) as meant from unnest(@named::text[]) id) n where n.meant <> all (@persons::text[])),
    @fields, @reason, @sealed,
    @session, @since, @flags)
returning id
