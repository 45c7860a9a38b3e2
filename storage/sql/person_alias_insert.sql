-- person_alias_insert lets a person be called by an id that is not theirs, unless somebody whom all may know is; nothing where it is.
insert into person_alias as a (id, person_id)
select @id::text, @person_id::text where @id::text <> @person_id::text
on conflict (id) do update set person_id = excluded.person_id
where exists (select from person p where p.id = a.person_id and p.restriction = 2)
