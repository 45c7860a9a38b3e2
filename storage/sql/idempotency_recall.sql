-- idempotency_recall reads what a request of the last 24 hours did.
select salt, body_hmac, person_id, version, status
from idempotency_key
where caller = @caller and key = @key and created_at > now() - interval '24 hours'
