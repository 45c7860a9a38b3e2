-- outbox_standing reads which people wait to be indexed, and whether because the index rejected them.
select person_id, attempts > 0
from outbox
where alias = @alias and person_id = any(@ids::text[]) and due_at is not null
