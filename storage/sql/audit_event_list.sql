-- audit_event_list reads events of a person, of a caller or of a time, newest first.
select *
from audit_event
where (@person_id::text = '' or persons @> array[@person_id::text]) and (@caller::text = '' or caller = @caller)
    and at >= @since and (@before::bigint = 0 or id < @before)
order by id desc
limit @limit
