-- subject_relation reads whose records, present or past, name a person by id, as JSON.
-- It reads everybody: there is no index for a question asked once in a while.
select row_to_json(r)::text
from (
    select distinct named_by, relation->>'type' as type, present
    from (
        select id as named_by, relations as list, true as present from person
        union all
        select person_id, body->'relations', false from person_history
        union all
        select person_id, (said::jsonb)->'relations', false from import_row
    ) lists
    cross join lateral jsonb_array_elements(case jsonb_typeof(list) when 'array' then list else '[]' end) as relation
    where relation->>'personId' = @person_id
    order by present desc, named_by
) r
