-- outbox_requeue_since tells an index of everybody who changed since a time.
insert into outbox as o (alias, person_id, version)
select i.alias, p.id, p.version
from search_index i
join person p on p.id in (select person_id from person_change where at >= @since)
where i.alias = @alias
on conflict (alias, person_id) do update set
    version = excluded.version, enqueued_at = now(), due_at = now(), attempts = 0, reason = '',
    indexed_version = null, indexed_at = null, searchable_at = null
where o.version <= excluded.version
