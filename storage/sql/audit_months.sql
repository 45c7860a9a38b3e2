-- audit_months lists the months whose events the audit holds.
select to_date(right(c.relname, 7), 'YYYY_MM')
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'audit_event'::regclass
order by 1
