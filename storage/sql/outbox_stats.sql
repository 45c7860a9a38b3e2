-- outbox_stats counts who is in the outbox of an index, and how long the first has waited.
select
    count(*) as depth,
    count(*) filter (where due_at is not null) as waiting,
    count(*) filter (where attempts > 0) as rejected,
    coalesce(now() - min(enqueued_at) filter (where due_at is not null), interval '0') as oldest
from outbox
where alias = @alias
