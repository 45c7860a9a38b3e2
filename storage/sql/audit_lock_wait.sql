-- audit_lock_wait keeps every process from sealing the audit until its transaction ends, and itself from waiting long.
select pg_advisory_xact_lock(7205761), set_config('lock_timeout', '5s', true)
