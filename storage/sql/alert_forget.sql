-- alert_forget removes alerts that were sent long ago: the events stay on the audit.
delete from alert where sent_at < now() - @age::interval
