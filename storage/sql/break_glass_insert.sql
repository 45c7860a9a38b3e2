-- break_glass_insert gives a caller more clearance for a while.
insert into break_glass (caller, until, sealed, request_id)
values (@caller, clock_timestamp() + @lasts::interval, @sealed, @request_id)
returning until
