-- audit_seal_last reads the end of the chain over the audit's events.
select * from audit_seal order by number desc limit 1
