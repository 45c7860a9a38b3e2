-- candidate_overlay_cleared is candidate_overlay for a caller who is cleared for something, and looks through what is
-- restricted too. It is apart for the reason that candidate_all_cleared gives.
with asked as materialized (
    select value, weight from unnest(@keys::bigint[], @weights::float8[]) as k (value, weight)
),
few as materialized (
    -- in the order of the primary key, since a scan of the table would read all that has left it
    select person_id from outbox where alias = @alias order by person_id limit 101
),
shared as (
    select m.person_id, sum(asked.weight) as weight
    from few
    join person_match m using (person_id)
    cross join lateral unnest(case when m.restriction <= @clearance::int then m.keys || m.restricted_keys else m.keys end) as k (value)
    join asked using (value)
    where (select count(*) from few) <= 100
    group by m.person_id
    union all
    select m.person_id, sum(asked.weight) as weight
    from asked
    cross join lateral (
        (select person_id from person_match where keys @> array[asked.value] limit 5000)
        union all
        (select person_id from person_match
        where restriction > 0 and restriction <= @clearance::int and restricted_keys @> array[asked.value]
        limit 5000)
    ) m
    cross join lateral (select from outbox o where o.alias = @alias and o.person_id = m.person_id limit 1) o
    where (select count(*) from few) > 100
    group by m.person_id
),
best as (
    select person_id, weight from shared order by weight desc, person_id limit @limit
)
select m.person_id, m.version, false as gone, m.restriction, m.match_version,
    case when m.restriction <= @clearance::int then coalesce(m.restricted_record, m.record) else m.record end as record
from best
join person_match m using (person_id)
order by best.weight desc, m.person_id
