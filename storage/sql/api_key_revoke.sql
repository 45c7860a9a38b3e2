-- api_key_revoke ends an API key; one that is revoked keeps its time.
update api_key
set revoked_at = coalesce(revoked_at, now())
where id = @id
