-- person_change_insert records who made a version of a person and which fields it changed, never the values.
insert into person_change (actor, action, person_id, version, fields, reason, request_id, system)
values (@actor, @action, @person_id, @version, @fields, @reason, @request_id, @system)
