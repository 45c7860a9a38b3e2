-- api_key_by_id reads one API key, whether it may be used or not.
select id, name, hash, roles, areas, clearance, created_at, expires_at, revoked_at, used_on
from api_key
where id = @id
