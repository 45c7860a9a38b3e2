-- What an auditor's tools need: to read who did what and whether it was changed, and
-- nobody's values.
grant usage on schema {schema} to {role};
grant select on goose_db_version to {role};
grant select on audit_event to {role};
grant select on audit_seal to {role};
grant select on audit_dropped to {role};
grant select on audit_session to {role};
grant select on person_change to {role};
grant select on break_glass to {role};
grant select on alert to {role};
