-- idempotency_remember records what a request did, in place of one that was too old to be recalled.
insert into idempotency_key (caller, key, salt, body_hmac, person_id, version, status)
values (@caller, @key, @salt, @body_hmac, @person_id, @version, @status)
on conflict (caller, key) do update set
    salt = excluded.salt, body_hmac = excluded.body_hmac, person_id = excluded.person_id,
    version = excluded.version, status = excluded.status, created_at = excluded.created_at
