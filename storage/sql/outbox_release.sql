-- outbox_release makes leased people due at once.
update outbox set due_at = now()
where alias = @alias and person_id = any(@ids::text[]) and due_at is not null
