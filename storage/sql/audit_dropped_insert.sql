-- audit_dropped_insert keeps what is left of a month of the audit.
insert into audit_dropped (month, caller, events, last_number, last_hash)
values (@month, @caller, @events, @last_number, @last_hash)
