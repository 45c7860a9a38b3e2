-- history_before reads the versions of a person below one, newest first; the present one has no body.
select e.version, e.at, e.actor, e.fields, h.body
from person_change e
left join person_history h on (h.person_id, h.version) = (e.person_id, e.version)
where e.person_id = @person_id and e.version < @before
order by e.version desc
limit @limit
