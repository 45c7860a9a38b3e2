-- index_lock_shared waits for the lock of an index, which an indexer holds for each batch.
select pg_advisory_lock_shared(hashtextextended(@alias, 1))
