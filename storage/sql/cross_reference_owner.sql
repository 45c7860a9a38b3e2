-- cross_reference_owner finds the first of some references that somebody else bears of whom a caller of some clearance may know, and what that caller calls them.
select x.system, x.reference, person_called(x.person_id, @clearance::int)
from unnest(@systems::text[], @references::text[]) with ordinality as asked (system, reference, place)
join cross_reference x on (x.system, x.reference) = (asked.system, asked.reference)
where x.person_id <> @except and (x.apart = '' or @clearance::int >= 2)
order by asked.place, x.apart
limit 1
