-- match_upsert writes what matching needs of a person.
insert into person_match as m (person_id, version, match_version, record, keys, restriction, restricted_record, restricted_keys)
values (@person_id, @version, @match_version, @record, @keys, @restriction, @restricted_record, @restricted_keys)
on conflict (person_id) do update set
    version = excluded.version, match_version = excluded.match_version,
    record = excluded.record, keys = excluded.keys, restriction = excluded.restriction,
    restricted_record = excluded.restricted_record, restricted_keys = excluded.restricted_keys
