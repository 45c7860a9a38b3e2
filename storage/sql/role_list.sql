-- role_list reads which roles were given what, of those that there are: a dump may come from another server.
select g.role, g.purpose
from granted_role g
join pg_roles r on r.rolname = g.role
order by g.role
