-- rekey_update replaces the record and keys of a person, unless the person changed since they were read.
update person_match set match_version = @match_version, record = @record, keys = @keys, restriction = @restriction,
    restricted_record = @restricted_record, restricted_keys = @restricted_keys
where person_id = @person_id and version = @version
