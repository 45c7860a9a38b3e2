-- many_lookers finds people whom more than so many callers have opened within a time, unless that was told of within it.
select seen.person
from audit_event e
cross join lateral unnest(e.persons) as seen (person)
where e.at > clock_timestamp() - @within::interval and e.action in ('read', 'update')
    and e.status < 400 and e.route <> 'read-audit'
group by seen.person
having count(distinct e.caller) > @many and not exists (
    select from alert a
    where a.kind = 'many-lookers' and a.at > clock_timestamp() - @within::interval and a.persons @> array[seen.person]
)
order by seen.person
limit 100
