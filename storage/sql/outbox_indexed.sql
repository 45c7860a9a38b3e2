-- outbox_indexed records what an index was sent; who changed since stays due.
update outbox o set
    indexed_version = sent.version,
    indexed_at = now(),
    due_at = case when o.version > sent.version then now() end,
    attempts = 0, reason = ''
from unnest(@ids::text[], @versions::bigint[]) as sent (id, version)
where o.alias = @alias and o.person_id = sent.id
    and (o.indexed_version is null or o.indexed_version < sent.version)
