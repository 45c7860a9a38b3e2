-- cross_reference_known finds which of some references somebody bears.
select x.system, x.reference
from unnest(@systems::text[], @references::text[]) as asked (system, reference)
join cross_reference x on (x.system, x.reference) = (asked.system, asked.reference)
