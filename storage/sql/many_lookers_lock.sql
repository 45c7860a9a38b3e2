-- many_lookers_lock has one process look for people whom many look at, and says whether it is this one.
select pg_try_advisory_xact_lock(7205763)
