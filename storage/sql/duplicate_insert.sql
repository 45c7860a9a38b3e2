-- duplicate_insert notes that two people may be one, or what the latest comparison of them says; those gone meanwhile are left out.
insert into potential_duplicate as d (person_a, person_b, reason, restriction, weight, probability, model)
select least(a.id, b.id), greatest(a.id, b.id), 'match', greatest(a.restriction, b.restriction), @weight, @probability, @model
from person a, person b
where a.id = @person_id and b.id = @other_id and a.erased_at is null and b.erased_at is null
on conflict (person_a, person_b) do update set
    reason = excluded.reason, restriction = greatest(d.restriction, excluded.restriction),
    weight = excluded.weight, probability = excluded.probability, model = excluded.model
