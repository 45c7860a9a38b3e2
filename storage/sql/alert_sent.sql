-- alert_sent notes that an alert has arrived.
update alert set sent_at = now() where id = @id
