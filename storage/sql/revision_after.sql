-- revision_after reads the next people by id, without their values.
select id, version, erased_at is not null as gone
from person
where id > @after
order by id
limit @limit
