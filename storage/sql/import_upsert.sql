-- import_upsert keeps what a system says of some references.
insert into import_row as r (system, reference, person_id, said)
select @system, saying.reference, saying.person_id, saying.said::json
from unnest(@references::text[], @people::text[], @said::text[]) as saying (reference, person_id, said)
on conflict (system, reference) do update set
    person_id = excluded.person_id, said = excluded.said, verified_at = now()
