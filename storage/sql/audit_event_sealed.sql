-- audit_event_sealed reads the events of a month whose ids lie in some ranges.
select e.*
from unnest(@lows::bigint[], @highs::bigint[]) as covered (low, high)
join audit_event e on e.id >= covered.low and e.id < covered.high
where e.at >= @month and e.at < @month::timestamptz + interval '31 days'
    and date_trunc('month', e.at at time zone 'UTC') = @month::timestamptz at time zone 'UTC'
order by e.id, e.at
