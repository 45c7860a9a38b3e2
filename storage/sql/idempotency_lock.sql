-- idempotency_lock keeps other requests with the same key away until the transaction ends.
select pg_try_advisory_xact_lock(hashtextextended(@caller || chr(31) || @key, 2))
