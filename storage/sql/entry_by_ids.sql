-- entry_by_ids reads people as an index knows them, those who are gone among them.
select p.id, p.version, p.erased_at is not null as gone, coalesce(m.restriction, 0) as restriction,
    m.match_version, coalesce(m.restricted_record, m.record) as record
from person p
left join person_match m on m.person_id = p.id
where p.id = any(@ids::text[])
