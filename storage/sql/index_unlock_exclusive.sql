-- index_unlock_exclusive gives the exclusive lock of an index back.
select pg_advisory_unlock(hashtextextended(@alias, 1))
