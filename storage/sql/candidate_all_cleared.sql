-- candidate_all_cleared is candidate_all for a caller who is cleared for something, and looks through what is restricted
-- too. It is apart, since Postgres would plan both in one anew for each search: the half that is not wanted costs more.
with shared as (
    select m.person_id, sum(k.weight) as weight
    from unnest(@keys::bigint[], @weights::float8[]) as k (value, weight)
    cross join lateral (
        (select person_id from person_match where keys @> array[k.value] limit 1000)
        union all
        (select person_id from person_match
        where restriction > 0 and restriction <= @clearance::int and restricted_keys @> array[k.value]
        limit 1000)
    ) m
    group by m.person_id
    order by weight desc, m.person_id
    limit @limit
)
select m.person_id, m.version, false as gone, m.restriction, m.match_version,
    case when m.restriction <= @clearance::int then coalesce(m.restricted_record, m.record) else m.record end as record
from shared
join person_match m using (person_id)
order by shared.weight desc, m.person_id
