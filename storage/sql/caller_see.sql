-- caller_see notes that an officer has signed in.
insert into caller (subject, forename, surname) values (@subject, @forename, @surname)
on conflict (subject) do update set forename = excluded.forename, surname = excluded.surname, last_seen = now()
