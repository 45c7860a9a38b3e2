-- audit_insert records who changed a person and which fields, never the values.
insert into audit_event (actor, action, person_id, version, fields, reason, request_id, system)
values (@actor, @action, @person_id, @version, @fields, @reason, @request_id, @system)
