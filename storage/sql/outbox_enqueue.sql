-- outbox_enqueue tells every index of changed people; the newest version wins and begins anew.
insert into outbox as o (alias, person_id, version)
select i.alias, changed.id, changed.version
from search_index i
cross join unnest(@ids::text[], @versions::bigint[]) as changed (id, version)
on conflict (alias, person_id) do update set
    version = excluded.version, enqueued_at = now(), due_at = now(), attempts = 0, reason = '',
    indexed_version = null, indexed_at = null, searchable_at = null
where o.version <= excluded.version
