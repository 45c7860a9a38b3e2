-- match_by_ids reads the records of people by key, as a caller of some clearance may know them; those who are gone have none.
select person_id, version, false as gone, restriction, match_version,
    case when restriction <= @clearance::int then coalesce(restricted_record, record) else record end as record
from person_match
where person_id = any(@ids::text[]) and restriction <= greatest(@clearance::int, 1)
