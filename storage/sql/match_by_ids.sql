-- match_by_ids reads the records of people by key; those who are gone have none.
select person_id, version, false as gone, match_version, record
from person_match
where person_id = any(@ids::text[])
