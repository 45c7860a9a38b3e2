-- api_key_insert adds an API key, valid from now for so long, and says until when.
insert into api_key (id, name, hash, roles, areas, clearance, expires_at)
values (@id, @name, @hash, @roles, @areas, @clearance, now() + @lasting::interval)
returning created_at, expires_at
