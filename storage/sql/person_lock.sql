-- person_lock keeps others from changing a person until the transaction ends.
select from person where id = @id for no key update
