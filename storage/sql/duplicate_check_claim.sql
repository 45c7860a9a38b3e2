-- duplicate_check_claim leases people who wait to be compared, the longest due first.
update duplicate_check d set due_at = now() + @lease::interval
from (
    select person_id
    from duplicate_check
    where due_at <= now()
    order by due_at
    limit @limit
    for update skip locked
) due
where d.person_id = due.person_id
returning d.person_id, d.clearance, d.due_at
