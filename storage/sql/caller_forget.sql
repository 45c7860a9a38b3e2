-- caller_forget removes officers who have not been seen for long.
delete from caller where last_seen < now() - @unseen::interval
