-- audit_event_stray finds events up to a time that are in no seal of their month.
with sealed as materialized (
    select month, range_agg(events) as ids from audit_seal group by month
), stray as (
    select e.id, e.at
    from audit_event e
    left join sealed s on s.month = date_trunc('month', e.at at time zone 'UTC')::date
    where e.at <= @before and (s.ids is null or not s.ids @> e.id)
    limit 100
)
select id, at from stray order by at, id
