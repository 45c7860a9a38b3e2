-- rekey_after reads by which rules of matching the records of the next people by id were made.
select person_id, match_version
from person_match
where person_id > @after
order by person_id
limit @limit
