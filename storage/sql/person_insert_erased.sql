-- person_insert_erased takes the id of somebody who was erased and is not on file. Whether they
-- were kept from anybody is not known, so who may not know of such people does not learn of them.
insert into person (id, version, erased_at, restriction) values (@person_id, @version, now(), 2)
