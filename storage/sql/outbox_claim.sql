-- outbox_claim leases people who are due in an index, the longest due first.
update outbox o set due_at = now() + @lease::interval
from (
    select alias, person_id
    from outbox
    where alias = @alias and due_at <= now()
    order by due_at
    limit @limit
    for update skip locked
) due
where (o.alias, o.person_id) = (due.alias, due.person_id)
returning o.person_id
