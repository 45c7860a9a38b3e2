-- api_key_list reads all API keys, the newest first.
select id, name, hash, roles, areas, clearance, created_at, expires_at, revoked_at, used_on
from api_key
order by created_at desc, id
