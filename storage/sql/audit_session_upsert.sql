-- audit_session_upsert adds a search to a session of one officer, unless it has had enough.
-- What is named is materialized, for the reason that person_by_ids gives.
with named as materialized (select @named::text[] as ids)
insert into audit_session as s (
    caller, roles, areas, from_address, session, route, request_ids, persons, sealed, flags)
values (
    @caller, @roles, @areas, @from_address, @session, @route, @request_ids,
    @persons::text[] || array(
        select coalesce((select a.person_id from person_alias a where a.id = n.id and @clearance::int < 2), n.id)
        from named, unnest(named.ids) n (id)
        except select unnest(@persons::text[])),
    @sealed, @flags)
on conflict (caller, session, roles, areas, from_address, route) do update set
    last_at = clock_timestamp(),
    request_ids = s.request_ids || excluded.request_ids,
    persons = s.persons || array(select p from unnest(excluded.persons) p where p <> all (s.persons)),
    sealed = s.sealed || excluded.sealed,
    flags = s.flags || array(select f from unnest(excluded.flags) f where f <> all (s.flags))
where cardinality(s.request_ids) < 100 and s.began_at > clock_timestamp() - interval '30 minutes'
