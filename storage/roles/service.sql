-- What the API, the indexer, imports and counts of names need, and nothing more.
-- A row here is missing or needless as soon as a test of this folder says so.
grant usage on schema {schema} to {role};
grant execute on function is_partial_date(text), is_list(jsonb) to {role};
grant select on goose_db_version to {role};

-- The register. A person is erased, never deleted.
grant select, insert, update on person to {role};
grant select, insert, delete on cross_reference to {role};
grant select, insert, delete on person_history to {role};
grant select, insert, update, delete on person_match to {role};
grant select, insert, update, delete on idempotency_key to {role};

-- Pairs that may be one person, and who is still to be compared.
grant select, insert, update, delete on potential_duplicate to {role};
grant select, insert, update, delete on duplicate_check to {role};
grant select, insert, update on person_alias to {role};
grant execute on function visible_relations(jsonb, int), person_meant(text, int), person_called(text, int) to {role};

-- What service areas hold, sealed. Sealing it anew is for the role that migrates.
grant select, insert, delete on extended_data to {role};

-- API keys: looked up, and the day of their last use noted. They are made and
-- revoked by the role that migrates.
grant select on api_key to {role};
grant update (used_on) on api_key to {role};

-- Who changed whom, and who saw whom: added to, and never changed. audit_tend runs
-- with its owner's rights.
grant select, insert on person_change to {role};
grant select, insert on audit_event to {role};
grant usage on sequence audit_event_id to {role};
grant select, insert on audit_seal to {role};
grant select on audit_dropped to {role};
grant select, insert, update, delete on audit_session to {role};
grant execute on function audit_tend() to {role};

-- The search indices, and what they are owed.
grant select, insert, delete on search_index to {role};
grant select, insert, update, delete on outbox to {role};

-- How common names are.
grant select, insert, delete on frequency_total to {role};
grant select, insert on frequency to {role};

-- Imports.
grant select, insert, update, delete on import_row to {role};
grant select, insert on erased_reference to {role};
grant select, insert on import_key to {role};

-- Who looks whom up. Alerts are made by the audit's own trigger.
grant select, insert, update, delete on caller to {role};
grant select, insert on break_glass to {role};
grant select, update, delete on alert to {role};
