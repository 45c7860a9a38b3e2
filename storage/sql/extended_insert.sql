-- extended_insert adds a version of what an area holds about a person.
insert into extended_data (person_id, area, version, key_id, sealed, actor)
values (@person_id, @area, @version, @key_id, @sealed, @actor)
returning changed_at
