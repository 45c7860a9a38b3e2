-- cross_reference_insert lets a person bear references, in the order given; apart from all others if so said.
insert into cross_reference (person_id, system, reference, position, apart)
select @person_id::text, system, reference, position, case when @apart::boolean then @person_id::text else '' end
from unnest(@systems::text[], @references::text[]) with ordinality as borne (system, reference, position)
