-- duplicate_by_reference notes that a person and somebody kept from the one who wrote them bear one reference of the same
-- system, or that the id of the other was asked for.
with others as (
    select x.person_id, 'reference' as reason
    from cross_reference own
    join cross_reference x on (x.system, x.reference) = (own.system, own.reference) and x.person_id <> own.person_id
    where own.person_id = @person_id
    union all
    select id, 'id' from person_alias where person_id = @person_id
)
insert into potential_duplicate (person_a, person_b, reason, restriction)
select least(a.id, b.id), greatest(a.id, b.id), min(others.reason), greatest(a.restriction, b.restriction)
from others
join person a on a.id = @person_id and a.erased_at is null
join person b on b.id = others.person_id and b.erased_at is null
where b.restriction > @clearance
group by a.id, b.id
on conflict (person_a, person_b) do nothing
