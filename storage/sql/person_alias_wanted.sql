-- person_alias_wanted tells whether an id is that of somebody very restricted.
select exists (select from person where id = @id and restriction = 2)
