-- index_unlock_shared gives the shared lock of an index back.
select pg_advisory_unlock_shared(hashtextextended(@alias, 1))
