-- audit_event_insert adds an event to the audit.
insert into audit_event (
    caller, roles, areas, from_address, request_ids, route, action, status, persons, fields, reason, sealed, session, since, flags)
values (
    @caller, @roles, @areas, @from_address, @request_ids, @route, @action, @status, @persons, @fields, @reason, @sealed,
    @session, @since, @flags)
returning id
