-- erasure_standing reads which of some people are on file, and which of these are erased.
select id, erased_at is not null
from person
where id = any(@ids::text[])
