-- index_lock_exclusive waits for the lock of an index, which a reindex cuts over under.
select pg_advisory_lock(hashtextextended(@alias, 1))
