-- entry_after reads the next people by id as an index knows them, those who are gone among them.
-- The join repeats where to begin: without it Postgres may merge from the first record on, each time.
select p.id, p.version, p.erased_at is not null as gone, coalesce(m.restriction, 0) as restriction,
    m.match_version, coalesce(m.restricted_record, m.record) as record
from person p
left join person_match m on m.person_id = p.id and m.person_id > @after
where p.id > @after
order by p.id
limit @limit
