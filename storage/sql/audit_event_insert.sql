-- audit_event_insert adds an event to the audit: with those whom a caller of some clearance means by the ids that they named.
insert into audit_event (
    caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, since, flags)
values (
    @caller, @roles, @areas, @from_address, @request_ids, @route, @action, @status,
    @persons::text[] || array(
        select distinct coalesce(a.person_id, n.id)
        from unnest(@named::text[]) n (id) left join person_alias a on a.id = n.id and @clearance::int < 2
        where coalesce(a.person_id, n.id) <> all (@persons::text[])),
    @fields, @reason, @sealed,
    @session, @since, @flags)
returning id
