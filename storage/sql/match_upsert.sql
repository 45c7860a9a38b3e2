-- match_upsert writes what matching needs of a person.
insert into person_match as m (person_id, version, match_version, record, keys)
values (@person_id, @version, @match_version, @record, @keys)
on conflict (person_id) do update set
    version = excluded.version, match_version = excluded.match_version,
    record = excluded.record, keys = excluded.keys
