-- size counts people who are not gone and of whom everybody may know: exactly when few, by estimate when many.
select case
    when reltuples < 50000 then (select count(*) from person_match)
    else reltuples::bigint
end - (select count(*) from person_match where restriction = 2)
from pg_class
where oid = 'person_match'::regclass
