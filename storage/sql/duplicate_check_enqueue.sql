-- duplicate_check_enqueue asks for a person to be compared with those whom the one who wrote them may not know of.
insert into duplicate_check as d (person_id, clearance) values (@person_id, @clearance)
on conflict (person_id) do update set clearance = least(d.clearance, excluded.clearance), due_at = now()
