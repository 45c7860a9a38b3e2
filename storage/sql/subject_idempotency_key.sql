-- subject_idempotency_key reads which requests made a person, without what proves that one is repeated, as JSON.
select row_to_json(k)::text
from (
    select caller, key, person_id, version, status, created_at
    from idempotency_key
    where person_id = @person_id
    order by created_at
) k
