-- caller_list reads the officers who have signed in.
select subject, forename, surname from caller order by subject
