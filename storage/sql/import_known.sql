-- import_known reads, for some references of a system, who bears each, what was said of it last, and whether its bearer was erased.
select coalesce(x.person_id, '') as bearer, r.said::text as said, e.hash is not null as erased
from unnest(@references::text[], @hashes::bytea[]) with ordinality as asked (reference, hash, place)
left join cross_reference x on x.system = @system and x.reference = asked.reference
left join import_row r on r.system = @system and r.reference = asked.reference
left join erased_reference e on e.hash = asked.hash
order by asked.place
