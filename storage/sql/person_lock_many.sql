-- person_lock_many keeps others from changing people until the transaction ends.
select from person where id = any(@ids::text[]) order by id for no key update
