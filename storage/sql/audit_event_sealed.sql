-- audit_event_sealed reads the events of a month whose ids lie in some ranges.
select e.*
from unnest(@lows::bigint[], @highs::bigint[]) as covered (low, high)
join audit_event e on e.id >= covered.low and e.id < covered.high and e.at >= @from and e.at < @to
order by e.id, e.at
