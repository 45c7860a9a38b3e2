-- subject_alert reads what somebody was told of that concerned a person, as JSON: of other people only how many there were.
select row_to_json(a)::text
from (
    select id, at, kind, event, caller, request_ids, flags, cardinality(persons) - 1 as other_people, sent_at
    from alert
    where persons @> array[@person_id]
    order by at
) a
