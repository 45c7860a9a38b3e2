-- duplicate_list reads pairs of people who may be one, as far as a caller of some clearance may know of both, the newest first.
select d.person_a, d.person_b, d.reason, greatest(d.restriction, a.restriction, b.restriction) as restriction,
    d.weight, d.probability, d.model, d.found_at
from potential_duplicate d
join person a on a.id = d.person_a
join person b on b.id = d.person_b
where greatest(d.restriction, a.restriction, b.restriction) <= @clearance::int
order by d.found_at desc, d.person_a, d.person_b
limit @limit
