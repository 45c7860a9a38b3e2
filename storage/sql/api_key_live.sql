-- api_key_live says whether any API key may be used now.
select exists (select from api_key where revoked_at is null and expires_at > now())
