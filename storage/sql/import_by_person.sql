-- import_by_person reads what each system said last of the person whom a caller of some clearance means.
select system, reference, said::text as said, verified_at
from import_row
where person_id = person_meant(@person_id, @clearance::int)
order by verified_at desc, system, reference
