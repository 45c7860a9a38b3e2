-- audit_dropped lists the months of the audit that are no longer kept.
select month, at, caller, events, last_number, last_hash from audit_dropped order by month
