-- break_glass_current reads until when a caller has more clearance.
select until from break_glass where caller = @caller and until > clock_timestamp() order by until desc limit 1
