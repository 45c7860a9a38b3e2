-- subject_extended_data reads which service areas hold or held more about a person, as JSON: what they hold is sealed.
select row_to_json(e)::text
from (
    select area, version, changed_at, actor, key_id, sealed is null as deleted
    from extended_data
    where person_id = @person_id
    order by area, version
) e
