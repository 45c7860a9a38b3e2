-- extended_keys counts the data that each key sealed.
select key_id, count(*) as sealed
from extended_data
where sealed is not null
group by key_id
order by key_id
