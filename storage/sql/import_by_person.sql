-- import_by_person reads what each system said last of a person.
select system, reference, said::text as said, verified_at
from import_row
where person_id = @person_id
order by verified_at desc, system, reference
