-- idempotency_expire forgets some requests that are older than 24 hours.
delete from idempotency_key
where (caller, key) in (
    select caller, key
    from idempotency_key
    where created_at <= now() - interval '24 hours'
    order by created_at
    limit 100
    for update skip locked
)
