-- person_alias_known tells whether somebody else is called by a person's id.
select exists (select from person_alias where id = @id)
