-- audit_lock has one process seal the audit until its transaction ends, and says whether it is this one.
select pg_try_advisory_xact_lock(7205761)
