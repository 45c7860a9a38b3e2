-- role_remember notes what a role was given.
insert into granted_role (role, purpose) values (@role, @purpose)
on conflict (role) do update set purpose = excluded.purpose
