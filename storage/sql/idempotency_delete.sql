-- idempotency_delete forgets the requests that made a person.
delete from idempotency_key where person_id = @person_id
