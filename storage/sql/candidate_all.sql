-- candidate_all finds people by those of their blocking keys that everybody may search by, those with the weightiest shared keys first.
-- Each key is looked up by itself and gives 1,000 people at most: their order is then worth little,
-- and reading all who share a common key would take longer than anybody waits.
with shared as (
    select m.person_id, sum(k.weight) as weight
    from unnest(@keys::bigint[], @weights::float8[]) as k (value, weight)
    cross join lateral (select person_id from person_match where keys @> array[k.value] limit 1000) m
    group by m.person_id
    order by weight desc, m.person_id
    limit @limit
)
select m.person_id, m.version, false as gone, m.restriction, m.match_version, m.record
from shared
join person_match m using (person_id)
order by shared.weight desc, m.person_id
