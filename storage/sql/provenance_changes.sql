-- provenance_changes reads who last changed each field of the person whom a caller of some clearance means, and when.
select distinct on (changed.field) changed.field, e.system, e.at
from person_change e
cross join unnest(e.fields) as changed (field)
where e.person_id = person_meant(@person_id, @clearance::int) and e.version <= @version
order by changed.field, e.version desc
