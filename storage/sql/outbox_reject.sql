-- outbox_reject records that an index would not take a person, and makes it due again later.
update outbox set
    attempts = attempts + 1,
    reason = left(@reason::text, 500),
    due_at = now() + least(interval '1 hour', interval '1 second' * 2 ^ least(attempts, 12))
where alias = @alias and person_id = @person_id and version <= @version and due_at is not null
