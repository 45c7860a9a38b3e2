-- revision_by_ids reads the present versions of people, those who are gone among them.
select id, version
from person
where id = any(@ids::text[])
