-- audit_month tells whether a month is over, how many events it has, how many of them no seal covers, and its last seal.
with covered as materialized (
    select coalesce(range_agg(events), '{}') as ids, coalesce(max(number), 0) as last from audit_seal where month = @month
), held as (
    select count(*) as events, count(*) filter (where not (select ids from covered) @> id) as stray
    from audit_event
    where at >= @from and at < @to
)
select clock_timestamp() > @to::timestamptz + interval '1 hour', events, stray, last,
    coalesce((select hash from audit_seal where number = last), '')
from held, covered
