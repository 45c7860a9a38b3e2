-- cross_reference_insert lets a person bear references, in the order given.
insert into cross_reference (person_id, system, reference, position)
select @person_id, system, reference, position
from unnest(@systems::text[], @references::text[]) with ordinality as borne (system, reference, position)
