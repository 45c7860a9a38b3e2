-- history_insert keeps the values that a change replaces.
insert into person_history (person_id, version, body) values (@person_id, @version, @body)
