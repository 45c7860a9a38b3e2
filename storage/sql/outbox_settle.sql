-- outbox_settle removes people who have been searchable at their present version for long enough.
delete from outbox
where alias = @alias and due_at is null and searchable_at <= now() - @age::interval
