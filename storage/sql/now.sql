-- now reads the time by which everything in the database is dated.
select clock_timestamp()
