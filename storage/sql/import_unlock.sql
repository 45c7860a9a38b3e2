-- import_unlock lets another import of a system run.
select pg_advisory_unlock(hashtextextended(@system, 3))
