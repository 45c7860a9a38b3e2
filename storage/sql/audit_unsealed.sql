-- audit_unsealed reads events since a time that are in no seal, in the order of time, and says when it looked.
with sealed as materialized (
    select coalesce(range_agg(events), '{}') as ids from audit_seal where through > @after
)
select e.*, statement_timestamp() as looked
from audit_event e
where e.at > @after and e.at <= statement_timestamp() and not (select ids from sealed) @> e.id
order by e.at, e.id
limit @limit
