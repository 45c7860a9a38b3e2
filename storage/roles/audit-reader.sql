-- What an auditor's tools need: to read who did what, and nobody's values.
grant usage on schema {schema} to {role};
grant select on audit_event to {role};
