-- role_check finds out whether a role exists, and whether it owns the tables or may act for who does.
select pg_has_role(r.oid, c.relowner, 'member') as owns, current_database(), current_schema()
from pg_roles r
join pg_class c on c.oid = 'person'::regclass
where r.rolname = @role
