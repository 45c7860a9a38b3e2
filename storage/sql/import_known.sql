-- import_known reads, for some references of a system, who bears each, what was said of it last, and whether its bearer was
-- erased. Where somebody very restricted bears it too, the one of whom it was said last is meant.
select coalesce(x.person_id, '') as bearer, r.said::text as said, e.hash is not null as erased
from unnest(@references::text[], @hashes::bytea[]) with ordinality as asked (reference, hash, place)
left join import_row r on r.system = @system and r.reference = asked.reference
left join lateral (
    select b.person_id
    from cross_reference b
    where b.system = @system and b.reference = asked.reference
    order by b.person_id is not distinct from r.person_id desc, b.apart
    limit 1
) x on true
left join erased_reference e on e.hash = asked.hash
order by asked.place
