-- break_glass_lock lets one request of a caller at a time take more clearance.
select pg_advisory_xact_lock(hashtextextended(@caller, 4))
