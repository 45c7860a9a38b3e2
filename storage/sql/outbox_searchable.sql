-- outbox_searchable records that what was indexed before a time can be found.
update outbox set searchable_at = now()
where alias = @alias and due_at is null and searchable_at is null and indexed_at < @indexed_before
