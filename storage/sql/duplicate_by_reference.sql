-- duplicate_by_reference notes that a person and somebody kept from the one who wrote them bear one reference of the same system.
insert into potential_duplicate (person_a, person_b, reason, restriction)
select distinct least(a.id, b.id), greatest(a.id, b.id), 'reference', greatest(a.restriction, b.restriction)
from cross_reference own
join cross_reference x on (x.system, x.reference) = (own.system, own.reference) and x.person_id <> own.person_id
join person a on a.id = own.person_id
join person b on b.id = x.person_id
where own.person_id = @person_id and b.restriction > @clearance
on conflict (person_a, person_b) do nothing
