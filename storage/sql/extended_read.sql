-- extended_read reads the versions below one of what an area holds about a person, newest first; one
-- row without a version where it holds nothing, and none where there is no such person, or none of whom a
-- caller of this clearance may see everything.
select p.id, p.erased_at is not null as erased, coalesce(e.version, 0) as version, e.sealed, e.changed_at, coalesce(e.actor, '') as actor
from person p
left join lateral (
    select version, sealed, changed_at, actor
    from extended_data
    where person_id = p.id and area = @area and version < @before
    order by version desc
    limit @limit
) e on true
where p.id = person_meant(@person_id, @clearance::int) and p.restriction <= @clearance::int
order by e.version desc
