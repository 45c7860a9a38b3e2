-- alert_claim leases alerts that are due to be sent, the first first.
update alert a set due_at = now() + @lease::interval, attempts = attempts + 1
from (
    select id from alert where sent_at is null and due_at <= now() order by id limit @limit for update skip locked
) due
where a.id = due.id
returning a.id, a.at, a.kind, a.event, a.caller, a.persons, a.request_ids, a.flags, a.attempts
