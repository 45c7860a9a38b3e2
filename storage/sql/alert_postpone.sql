-- alert_postpone makes an alert due again later: after a second, then two, and so on doubling, up to an hour.
update alert set due_at = now() + least(interval '1 hour', interval '1 second' * 2 ^ least(attempts - 1, 12))
where id = @id and sent_at is null
