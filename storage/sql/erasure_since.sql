-- erasure_since reads who was erased since a time, the first first.
select id, version, erased_at
from person
where erased_at >= @since
order by erased_at, id
