-- import_lock lets one import of a system run at a time.
select pg_advisory_lock(hashtextextended(@system, 3))
