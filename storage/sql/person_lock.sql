-- person_lock keeps others from changing the person whom a caller of some clearance means by an id until the transaction ends.
select id from person where id = person_meant(@id, @clearance::int) for no key update
