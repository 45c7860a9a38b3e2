-- candidate_overlay finds people by their blocking keys among those in the outbox of an index.
-- While 300 or fewer are there, their keys are compared one by one. While more are, each key is looked
-- up by itself, and gives 5,000 people at most, of whom those in the outbox count.
with few as materialized (
    select person_id from outbox where alias = @alias limit 301
),
shared as (
    select m.person_id, (
        select sum(k.weight)
        from unnest(@keys::bigint[], @weights::float8[]) as k (value, weight)
        where k.value = any(m.keys)
    ) as weight
    from few
    join person_match m using (person_id)
    where (select count(*) from few) <= 300
    union all
    select m.person_id, sum(k.weight) as weight
    from unnest(@keys::bigint[], @weights::float8[]) as k (value, weight)
    cross join lateral (select person_id from person_match where keys @> array[k.value] limit 5000) m
    join outbox o on o.alias = @alias and o.person_id = m.person_id
    where (select count(*) from few) > 300
    group by m.person_id
),
best as (
    select person_id, weight from shared where weight is not null order by weight desc, person_id limit @limit
)
select m.person_id, m.version, false as gone, m.match_version, m.record
from best
join person_match m using (person_id)
order by best.weight desc, m.person_id
