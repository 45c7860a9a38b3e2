-- extended_delete removes what all areas hold about a person.
delete from extended_data where person_id = @person_id
