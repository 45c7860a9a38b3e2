-- audit_seal_insert adds a link to the chain over the audit's events.
insert into audit_seal (number, month, events, count, through, marks, previous, hash)
values (@number, @month, @events, @count, @through, @marks, @previous, @hash)
