-- person_insert_erased takes the id of somebody who was erased and is not on file.
insert into person (id, version, erased_at) values (@person_id, @version, now())
