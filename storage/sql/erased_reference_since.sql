-- erased_reference_since reads the hashes of references whose bearers were erased since a time, the first first.
select hash, added_at
from erased_reference
where added_at >= @since
order by added_at, hash
