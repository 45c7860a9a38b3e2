-- match_delete removes what matching knows of a person.
delete from person_match where person_id = @person_id
