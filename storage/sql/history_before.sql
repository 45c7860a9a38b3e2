-- history_before reads the versions of a person below one, newest first, as a caller of some clearance may see them; the
-- present one has no body. A version is kept as closely as the person is now, or as they were then if that is closer.
select e.version, e.at, e.actor,
    case when kept.restriction <= @clearance::int then e.fields
    else array(select field from unnest(e.fields) with ordinality as f (field, place) where field <> all (@hidden::text[]) order by place)
    end as fields,
    (case when kept.restriction <= @clearance::int then h.body else h.body - @hidden::text[] end)
        || jsonb_build_object('relations', visible_relations(h.body -> 'relations', @clearance::int)) as body
from person_change e
join person p on p.id = e.person_id
left join person_history h on (h.person_id, h.version) = (e.person_id, e.version)
cross join lateral (
    select greatest(p.restriction, case h.body ->> 'restriction' when 'restricted' then 1 when 'very-restricted' then 2 end) as restriction
) kept
where e.person_id = person_meant(@person_id, @clearance::int) and e.version < @before and kept.restriction <= greatest(@clearance::int, 1)
order by e.version desc
limit @limit
