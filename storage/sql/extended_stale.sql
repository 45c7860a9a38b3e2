-- extended_stale finds data that another key sealed than the present one.
select person_id, area, version, key_id, sealed
from extended_data
where key_id <> @key_id and sealed is not null
limit @limit
