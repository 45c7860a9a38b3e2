-- alert_standing counts alerts that were not sent yet, and says how long the first has waited.
select count(*) as waiting, coalesce(now() - min(at), interval '0') as oldest from alert where sent_at is null
