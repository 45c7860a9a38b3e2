-- history_delete removes the past values of a person.
delete from person_history where person_id = @person_id
